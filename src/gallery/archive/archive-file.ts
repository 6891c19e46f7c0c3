import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { createGunzip, createGzip } from 'node:zlib'
import { isObject, parseChecked, schemaOf } from '../../base/checked-json.js'
import { AgnizeError, diskError } from '../../base/errors.js'
import { isSignatureValid, type Signature } from '../../base/signing.js'
import { releasePart, removeAbandonedParts, reservePart } from '../../base/write-file-atomically.js'

/** A line of an archive: JSON. */
export type ArchiveLine = { readonly type: string } & Readonly<Record<string, unknown>>

/** Options of writing an archive. */
export interface WriteArchiveOptions {
  /** Encrypts with a passphrase (age, scrypt). */
  readonly passphrase?: string | undefined
  /** Encrypts for holders of these age recipients (`age1…`). */
  readonly recipients?: readonly string[] | undefined
  /** Signs the archive. */
  readonly sign?: ((bytes: Uint8Array) => Promise<Signature>) | undefined
}

/** Options of reading an archive. */
export interface ReadArchiveOptions {
  /** Passphrase of an archive that was encrypted with one. */
  readonly passphrase?: string | undefined
  /** Age identities (`AGE-SECRET-KEY-1…`). */
  readonly identities?: readonly string[] | undefined
  /** Public key of the required signer. */
  readonly signedBy?: string | undefined
}

/** The last line: the number of lines before it, and their hash. */
interface End {
  readonly type: 'end'
  readonly lines: number
  readonly sha256: string
  readonly signature: Signature | null
}

/**
 * Writes lines into a file atomically: encrypted if requested, compressed unless people are to read it (its name ends in
 * `.jsonl`), and terminated by the hash of all lines.
 *
 * @returns The number of lines.
 */
export async function writeArchive(
  path: string,
  lines: AsyncIterable<ArchiveLine>,
  options: WriteArchiveOptions = {},
): Promise<number> {
  await removeAbandonedParts(dirname(path))
  const part = reservePart(path)
  let count = 0
  async function* text(): AsyncGenerator<Buffer> {
    const hash = createHash('sha256')
    for await (const line of lines) {
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
      hash.update(bytes)
      count++
      yield bytes
    }
    const sha256 = hash.digest('hex')
    const signature = options.sign ? await options.sign(Buffer.from(sha256)) : null
    const end: End = { type: 'end', lines: count, sha256, signature }
    yield Buffer.from(`${JSON.stringify(end)}\n`)
  }
  try {
    const output = createWriteStream(part, { flags: 'wx', mode: 0o600 })
    const plain = Readable.from(text())
    const packed = isReadable(path, options) ? plain : piped(plain, createGzip({ level: 1 }))
    await pipeline(await encrypted(packed, options), output)
    const file = await open(part, 'r+')
    await file.sync().finally(() => file.close())
    await rename(part, path)
    return count
  } catch (error) {
    await rm(part, { force: true })
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new AgnizeError(
        'bad-argument',
        `There is no folder ${dirname(path)} to write into: create it first.`,
        { cause: error },
      )
    }
    throw diskError(error, path)
  } finally {
    releasePart(part)
  }
}

async function encrypted(
  stream: Readable,
  { passphrase, recipients = [] }: WriteArchiveOptions,
): Promise<Readable> {
  if (passphrase === undefined && recipients.length === 0) return stream
  const { Encrypter } = await import('age-encryption')
  const encrypter = new Encrypter()
  try {
    if (passphrase !== undefined) encrypter.setPassphrase(passphrase)
    for (const recipient of recipients) encrypter.addRecipient(recipient)
  } catch (cause) {
    throw new AgnizeError(
      'bad-argument',
      'An archive is encrypted with either a passphrase or age recipients (age1…): give one of the two, and check its spelling.',
      { cause },
    )
  }
  const web = await encrypter.encrypt(Readable.toWeb(stream) as ReadableStream<Uint8Array>)
  return Readable.fromWeb(web as WebStream)
}

/**
 * Reads the lines of an archive, and verifies at the end that they are complete and unmodified.
 *
 * @throws AgnizeError `archive-damaged`; `wrong-key` when it is encrypted and the passphrase or identity is missing or
 * wrong; `photo-not-found` when the file does not exist.
 */
