import { createWriteStream } from 'node:fs'
import { mkdir, open as openFile } from 'node:fs/promises'
import { dirname, join, normalize, sep } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AgnizeError, diskError } from '../../errors.js'

/** Types of archives that are taken. */
export const archiveTypes = [
  'application/zip',
  'application/x-tar',
  'application/gzip',
  'application/x-gzip',
] as const

/** Most files of an archive. */
const mostFiles = 1_000_000
/** How many times its size an archive may be unpacked. */
const mostGrowth = 3

/**
 * Writes what a client sends into a file.
 *
 * @param seconds - Longest time in which nothing comes.
 * @throws AgnizeError `request-too-large`, `timed-out`, `disk-full`, `cancelled`.
 */
export async function receive(
  stream: Readable,
  file: string,
  { maxBytes, seconds }: { readonly maxBytes: number; readonly seconds: number },
): Promise<void> {
  let size = 0
  const tooSlow = () =>
    stream.destroy(
      new AgnizeError('timed-out', `Nothing of the archive came for ${seconds} s: send it again.`),
    )
  let timer = setTimeout(tooSlow, seconds * 1000)
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      clearTimeout(timer)
      timer = setTimeout(tooSlow, seconds * 1000)
      size += chunk.length
      if (size <= maxBytes) done(null, chunk)
      else {
        done(
          new AgnizeError(
            'request-too-large',
            `The archive is larger than ${maxBytes / 1e6} MB: send it in parts.`,
          ),
        )
      }
    },
  })
  try {
    await pipeline(stream, counted, createWriteStream(file, { mode: 0o600 }))
  } catch (error) {
    const refused = diskError(error, dirname(file))
    if (refused instanceof AgnizeError) throw refused
    throw new AgnizeError('cancelled', 'The client went away while it sent.', { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Unpacks an archive of photos: zip, tar, or compressed tar, by its content. Only plain files, only inside the folder, and no
 * more than a few times the archive's own limit.
 *
 * @throws AgnizeError `archive-damaged`, `request-too-large`, `disk-full`.
 */
export async function unpack(archive: string, folder: string, maxBytes: number): Promise<void> {
  const budget = new Budget(maxBytes * mostGrowth)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    if (await isZip(archive)) await unzip(archive, folder, budget)
    else await untar(archive, folder, budget)
  } catch (error) {
    const refused = diskError(error, folder)
    if (refused instanceof AgnizeError) throw refused
    throw new AgnizeError(
      'archive-damaged',
      'The archive cannot be read: send a .zip, .tar or .tar.gz of photos.',
      { cause: error },
    )
  }
}

/** What an archive may still unpack to. */
class Budget {
  #bytes: number
  #files = mostFiles

  constructor(bytes: number) {
    this.#bytes = bytes
  }

  /** @throws AgnizeError `request-too-large`. */
  spend(bytes: number): void {
    this.#bytes -= bytes
    this.#files--
    if (this.#bytes >= 0 && this.#files >= 0) return
    throw new AgnizeError(
      'request-too-large',
      'The archive unpacks to more than the server takes: send it in parts.',
    )
  }
}

async function isZip(file: string): Promise<boolean> {
  const handle = await openFile(file)
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    return buffer.toString('latin1', 0, 2) === 'PK'
  } finally {
    await handle.close()
  }
}

/** Where an entry goes; undefined for one that would go elsewhere. */
function placeOf(folder: string, entry: string): string | undefined {
  const target = normalize(join(folder, entry.replaceAll('\\', '/')))
  return target.startsWith(folder + sep) && !entry.includes('\0') ? target : undefined
}

async function untar(archive: string, folder: string, budget: Budget): Promise<void> {
  const { extract } = await import('tar')
  let refused: unknown
  await extract({
    file: archive,
    cwd: folder,
    strict: true,
    // No links, devices, owners or modes of the archive.
    filter: (path, entry) => {
      if (!('type' in entry) || !['File', 'OldFile', 'Directory'].includes(entry.type)) return false
      try {
        budget.spend('size' in entry ? (entry.size ?? 0) : 0)
      } catch (error) {
        refused ??= error
        return false
      }
      return placeOf(folder, path) !== undefined
    },
    preserveOwner: false,
    noMtime: true,
    fmode: 0o600,
    dmode: 0o700,
  })
  if (refused) throw refused
}

async function unzip(archive: string, folder: string, budget: Budget): Promise<void> {
  const { openPromise } = await import('yauzl')
  const zip = await openPromise(archive)
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue
      budget.spend(entry.uncompressedSize)
      const target = placeOf(folder, entry.fileName)
      if (!target) continue
      await mkdir(dirname(target), { recursive: true, mode: 0o700 })
      // Checked against the size that the entry claims.
      await pipeline(
        await zip.openReadStreamPromise(entry),
        createWriteStream(target, { mode: 0o600 }),
      )
    }
  } finally {
    zip.close()
  }
}
