import { AgnizeError } from '../../base/errors.js'
import type { SqlDatabase } from '../sql/sql-database.js'
import type { GalleryAccess } from '../sql/sql-gallery.js'
import { checkedHeader, type Restored, restoreRows } from '../sql/sql-restore.js'
import type { Store } from '../store.js'
import {
  type ArchiveLine,
  type ReadArchiveOptions,
  readArchive,
  type WriteArchiveOptions,
  writeArchive,
} from './archive-file.js'
import { keyFilePath, readKeyFile, writeKeyFile } from './key-file.js'

/** A written backup. */
export interface Backup {
  /** Path of the archive. */
  readonly path: string
  /** Number of rows. */
  readonly rows: number
  /** Path of the key file; null where the gallery is not protected. Only the newest one is to be kept. */
  readonly keys: string | null
}

/** Writes a consistent snapshot of a gallery into a file, while others use it. */
export async function backup(
  store: Store,
  path: string,
  options: WriteArchiveOptions = {},
): Promise<Backup> {
  const isProtected = await store.protection.isProtected()
  const keyFile = keyFilePath(path, store.id)
  const rows = await store.dump(async (lines, keys) => {
    const count = await writeArchive(path, lines, options)
    if (isProtected) {
      const entries = [...keys].map(([id, sealed]) => [id, Buffer.from(sealed).toString('base64')])
      await writeKeyFile(keyFile, {
        format: 'agnize subject keys',
        version: 1,
        gallery: store.id,
        keys: Object.fromEntries(entries) as Record<string, string>,
      })
    }
    return count
  })
  return { path, rows: rows - 1, keys: isProtected ? keyFile : null }
}

/** Options of restoring a backup. */
export interface RestoreOptions extends ReadArchiveOptions {
  /** Path of the key file; default the one beside the backup. */
  readonly keys?: string | undefined
}

/**
 * Restores a backup into a database, completely or not at all.
 *
 * @param name - Name of the gallery, which must not exist or be empty.
 */
export async function restore(
  database: SqlDatabase,
  name: string,
  path: string,
  access: GalleryAccess,
  options: RestoreOptions = {},
): Promise<Restored> {
  const lines = readArchive(path, options)
  const first = await lines.next()
  const { gallery } = checkedHeader(first.done ? undefined : first.value)
  const keys = new Map<string, Uint8Array>()
  if (gallery.protection) {
    const file = await readKeyFile(options.keys ?? keyFilePath(path, gallery.id))
    if (!file) {
      throw new AgnizeError(
        'key-missing',
        `The backup is of a protected gallery and ${options.keys ?? keyFilePath(path, gallery.id)} is missing: give the key file that was written with the newest backup ("--keys").`,
      )
    }
    for (const [id, sealed] of Object.entries(file.keys))
      keys.set(id, Buffer.from(sealed, 'base64'))
  }
  async function* all(): AsyncGenerator<ArchiveLine> {
    if (!first.done) yield first.value
    yield* lines
  }
  return restoreRows(database, name, all(), keys, access)
}

/** Summary of a backup or an export. */
export interface ArchiveSummary {
  /** `agnize backup` or `agnize export`. */
  readonly kind: string
  /** When the archive was written, ISO 8601, UTC. */
  readonly at: string
  /** Number of subjects. */
  readonly people: number
  /** Number of faces. */
  readonly faces: number
}

/** Reads and validates a whole archive. @throws AgnizeError as {@link readArchive}. */
export async function inspectArchive(
  path: string,
  options: ReadArchiveOptions = {},
): Promise<ArchiveSummary> {
  let [kind, at, people, faces] = ['', '', 0, 0]
  for await (const line of readArchive(path, options)) {
    if (kind === '') {
      kind = line.type
      at = String(line.at ?? '')
    }
    if (line.type === 'subjects' || line.type === 'subject') people++
    if (line.type === 'crops' || line.type === 'face') faces++
  }
  if (!kind.startsWith('agnize ')) {
    throw new AgnizeError(
      'archive-damaged',
      `${path} is not an archive of agnize: give another file.`,
    )
  }
  return { kind, at, people, faces }
}