export async function* readArchive(
  path: string,
  options: ReadArchiveOptions = {},
): AsyncGenerator<ArchiveLine, void, undefined> {
  const hash = createHash('sha256')
  let count = 0
  let end: End | undefined
  try {
    const stream = await opened(path, options)
    for await (const text of splitLines(stream)) {
      if (end) throw new SyntaxError('Something follows the end.')
      const line = parseChecked(text, lineShape, (cause) => new SyntaxError('No line.', { cause }))
      if (line.type === 'end') end = parseChecked(text, endShape, () => new SyntaxError('No end.'))
      else {
        hash.update(text).update('\n')
        count++
        yield line
      }
    }
  } catch (error) {
    if (error instanceof AgnizeError || (error as NodeJS.ErrnoException).syscall) throw error
    throw damaged(path, error)
  }
  if (!end || end.lines !== count || end.sha256 !== hash.digest('hex')) throw damaged(path)
  const { signature } = end
  if (signature && !isSignatureValid(Buffer.from(end.sha256), signature)) throw damaged(path)
  if (options.signedBy && signature?.publicKey !== options.signedBy) {
    throw new AgnizeError(
      'archive-damaged',
      `${path} is not signed by ${options.signedBy}: do not use it, or ask its author.`,
    )
  }
}

const lineShape = schemaOf(
  (value): value is ArchiveLine => isObject(value) && typeof value.type === 'string',
)

const endShape = schemaOf(
  (value): value is End =>
    isObject(value) &&
    typeof value.lines === 'number' &&
    typeof value.sha256 === 'string' &&
    (value.signature === null ||
      (isObject(value.signature) &&
        typeof value.signature.publicKey === 'string' &&
        typeof value.signature.signature === 'string')),
)

/** Maximum length of a line, which holds one face: a longer line is invalid and could exhaust the memory. Judgment. */
const maxLineBytes = 64 * 2 ** 20

async function* splitLines(stream: Readable): AsyncGenerator<string, void, undefined> {
  let parts: Buffer[] = []
  let length = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let from = 0
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      yield Buffer.concat([...parts, chunk.subarray(from, at)]).toString('utf8')
      parts = []
      length = 0
      from = at + 1
    }
    const rest = chunk.subarray(from)
    parts.push(rest)
    length += rest.length
    if (length > maxLineBytes) throw new SyntaxError('A line is too long.')
  }
  if (length > 0) yield Buffer.concat(parts).toString('utf8')
}

const newline = '\n'.charCodeAt(0)

async function opened(path: string, options: ReadArchiveOptions): Promise<Readable> {
  const start = await readStart(path)
  const raw = createReadStream(path)
  const isEncrypted = start.toString('latin1').startsWith('age-encryption.org/')
  const packed = isEncrypted ? await decrypted(raw, path, options) : raw
  return isEncrypted || isGzip(start) ? piped(packed, createGunzip()) : packed
}

/** Whether the archive is written as plain text. */
const isReadable = (path: string, { passphrase, recipients = [] }: WriteArchiveOptions) =>
  path.endsWith('.jsonl') && passphrase === undefined && recipients.length === 0

/** Pipes a source into a target; an error of the source destroys the target. */
function piped<Target extends Transform>(source: Readable, target: Target): Target {
  source.on('error', (error) => target.destroy(error))
  return source.pipe(target)
}

const isGzip = (bytes: Buffer) => bytes[0] === 0x1f && bytes[1] === 0x8b

async function readStart(path: string): Promise<Buffer> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new AgnizeError('photo-not-found', `There is no file ${path}: check the path.`, { cause })
  })
  try {
    const bytes = Buffer.alloc(64)
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

async function decrypted(
  raw: Readable,
  path: string,
  { passphrase, identities = [] }: ReadArchiveOptions,
): Promise<Readable> {
  if (passphrase === undefined && identities.length === 0) {
    throw new AgnizeError('wrong-key', `${path} is encrypted: give its passphrase or an identity.`)
  }
  const { Decrypter } = await import('age-encryption')
  const decrypter = new Decrypter()
  try {
    if (passphrase !== undefined) decrypter.addPassphrase(passphrase)
    for (const identity of identities) decrypter.addIdentity(identity)
    const web = await decrypter.decrypt(Readable.toWeb(raw) as ReadableStream<Uint8Array>)
    return Readable.fromWeb(web as WebStream)
  } catch (cause) {
    throw new AgnizeError(
      'wrong-key',
      `${path} cannot be opened with this passphrase or identity: give the right one.`,
      { cause },
    )
  }
}

function damaged(path: string, cause?: unknown): AgnizeError {
  return new AgnizeError(
    'archive-damaged',
    `${path} is damaged or not an archive of agnize: use another copy of it.`,
    { cause },
  )
}
