import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AgnizeError } from '../base/errors.js'
import { isSignatureValid, type Signature } from '../base/signing.js'
import { removeAbandonedParts } from '../base/write-file-atomically.js'
import { cosineMeasure } from '../faces/similarity-measure.js'
import { forgetKey } from '../gallery/archive/key-file.js'
import type { Gallery } from '../gallery/gallery.js'
import type { Person } from '../gallery/people-store.js'
import type { Engine } from '../session/engine.js'
import type { GallerySession } from '../session/gallery-session.js'

/** A signed proof of what was erased of a subject, without biometric data. */
export interface ErasureReceipt {
  /** Name of the format. */
  readonly format: 'agnize erasure receipt'
  /** Version of the format. */
  readonly version: 1
  /** Id of the gallery. */
  readonly gallery: string
  /** Id of the subject, which is never used again. */
  readonly subject: string
  /** External id of the subject; null without one. */
  readonly externalId: string | null
  /** Reference of the request, as the caller gave it; null without one. */
  readonly reference: string | null
  /** ISO 8601, UTC. */
  readonly erasedAt: string
  /** Actor who erased the subject. */
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
    /** Number of rows that still name the subject, outside the audit log. */
    readonly rows: number
  }
  /** Earlier backups, exports and damaged files kept by a repair, which may still hold the subject. */
  readonly backups: readonly {
    /** Path of the file. */
    readonly path: string
    /** When it was written, ISO 8601, UTC. */
    readonly at: string
    /**
     * Whether the subject can still be read from it: false where it is sealed and the subject's key was deleted from the key
     * file beside it.
     */
    readonly readable: boolean
  }[]
  /** Signature of the other fields. */
  readonly signature: Signature
}

/** The parts of a session that an erasure uses. */
export type ErasingSession = Pick<GallerySession, 'gallery' | 'actor' | 'signer'> & {
  readonly engine: Pick<Engine, 'home' | 'store'>
}

/** Options of `People.erase`. */
export interface EraseOptions {
  /** Reference of the subject's request, such as the number of a letter; it is part of the receipt. */
  readonly reference?: string
}

/**
 * Erases a subject: removes everything kept of it, rewrites the store's file, checks that nothing is left, and lists the
 * backups.
 *
 * @throws AgnizeError `unknown-subject`; `internal` where data remain; `disk-full` where the file cannot be rewritten.
 */
export async function erase(
  session: ErasingSession,
  name: string,
  options: EraseOptions = {},
): Promise<ErasureReceipt> {
  const receipt = await eraseRows(session, name, options)
  await rewrite(session)
  return receipt
}

/** Erases several subjects as {@link erase} does, and rewrites the store's file once. */
export async function eraseAll(
  session: ErasingSession,
  names: readonly string[],
): Promise<ErasureReceipt[]> {
  const receipts = []
  for (const name of names) receipts.push(await eraseRows(session, name, {}))
  if (receipts.length > 0) await rewrite(session)
  return receipts
}

async function rewrite(session: ErasingSession): Promise<void> {
  try {
    await (await session.gallery()).store.rewrite()
  } catch (cause) {
    if (!(cause instanceof AgnizeError && cause.code === 'disk-full')) throw cause
    throw new AgnizeError(
      'disk-full',
      'The data were deleted, but the file of the gallery was not rewritten and may hold remains of them: free as much space as the file takes. The next erasure rewrites it.',
      { cause },
    )
  }
}

async function eraseRows(
  session: ErasingSession,
  name: string,
  { reference }: EraseOptions,
): Promise<ErasureReceipt> {
  const { actor, signer } = session
  const { home, store: place } = session.engine
  const gallery = await session.gallery()
  const { store } = gallery
  const { id, externalId } = await store.subject(name)
  const { model } = await store.state()
  const isProtected = await store.protection.isProtected()
  const before = await store.people.named(name)
  const removed = await store.remove(name, {
    action: 'erase',
    ...(reference !== undefined && { reference }),
  })
  await gallery.forget()
  const written = await store.backups.list()
  // A partial file that a killed process left may hold the subject, or the key that opens a backup of it.
  const folders = [
    home,
    dirname(place),
    `${place}.index`,
    ...written.map(({ path }) => dirname(path)),
  ]
  for (const folder of new Set(folders)) await removeAbandonedParts(folder)
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
      `Some data of ${JSON.stringify(name)} remains (${Object.keys(traces).join(', ') || 'the search still finds the person'}): run "agnize doctor".`,
    )
  }
  return { ...receipt, signature: await signer.sign(contentOf(receipt)) }
}

/** Damaged files of a store that repairs have kept. */
async function damagedFiles(place: string): Promise<string[]> {
  const folder = dirname(place)
  const names = await readdir(folder).catch(() => [])
  return names
    .filter((name) => name.startsWith(`${basename(place)}.damaged-`))
    .filter((name) => !/-(wal|shm)$/.test(name))
    .map((name) => join(folder, name))
}

/** Whether a search with any of a subject's templates finds the subject. */
async function isFound(
  gallery: Gallery,
  model: string,
  person: Person | undefined,
  id: string,
): Promise<boolean> {
  if (!person) return false
  const probes = person.templates.map(({ vector }) => gallery.store.people.reveal(vector))
  for (const fusion of ['mean', 'best'] as const) {
    const { candidates } = await gallery.search(model, probes, {
      measure: cosineMeasure,
      ...{ fusion, limit: 10 },
    })
    if (candidates.some((list) => list.some(({ subject }) => subject.id === id))) return true
  }
  return false
}

/**
 * Whether a receipt has a valid signature (Ed25519). Its public key identifies the signer.
 *
 * @throws AgnizeError `bad-argument` when the argument is not a receipt.
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
      'This is not an erasure receipt: give the file that "agnize people erase" wrote.',
    )
  }
  return isSignatureValid(contentOf(content), signature)
}

/** The signed bytes: the receipt as JSON with sorted keys. */
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
