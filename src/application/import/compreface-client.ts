import { AgnizeError } from '../../base/errors.js'

/** Redirects that are followed, on the same host. */
const mostRedirects = 5

/**
 * Asks a CompreFace, with the key of a recognition service, which no other host learns.
 *
 * @throws AgnizeError `download-failed`.
 */
export async function askCompreFace(url: string, path: string, key: string): Promise<Response> {
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
        `CompreFace at ${url} does not answer: check the address, and that it runs.`,
        { cause },
      )
    }
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || location === null) break
    await response.body?.cancel()
    address = redirected(address, location, redirects)
  }
  if (response.ok) return response
  throw new AgnizeError(
    'download-failed',
    (await refusesKey(response))
      ? 'CompreFace refused the key: give that of a recognition service.'
      : response.status === 404
        ? `There is no ${path.split('?')[0]} at ${url}, or CompreFace does not know the key: check both.`
        : `CompreFace answered ${response.status} to ${path.split('?')[0]}: try again.`,
  )
}

/** Where a redirect leads. @throws AgnizeError `download-failed` for another host, which is not to learn the key. */
function redirected(from: URL, location: string, redirects: number): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined
  if (to?.origin === from.origin && redirects < mostRedirects) return to
  throw new AgnizeError(
    'download-failed',
    to && to.origin !== from.origin
      ? `CompreFace at ${from.origin} sends on to ${to.origin}, which the key is not given to: if that is right, name that address.`
      : `CompreFace at ${from.origin} redirects without an end: check the address.`,
  )
}

/** Codes of CompreFace for a key that is unknown (with 404), missing, or no key (both with 400). */
const keyRefused: readonly unknown[] = [10, 20, 26]

async function refusesKey(response: Response): Promise<boolean> {
  if (response.status === 401 || response.status === 403) return true
  const { code } = ((await response.json().catch(() => null)) ?? {}) as { code?: unknown }
  return keyRefused.includes(code)
}
