import { AgnizeError } from '../../base/errors.js'

/** Maximum number of redirects that are followed, on the same host. Judgment. */
const maxRedirects = 5

/**
 * Sends a request to a CompreFace server with the key of a recognition service; the key is never sent to another host.
 *
 * @throws AgnizeError `download-failed`.
 */
export async function requestCompreFace(url: string, path: string, key: string): Promise<Response> {
  let address = new URL(path, url)
  let response: Response
  for (let redirects = 0; ; redirects++) {
    try {
      response = await fetch(address, {
        headers: { 'x-api-key': key },
        signal: AbortSignal.timeout(60_000),
        redirect: 'manual',
      })
    } catch (cause) {
      throw new AgnizeError(
        'download-failed',
        `CompreFace at ${url} does not answer: check the address and whether CompreFace is running.`,
        { cause },
      )
    }
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || location === null) break
    await response.body?.cancel()
    address = redirectTarget(address, location, redirects)
  }
  if (response.ok) return response
  throw new AgnizeError(
    'download-failed',
    (await isKeyRejection(response))
      ? 'CompreFace refused the key: give the key of a recognition service.'
      : response.status === 404
        ? `There is no ${path.split('?')[0]} at ${url}, or CompreFace does not know the key: check the address and the key.`
        : `CompreFace answered ${response.status} to ${path.split('?')[0]}: try again.`,
  )
}

/** The target of a redirect. @throws AgnizeError `download-failed` for another host, which must not receive the key. */
function redirectTarget(from: URL, location: string, redirects: number): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined
  if (to?.origin === from.origin && redirects < maxRedirects) return to
  throw new AgnizeError(
    'download-failed',
    to && to.origin !== from.origin
      ? `CompreFace at ${from.origin} redirects to ${to.origin}, and the key is not sent there: if that server is the right one, give its address.`
      : `CompreFace at ${from.origin} redirects too many times: check the address.`,
  )
}

/** CompreFace's error codes for a key that is unknown (with 404), missing, or malformed (both with 400). */
const keyRejectedError: readonly unknown[] = [10, 20, 26]

async function isKeyRejection(response: Response): Promise<boolean> {
  if (response.status === 401 || response.status === 403) return true
  const { code } = ((await response.json().catch(() => null)) ?? {}) as { code?: unknown }
  return keyRejectedError.includes(code)
}
