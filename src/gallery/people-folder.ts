import { isUtf8 } from 'node:buffer'
import { type BigIntStats, promises } from 'node:fs'
import { join, parse } from 'node:path'
import { AgnizeError } from '../base/errors.js'
import { isPhotoName } from '../image/format.js'

/** A photo with the name of its person. */
export interface NamedPhoto {
  /** Name of the subject. */
  readonly name: string
  /** Path of the photo. */
  readonly photo: string
}

/** Why a file or folder is skipped. */
export type SkipReason =
  | 'not-a-photo'
  | 'hidden'
  | 'same-file'
  | 'nested-folder'
  | 'dead-link'
  | 'no-file'
  | 'may-not-be-read'
  | 'name-not-utf8'

/** Each reason in words, in singular and plural. */
const reasonsInWords: Readonly<Record<SkipReason, readonly [one: string, several: string]>> = {
  'not-a-photo': ['file without the name of a photo', 'files without the name of a photo'],
  hidden: ['hidden', 'hidden'],
  'same-file': ['duplicate under another name', 'duplicates under other names'],
  'nested-folder': ['folder in a person’s folder', 'folders in a person’s folder'],
  'dead-link': ['broken link', 'broken links'],
  'no-file': ['pipe or device', 'pipes or devices'],
  'may-not-be-read': ['entry without read permission', 'entries without read permission'],
  'name-not-utf8': ['name that is not UTF-8: rename it', 'names that are not UTF-8: rename them'],
}

/** A skipped file or folder. */
export interface SkippedFile {
  /** Path of the file or folder. */
  readonly path: string
  /** Why it was skipped. */
  readonly reason: SkipReason
}

/** Options of reading a folder. */
export interface FolderOptions {
  /** Called for each skipped file or folder. */
  readonly onSkipped?: (skipped: SkippedFile) => void
}

/** A photo in a folder. */
export interface PhotoFile {
  readonly path: string
  /** Identifies the file by device and inode, whatever its name. */
  readonly id: string
  readonly size: bigint
  /** Modification time (mtime) and change time (ctime), in nanoseconds since 1970. */
  readonly writtenAt: bigint
  readonly changedAt: bigint
}

/** Files and folders by device and inode: an entry counts once, however many links lead to it. */
export class FoundFiles {
  readonly #seen = new Set<string>()

  /** Registers an entry. @returns Whether it is new. */
  isNew({ dev, ino }: BigIntStats): boolean {
    // Some file systems have no inode numbers.
    if (ino === 0n) return true
    const id = `${dev} ${ino}`
    if (this.#seen.has(id)) return false
    this.#seen.add(id)
    return true
  }
}

/**
 * Lists the photos in a folder by name: regular files, each once, however many links lead to it.
 *
 * @param deep - Whether photos in sub-folders are listed; unreadable sub-folders are skipped.
 * @returns Paths, by name.
 * @throws AgnizeError `photo-not-found` for a folder that is missing or cannot be read.
 * @example
 * ```ts
 * import { photosIn } from 'agnize'
 *
 * const photos = await photosIn('holidays', true, { onSkipped: ({ path, reason }) => console.warn(path, reason) })
 * console.log(photos.length)
 * ```
 */
export async function photosIn(
  folder: string,
  deep = false,
  options: FolderOptions = {},
): Promise<string[]> {
  return (await photoFilesIn(folder, deep, options)).map(({ path }) => path)
}

/**
 * As `photosIn`, with the metadata that tells whether a photo has changed.
 *
 * @param found - Files found earlier, which are skipped; the files of this folder are added to it.
 * @throws AgnizeError `photo-not-found`.
 */
export async function photoFilesIn(
  folder: string,
  deep: boolean,
  options: FolderOptions,
  found = new FoundFiles(),
): Promise<PhotoFile[]> {
  const walk = new Walk(options, 'once', found)
  const entries = await walk.photos(await walk.top(folder), deep ? 'enter' : 'ignore')
  return entries.map(({ path, stats }) => ({
    path,
    id: stats.ino === 0n ? path : `${stats.dev} ${stats.ino}`,
    size: stats.size,
    writtenAt: stats.mtimeNs,
    changedAt: stats.ctimeNs,
  }))
}

/**
 * Lists the photos of a folder of people: a photo directly in it belongs to the person of its file name ("skuli.jpg" is
 * skuli), the photos in a sub-folder to the person of the sub-folder's name. A photo under two names or two people is
 * listed twice.
 *
 * @returns By name, then by file name.
 * @throws AgnizeError `photo-not-found` for a folder that is missing, cannot be read, or has no photo.
 * @example
 * ```ts
 * import { openAgnize, peopleIn } from 'agnize'
 *
 * await using agnize = await openAgnize()
 * for (const { name, photo } of await peopleIn('staff')) await agnize.enroll(name, photo)
 * ```
 */
export async function peopleIn(folder: string, options: FolderOptions = {}): Promise<NamedPhoto[]> {
  const walk = new Walk(options, 'every-name')
  const photos: NamedPhoto[] = []
  for (const entry of await walk.top(folder)) {
    if (entry.isFolder) {
      const own = await walk.photos(await walk.entries(entry.path), 'skip')
      photos.push(...own.map(({ path }) => ({ name: entry.name, photo: path })))
    } else if (walk.isPhoto(entry)) {
      photos.push({ name: parse(entry.name).name, photo: entry.path })
    }
  }
  if (photos.length === 0) {
    throw new AgnizeError(
      'photo-not-found',
      `There are no photos in ${folder}: add one photo per person, or one subfolder per person.`,
    )
  }
  return photos
}

/**
 * Summarizes the skipped entries by reason, as a sentence; null when there are none.
 *
 * @param withNames - Whether to name some files of each reason that a user may want to fix.
 */
export function skippedInWords(skipped: readonly SkippedFile[], withNames: boolean): string | null {
  if (skipped.length === 0) return null
  const kinds = (Object.keys(reasonsInWords) as SkipReason[]).flatMap((reason) => {
    const paths = skipped.filter((each) => each.reason === reason).map(({ path }) => path)
    if (paths.length === 0) return []
    const [one, several] = reasonsInWords[reason]
    const named = withNames && !isExpected(reason) ? ` (${someOf(paths)})` : ''
    return [`${paths.length} ${paths.length === 1 ? one : several}${named}`]
  })
  return `Left out ${skipped.length === 1 ? '1 entry of a folder' : `${skipped.length} entries of folders`}: ${kinds.join(', ')}.`
}

/** A reason in words, in the singular. */
export const reasonInWords = (reason: SkipReason): string => reasonsInWords[reason][0]

/** Whether the reason needs no action by the user. */
export const isExpected = (reason: SkipReason): boolean =>
  reason === 'not-a-photo' || reason === 'hidden'

function someOf(paths: readonly string[]): string {
  const some = paths.slice(0, 3).join(', ')
  return paths.length > 3 ? `${some}, …` : some
}

/** A photo or a folder. */
interface Entry {
  readonly name: string
  readonly path: string
  readonly isFolder: boolean
  readonly stats: BigIntStats
}

/** One traversal of folders. */
class Walk {
  readonly #found: FoundFiles
  readonly #onSkipped: (skipped: SkippedFile) => void
  readonly #files: 'once' | 'every-name'

