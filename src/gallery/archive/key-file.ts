import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { isObject, parseChecked, schemaOf } from '../../base/checked-json.js'
import { AgnizeError } from '../../base/errors.js'
import { writeFileAtomically } from '../../base/write-file-atomically.js'

/** The sealed keys of a protected gallery's subjects, beside its backups. */
export interface KeyFile {
  readonly format: 'agnize subject keys'
  readonly version: 1
  /** Id of the gallery. */
  readonly gallery: string
  /** Sealed keys in base64, by subject id. */
  readonly keys: Readonly<Record<string, string>>
}

/**
 * Path of the key file for the backups in a folder: one file per gallery, which every new backup replaces, so that a subject
 * deleted since cannot be read from any of the backups.
 */
export const keyFilePath = (backup: string, galleryId: string) =>
  join(dirname(resolve(backup)), `${galleryId}.keys.json`)

/** @returns The key file; undefined where it does not exist. @throws AgnizeError `archive-damaged`. */
export async function readKeyFile(path: string): Promise<KeyFile | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  return parseChecked(
    text,
    keyFileShape,
    (cause) =>
      new AgnizeError(
        'archive-damaged',
        `${path} is not a key file of a gallery: give the file that "agnize gallery backup" wrote beside the backup.`,
        { cause },
      ),
  )
}

const keyFileShape = schemaOf(
  (value): value is KeyFile =>
    isObject(value) &&
    value.format === 'agnize subject keys' &&
    value.version === 1 &&
    typeof value.gallery === 'string' &&
    isObject(value.keys) &&
    Object.values(value.keys).every(
      (key) => typeof key === 'string' && /^[A-Za-z0-9+/]+={0,2}$/.test(key),
    ),
)

/** Writes the key file atomically, readable by its owner only. */
export async function writeKeyFile(path: string, file: KeyFile): Promise<void> {
  await writeFileAtomically(path, Buffer.from(JSON.stringify(file)), 0o600)
}

/**
 * Deletes a subject's key from the key file beside a backup.
 *
 * @returns Whether the key file exists, so that the backup can no longer be read for the subject.
 */
export async function forgetKey(
  backup: string,
  galleryId: string,
  subjectId: string,
): Promise<boolean> {
  const path = keyFilePath(backup, galleryId)
  const file = await readKeyFile(path).catch(() => undefined)
  if (!file) return false
  if (subjectId in file.keys) {
    const { [subjectId]: _, ...keys } = file.keys
    await writeKeyFile(path, { ...file, keys })
  }
  return true
}
