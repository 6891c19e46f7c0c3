import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { extname, join, parse } from 'node:path'
import { AgnizeError } from '../errors.js'

/** Endings of files that are taken for photos when a folder is read. */
const photoEndings = new Set(
  '.jpg .jpeg .png .webp .gif .tif .tiff .avif .pgm .ppm .heic'.split(' '),
)

/** A photo and whose it is. */
export interface NamedPhoto {
  readonly name: string
  readonly photo: string
}

/**
 * The photos in a folder, by name.
 *
 * @param deep - Those in its sub-folders too.
 * @throws AgnizeError `photo-not-found`.
 */
export async function photosIn(folder: string, deep = false): Promise<string[]> {
  const photos: string[] = []
  for (const entry of await list(folder)) {
    const path = join(folder, entry.name)
    if (!entry.isFolder) {
      if (isPhoto(entry.name)) photos.push(path)
    } else if (deep) {
      photos.push(...(await photosIn(path, true)))
    }
  }
  return photos
}

/**
 * A folder of people: a photo directly in it belongs to the person of its file name ("skuli.jpg" is skuli), the
 * photos in a sub-folder to the person of the sub-folder's name.
 *
 * @returns By name, then by file name.
 * @throws AgnizeError `photo-not-found` when there is no such folder, or no photo in it.
 */
export async function peopleIn(folder: string): Promise<NamedPhoto[]> {
  const photos: NamedPhoto[] = []
  for (const entry of await list(folder)) {
    const path = join(folder, entry.name)
    if (entry.isFolder) {
      for (const photo of await photosIn(path)) photos.push({ name: entry.name, photo })
    } else if (isPhoto(entry.name)) {
      photos.push({ name: parse(entry.name).name, photo: path })
    }
  }
  if (photos.length === 0) {
    throw new AgnizeError(
      'photo-not-found',
      `There are no photos in ${folder}: put one file a person in it, or one sub-folder a person.`,
    )
  }
  return photos
}

async function list(folder: string) {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    const shown = entries
      .filter((entry) => !entry.name.startsWith('.'))
      .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
    return await Promise.all(
      shown.map(async (entry) => ({ name: entry.name, isFolder: await isFolder(folder, entry) })),
    )
  } catch (cause) {
    throw new AgnizeError('photo-not-found', `There is no folder ${folder}: check the path.`, {
      cause,
    })
  }
}

/** Whether it is a folder, or a link to one. */
async function isFolder(parent: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory()
  const target = await stat(join(parent, entry.name)).catch(() => undefined)
  return target?.isDirectory() ?? false
}

function isPhoto(name: string): boolean {
  return photoEndings.has(extname(name).toLowerCase())
}