  /** @param files - Whether a file that has several names is taken once; a folder always is. */
  constructor(
    { onSkipped = () => {} }: FolderOptions,
    files: 'once' | 'every-name',
    found = new FoundFiles(),
  ) {
    this.#found = found
    this.#onSkipped = onSkipped
    this.#files = files
  }

  /** Entries of the requested folder. @throws AgnizeError `photo-not-found`. */
  async top(folder: string): Promise<Entry[]> {
    try {
      const stats = await promises.stat(folder, { bigint: true })
      this.#found.isNew(stats)
      return await this.#list(folder)
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException
      throw new AgnizeError(
        'photo-not-found',
        code === 'EACCES' || code === 'EPERM'
          ? `The folder ${folder} cannot be read: change its permissions.`
          : `There is no folder ${folder}: check the path.`,
        { cause },
      )
    }
  }

  /** Entries of a sub-folder; none where it cannot be read. */
  async entries(folder: string): Promise<Entry[]> {
    try {
      return await this.#list(folder)
    } catch {
      this.#skip(folder, 'may-not-be-read')
      return []
    }
  }

  /** The photos among entries and, with `enter`, those in the folders among them. */
  async photos(entries: readonly Entry[], folders: 'enter' | 'skip' | 'ignore'): Promise<Entry[]> {
    const photos: Entry[] = []
    for (const entry of entries) {
      if (!entry.isFolder) {
        if (this.isPhoto(entry)) photos.push(entry)
      } else if (folders === 'enter') {
        photos.push(...(await this.photos(await this.entries(entry.path), folders)))
      } else if (folders === 'skip') {
        this.#skip(entry.path, 'nested-folder')
      }
    }
    return photos
  }

  isPhoto({ name, path }: Entry): boolean {
    if (isPhotoName(name)) return true
    this.#skip(path, 'not-a-photo')
    return false
  }

  async #list(folder: string): Promise<Entry[]> {
    const names: string[] = []
    for (const bytes of await promises.readdir(folder, { encoding: 'buffer' })) {
      const name = bytes.toString()
      if (!isUtf8(bytes)) this.#skip(join(folder, name), 'name-not-utf8')
      else if (name.startsWith('.')) this.#skip(join(folder, name), 'hidden')
      else names.push(name)
    }
    names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    const stats = await Promise.all(
      names.map((name) =>
        promises.stat(join(folder, name), { bigint: true }).catch((error: unknown) => error),
      ),
    )
    return names.flatMap((name, i) => {
      const path = join(folder, name)
      const found = stats[i] as BigIntStats | NodeJS.ErrnoException
      const reason = found instanceof Error ? unreadable(found) : this.#reasonAgainst(name, found)
      if (reason) {
        this.#skip(path, reason)
        return []
      }
      const own = found as BigIntStats
      return [{ name, path, isFolder: own.isDirectory(), stats: own }]
    })
  }

  #reasonAgainst(name: string, stats: BigIntStats): SkipReason | null {
    if (!stats.isDirectory() && !stats.isFile()) return 'no-file'
    // A name that is not a photo's must not hide a photo that is the same file.
    if (stats.isFile() && (this.#files === 'every-name' || !isPhotoName(name))) return null
    return this.#found.isNew(stats) ? null : 'same-file'
  }

  #skip(path: string, reason: SkipReason): void {
    this.#onSkipped({ path, reason })
  }
}

/** The skip reason for an entry that cannot be examined. */
function unreadable({ code }: NodeJS.ErrnoException): SkipReason {
  return code === 'EACCES' || code === 'EPERM' ? 'may-not-be-read' : 'dead-link'
}
