import { stat } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { AgnizeError } from '../base/errors.js'
import { FoundFiles, photoFilesIn, type SkippedFile } from '../gallery/people-folder.js'
import type { PhotoSource } from '../image/photo.js'
import { SkippedFiles } from './skipped-files.js'

/** A photo that the command line names. */
export interface PhotoArgument {
  /** Label in the output: its path, or `-` for standard input. */
  readonly label: string
  readonly source: PhotoSource
}

/**
 * Resolves arguments to photos: a file, the photos in a folder and its subfolders, the matches of a glob, or standard input
 * for `-`.
 *
 * @throws AgnizeError `photo-not-found` for a folder without photos and a pattern that matches nothing.
 */
export async function photoArguments(args: readonly string[]): Promise<PhotoArgument[]> {
  const photos: PhotoArgument[] = []
  const skipped = new SkippedFiles()
  const found = new FoundFiles()
  try {
    for (const argument of args) {
      if (argument === '-') {
        photos.push({ label: '-', source: new Uint8Array(await buffer(process.stdin)) })
      } else {
        const paths = await expand(argument, found, skipped.onSkipped)
        for (const path of paths) photos.push({ label: path, source: path })
      }
    }
  } finally {
    skipped.report()
  }
  return photos
}

async function expand(
  argument: string,
  found: FoundFiles,
  onSkipped: (skipped: SkippedFile) => void,
): Promise<string[]> {
  const stats = await stat(argument, { bigint: true }).catch(() => undefined)
  if (stats?.isDirectory()) {
    let left = 0
    const onSkippedFile = (skipped: SkippedFile) => {
      left++
      onSkipped(skipped)
    }
    const files = await photoFilesIn(argument, true, { onSkipped: onSkippedFile }, found)
    const photos = files.map(({ path }) => path)
    // A folder whose photos were all found by earlier arguments is not an error.
    if (photos.length > 0 || left > 0) return photos
    throw new AgnizeError(
      'photo-not-found',
      `There are no photos in ${argument}: give another folder.`,
    )
  }
  if (stats) found.isNew(stats)
  if (stats || /^(https?|file):/i.test(argument)) return [argument]
  const { glob, isDynamicPattern } = await import('tinyglobby')
  if (!isDynamicPattern(argument)) return [argument]
  const matches = await glob(argument, { absolute: false, onlyFiles: true, dot: false })
  const photos: string[] = []
  for (const path of matches.sort()) {
    const stats = await stat(path, { bigint: true }).catch(() => undefined)
    if (!stats?.isFile()) onSkipped({ path, reason: stats ? 'no-file' : 'dead-link' })
    else if (found.isNew(stats)) photos.push(path)
    else onSkipped({ path, reason: 'same-file' })
  }
  if (matches.length > 0) return photos
  throw new AgnizeError('photo-not-found', `Nothing matches ${argument}: check the pattern.`)
}
