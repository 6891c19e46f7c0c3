import { stat } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { AgnizeError } from '../errors.js'
import { photosIn } from '../gallery/people-folder.js'
import type { PhotoSource } from '../image/photo.js'

/** A photo that the command line names. */
export interface PhotoArgument {
  /** As it is shown. */
  readonly label: string
  readonly source: PhotoSource
}

/**
 * What the arguments stand for: photos, the photos in a folder and its sub-folders, the matches of a glob, standard input for `-`.
 *
 * @throws AgnizeError `photo-not-found` for a folder without photos and a pattern that matches nothing.
 */
export async function photoArguments(args: readonly string[]): Promise<PhotoArgument[]> {
  const photos: PhotoArgument[] = []
  for (const argument of args) {
    if (argument === '-') {
      photos.push({ label: '-', source: new Uint8Array(await buffer(process.stdin)) })
    } else {
      for (const path of await expand(argument)) photos.push({ label: path, source: path })
    }
  }
  return photos
}

async function expand(argument: string): Promise<string[]> {
  const found = await stat(argument).catch(() => undefined)
  if (found?.isDirectory()) {
    const photos = await photosIn(argument, true)
    if (photos.length > 0) return photos
    throw new AgnizeError(
      'photo-not-found',
      `There are no photos in ${argument}: name another folder.`,
    )
  }
  if (found || /^(https?|file):/i.test(argument)) return [argument]
  const { glob, isDynamicPattern } = await import('tinyglobby')
  if (!isDynamicPattern(argument)) return [argument]
  const matches = await glob(argument, { absolute: false, onlyFiles: true, dot: false })
  if (matches.length > 0) return matches.sort()
  throw new AgnizeError('photo-not-found', `Nothing matches ${argument}: check the pattern.`)
}
