import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open as openFile } from 'node:fs/promises'
import { dirname, join, normalize, sep } from 'node:path'
import { Transform, type TransformCallback } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { AgnizeError, diskError } from '../../base/errors.js'

/** Limits on the unpacked contents of an archive. */
export interface UnpackLimits {
  /** Bytes of all files together, and of what a compressed archive inflates to. */
  readonly bytes: number
  /** Number of entries: files, folders and anything else that the archive lists. */
  readonly entries: number
}

/** Bytes of a tar for each entry beside its content: headers, padding and the end marker, rounded up. */
const entryOverheadBytes = 16_384

const gzipMagic = Buffer.from([0x1f, 0x8b])

/**
 * Unpacks an archive of photos: zip, tar, or compressed tar, detected by its content. Only plain files are written, and only
 * inside the folder. The first refused entry ends the unpacking.
 *
 * @throws AgnizeError `archive-damaged`, `request-too-large`, `disk-full`.
 */
export async function unpackArchive(
  archive: string,
  folder: string,
  limits: UnpackLimits,
): Promise<void> {
  const budget = new Budget(limits)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const head = await readMagic(archive)
    if (head.toString('latin1', 0, 2) === 'PK') await unzip(archive, folder, budget)
    else await untar(archive, folder, { budget, isCompressed: startsAsGzip(head) })
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

/** What remains of the {@link UnpackLimits} of an archive. */
class Budget {
  #bytes: number
  #entries: number
  #inflated: number

  constructor({ bytes, entries }: UnpackLimits) {
    this.#bytes = bytes
    this.#entries = entries
    this.#inflated = bytes + entryOverheadBytes
  }

  /** Counts an entry. @throws AgnizeError `request-too-large`. */
  spend(bytes: number): void {
    this.#bytes -= bytes
    this.#entries--
    this.#inflated += entryOverheadBytes
    if (this.#bytes < 0 || this.#entries < 0) throw tooLargeError()
  }

  /** Counts decompressed bytes, whatever they hold. @throws AgnizeError `request-too-large`. */
  inflate(bytes: number): void {
    this.#inflated -= bytes
    if (this.#inflated < 0) throw tooLargeError()
  }
}

const tooLargeError = () =>
  new AgnizeError(
    'request-too-large',
    'The unpacked archive is larger than the server accepts: send it in parts.',
  )

async function readMagic(file: string): Promise<Buffer> {
  const handle = await openFile(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, null)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

const startsAsGzip = (bytes: Buffer) => bytes.subarray(0, 2).equals(gzipMagic)

/** Path that an entry is written to; undefined for one that would leave the folder. */
function targetPath(folder: string, entry: string): string | undefined {
  const target = normalize(join(folder, entry.replaceAll('\\', '/')))
  return target.startsWith(folder + sep) && !entry.includes('\0') ? target : undefined
}

async function untar(
  archive: string,
  folder: string,
  { budget, isCompressed }: { readonly budget: Budget; readonly isCompressed: boolean },
): Promise<void> {
  const { extract } = await import('tar')
  const abort = new AbortController()
  const files = extract({
    cwd: folder,
    strict: true,
    brotli: false,
    zstd: false,
    // Links, devices, and the archive's owners and modes are ignored.
    filter: (path, entry) => {
      try {
        budget.spend('size' in entry ? (entry.size ?? 0) : 0)
      } catch (error) {
        abort.abort(error)
        return false
      }
      const isPlain = 'type' in entry && ['File', 'OldFile', 'Directory'].includes(entry.type)
      return isPlain && targetPath(folder, path) !== undefined
    },
    preserveOwner: false,
    noMtime: true,
    fmode: 0o600,
    dmode: 0o700,
  })
  const source = createReadStream(archive)
  const { signal } = abort
  try {
    if (isCompressed) {
      await pipeline(source, createGunzip(), new InflateCounter(budget), files, { signal })
    } else await pipeline(source, files, { signal })
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  }
}

/** Counts the bytes that a compressed tar inflates to, which may hold no files at all. */
class InflateCounter extends Transform {
  readonly #budget: Budget
  #isFirst = true

  constructor(budget: Budget) {
    super()
    this.#budget = budget
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      this.#budget.inflate(chunk.length)
      // The tar library would inflate it a second time, uncounted.
      if (this.#isFirst && startsAsGzip(chunk)) throw new Error('compressed twice')
      this.#isFirst = false
      done(null, chunk)
    } catch (error) {
      done(error as Error)
    }
  }
}

async function unzip(archive: string, folder: string, budget: Budget): Promise<void> {
  const { openPromise } = await import('yauzl')
  const zip = await openPromise(archive)
  try {
    for await (const entry of zip.eachEntry()) {
      budget.spend(entry.uncompressedSize)
      if (entry.fileName.endsWith('/')) continue
      const target = targetPath(folder, entry.fileName)
      if (!target) continue
      await mkdir(dirname(target), { recursive: true, mode: 0o700 })
      // yauzl checks the stream against the size that the entry declares.
      await pipeline(
        await zip.openReadStreamPromise(entry),
        createWriteStream(target, { mode: 0o600 }),
      )
    }
  } finally {
    zip.close()
  }
}
