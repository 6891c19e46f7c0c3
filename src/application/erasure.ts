import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AgnizeError } from '../base/errors.js'
import { isSigned, type Signature } from '../base/signing.js'
import { sweepParts } from '../base/write-file-atomically.js'
import { forgetKey } from '../gallery/archive/key-file.js'
import type { Gallery } from '../gallery/gallery.js'
import type { Person } from '../gallery/people-store.js'
import type { Engine } from '../session/engine.js'
import type { GallerySession } from '../session/gallery-session.js'

/** Signed proof for a person of what was erased; it holds no biometric data. */
export interface ErasureReceipt {
  /** Name of the format. */
  readonly format: 'agnize erasure receipt'
  /** Version of the format. */
  readonly version: 1
  /** Id of the gallery. */
  readonly gallery: string
  /** UUID of the subject; it is never assigned again. */
  readonly subject: string
  /** Whose erasure it is: their external id, and the reference that was given with the request; null where there is none. */
  readonly externalId: string | null
  /** Reference of the request, as the caller gave it; null without one. */
  readonly reference: string | null
  /** ISO 8601, UTC. */
  readonly erasedAt: string
  /** Who erased the person. */
  readonly actor: string
  /** Numbers of removed records. */
  readonly removed: {
    /** Templates. */
    readonly templates: number
    /** Corrections that name the subject. */
    readonly corrections: number
    /** Entries of the decision log that name the subject. */
    readonly decisions: number
  }
  /** Results of the checks after the erasure. */
  readonly checks: {
    /** Whether searches with the erased templates no longer find the subject. */
    readonly notFound: boolean
    /** How many rows still name the subject, besides the log of what was done. */
    readonly rows: number
  }
  /** Earlier backups, exports and damaged files kept by a repair that may still hold the person. */
  readonly backups: readonly {
    /** Path of the file. */
    readonly path: string
    /** When it was written, ISO 8601, UTC. */
    readonly at: string
    /**
     * Whether the person's data in it can still be decrypted: false where it is encrypted and their key was removed
     * from the key file.
     */
    readonly readable: boolean
  }[]
  /** Signature of the other fields. */
  readonly signature: Signature
}

/** What an erasure takes of a session. */
export type ErasingSession = Pick<GallerySession, 'gallery' | 'actor' | 'signer'> & {
  readonly engine: Pick<Engine, 'home' | 'store'>
}

/** Options of `People.erase`. */
export interface EraseOptions {
  /** Reference of the person's request, such as the number of a letter; the receipt repeats it. */
  readonly reference?: string
}

/**
 * Erases a person: removes everything kept of them, looks whether anything is left, and names the backups.
 *
 * @throws AgnizeError `unknown-subject`; `internal` where data remain.
 */
export async function erase(
  session: ErasingSession,
  name: string,
  { reference }: EraseOptions = {},
): Promise<ErasureReceipt> {
  const { actor, signer } = session
  const { home, store: place } = session.engine
  const gallery = await session.gallery()
  const { store } = gallery
  const { id, externalId } = await store.subject(name)
  const { model } = await store.state()
  const isProtected = await store.protection.isProtected()
  const before = await store.people.named(name)
  const removed = await store.remove(name, 'erase', reference)
  await gallery.forget()
  const written = await store.backups.list()
  // Half a file that a killed process left may hold the person, or the key that opens a backup of them.
  const folders = [
    home,
    dirname(place),
    `${place}.index`,
    ...written.map(({ path }) => dirname(path)),
  ]
  for (const folder of new Set(folders)) await sweepParts(folder)
  const backups = []
  for (const { path, at, kind } of written) {
    if (at < removed.createdAt || !existsSync(path)) continue
    const isGone = kind === 'backup' && isProtected && (await forgetKey(path, store.id, id))
    backups.push({ path, at, readable: !isGone })
  }
  for (const path of await damagedFiles(place)) {
    const at = (await stat(path)).mtime.toISOString()
    if (at >= removed.createdAt) backups.push({ path, at, readable: true })
  }
  const traces = await store.traces(id)
  const rows = Object.values(traces).reduce((sum, count) => sum + count, 0)
  const notFound = model === null || !(await isFound(gallery, model, before, id))
  const receipt: Omit<ErasureReceipt, 'signature'> = {
    format: 'agnize erasure receipt',
    version: 1,
    gallery: store.id,
    subject: id,
    externalId,
    reference: reference ?? null,
    erasedAt: new Date().toISOString(),
    actor: typeof actor === 'string' ? actor : actor(),
    removed: {
      templates: removed.templates,
      corrections: removed.corrections,
      decisions: removed.decisions,
    },
    checks: { notFound, rows },
    backups,
  }
  if (!notFound || rows > 0) {
    throw new AgnizeError(
      'internal',
      `Something is left of ${JSON.stringify(name)} (${Object.keys(traces).join(', ') || 'the search finds them'}): run "agnize doctor".`,
    )
  }
  return { ...receipt, signature: await signer.sign(contentOf(receipt)) }
}

/** What repairs have kept of damaged files of a store. */
async function damagedFiles(place: string): Promise<string[]> {
  const folder = dirname(place)
  const names = await readdir(folder).catch(() => [])
  return names
    .filter((name) => name.startsWith(`${basename(place)}.damaged-`))
    .filter((name) => !/-(wal|shm)$/.test(name))
    .map((name) => join(folder, name))
}

/** Whether searches with somebody's templates find them. */
async function isFound(
  gallery: Gallery,
  model: string,
  person: Person | undefined,
  id: string,
): Promise<boolean> {
  if (!person) return false
  const probes = person.templates.map(({ vector }) => gallery.store.people.reveal(vector))
  for (const fusion of ['mean', 'best'] as const) {
    const { candidates } = await gallery.search(model, probes, { fusion, limit: 10 })
    if (candidates.some((list) => list.some(({ subject }) => subject.id === id))) return true
  }
  return false
}

/**
 * Verifies the signature of a receipt. The public key in it identifies the signer.
 *
 * @throws AgnizeError `bad-argument` for a value that is not a receipt.
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { isGenuineReceipt } from 'agnize'
 *
 * console.log(isGenuineReceipt(JSON.parse(await readFile('receipt.json', 'utf8'))))
 * ```
 */
export function isGenuineReceipt(receipt: ErasureReceipt): boolean {
  const { signature, ...content } = receipt ?? {}
  if (content.format !== 'agnize erasure receipt' || !signature) {
    throw new AgnizeError(
      'bad-argument',
      'This is no receipt of an erasure: give what "agnize people erase" wrote.',
    )
  }
  return isSigned(contentOf(content), signature)
}

/** What is signed: the receipt as JSON, names sorted. */
function contentOf(receipt: object): Buffer {
  const sorted = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(sorted)
      : value !== null && typeof value === 'object'
        ? Object.fromEntries(
            Object.entries(value)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([name, inner]) => [name, sorted(inner)]),
          )
        : value
  return Buffer.from(JSON.stringify(sorted(receipt)))
}
