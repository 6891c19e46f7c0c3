import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { type Connection, getFollowing } from '../base/http-request.js'
import { adoptPart, releasePart } from '../base/write-file-atomically.js'

/** A file that is downloaded: its homes, and what it must be. */
export interface PinnedFile {
  /** Addresses of the file, in the order of the tries. */
  readonly urls: readonly string[]
  /** Accepted SHA-256, in hex. */
  readonly sha256: readonly string[]
  /** No file is larger than this, in bytes. */
  readonly maxBytes: number
}

/** Options of {@link downloadPinned}. */
export interface DownloadOptions {
  readonly connection: Connection
  readonly signal?: AbortSignal | undefined
  /** Called with the number of bytes that are on this machine. */
  readonly onBytes?: ((bytes: number) => void) | undefined
}

/** Tries of an address whose transfer breaks. Judgment. */
const maxAttempts = 3
/** Wait before the second try of an address, in milliseconds; doubled before the next. Judgment. */
const firstWaitMs = 500

/** None of the addresses gave the file: the reason of each, and whether the last one was another file. */
export class DownloadFailure extends Error {}

/** The server answered, and trying the same address again would not help. */
class Refused extends Error {}

/**
 * Downloads a file to a path, where it appears complete and verified or not at all. A transfer that breaks goes on where it
 * ended, also in a later call: what has arrived is kept beside the target.
 *
 * @returns The SHA-256 of the file, one of the accepted ones, and its size in bytes.
 * @throws {@link DownloadFailure} with the reason of each address; the signal's reason; errors of the disk.
 */
export async function downloadPinned(
  path: string,
  { urls, sha256, maxBytes }: PinnedFile,
  { connection, signal, onBytes }: DownloadOptions,
): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const part = await adoptPart(path)
  const reasons: string[] = []
  try {
    for (const url of urls) {
      for (let attempt = 1; ; attempt++) {
        try {
          signal?.throwIfAborted()
          const isContinued = await transfer(new URL(url), part, maxBytes, {
            ...{ connection, signal, onBytes },
          })
          const found = await sha256Of(part)
          if (sha256.includes(found.sha256)) {
            await rename(part, path)
            return found
          }
          await rm(part, { force: true })
          // The beginning may have come from somewhere else.
          throw new (isContinued ? Error : Refused)('it gives another file than the expected one')
        } catch (error) {
          signal?.throwIfAborted()
          if (isOfDisk(error)) throw error
          if (attempt < maxAttempts && mayPass(error)) {
            await wait(firstWaitMs * 2 ** (attempt - 1), undefined, { signal })
            continue
          }
          reasons.push(`${new URL(url).host}: ${reasonOf(error)}`)
          break
        }
      }
    }
  } finally {
    releasePart(part)
  }
  throw new DownloadFailure(reasons.join('; '))
}

/** Fetches what is missing at the end of a partial file. @returns Whether there was a beginning that it went on from. */
async function transfer(
  url: URL,
  part: string,
  maxBytes: number,
  { connection, signal, onBytes }: DownloadOptions,
): Promise<boolean> {
  const file = await open(part, 'a')
  try {
    const kept = (await file.stat()).size
    const response = await getFollowing(url, {
      ...connection,
      signal,
      headers: { 'accept-encoding': 'identity', ...(kept > 0 && { range: `bytes=${kept}-` }) },
    })
    const status = response.statusCode!
    // The whole file is there already, or what is there is no beginning of it.
    if (status === 416 && kept > 0) {
      response.resume()
      return true
    }
    if (status !== 200 && status !== 206) {
      response.resume()
      // A server that is busy or has failed may answer the next time.
      if (status === 429 || status >= 500) throw new Error(`HTTP ${status}`)
      throw new Refused(`HTTP ${status}`)
    }
    if (status === 200) await file.truncate(0)
    await append(file, response, status === 200 ? 0 : kept, maxBytes, onBytes)
    await file.sync()
    return status === 206 && kept > 0
  } finally {
    await file.close()
  }
}

async function append(
  file: FileHandle,
  chunks: AsyncIterable<Buffer>,
  before: number,
  maxBytes: number,
  onBytes: DownloadOptions['onBytes'],
): Promise<void> {
  let bytes = before
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > maxBytes) {
      await file.truncate(0)
      throw new Refused('it gives a larger file than the expected one')
    }
    await file.appendFile(chunk)
    onBytes?.(bytes)
  }
}

/** The SHA-256 of a file, in hex, and its size in bytes. */
export async function sha256Of(
  path: string,
): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return { sha256: hash.digest('hex'), bytes: (await stat(path)).size }
}

/** Errors that another try soon after does not pass. */
const lastingErrors = new Set([
  'ENOTFOUND',
  'ECONNREFUSED',
  'EINVALIDPROXY',
  'EUNSUPPORTEDPROTOCOL',
])

const mayPass = (error: unknown) =>
  !(error instanceof Refused) && !lastingErrors.has((error as NodeJS.ErrnoException).code ?? '')

const diskCodes = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO'])

const isOfDisk = (error: unknown) => {
  const { code, syscall } = error as NodeJS.ErrnoException
  return diskCodes.has(code ?? '') && syscall !== 'connect'
}

function reasonOf(error: unknown): string {
  if (error instanceof Refused) return error.message
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message.split('\n')[0]!
}
