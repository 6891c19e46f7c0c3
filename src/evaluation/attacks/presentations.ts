import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AgnizeError } from '../../base/errors.js'
import { peopleIn } from '../../gallery/people-folder.js'

/** Name of the folder of live faces; every other folder is a species of attack. */
export const liveFolder = 'live'

/** A photo of a person before a camera, or of an attack. */
export interface Presentation {
  /** Species of the attack, such as `print`; null for a live face. */
  readonly species: string | null
  /** The person, or the person on the picture. */
  readonly person: string
  /** Path of the photo. */
  readonly photo: string
}

/**
 * The photos of a folder with `live/` and a folder for each species of attack, each with a folder for each person.
 *
 * @throws AgnizeError `photo-not-found` without the folder, without `live/`, or without a species.
 */
export async function presentationsIn(folder: string): Promise<Presentation[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new AgnizeError('photo-not-found', `There is no folder ${folder}: check the path.`, {
      cause,
    })
  })
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const species = names.filter((name) => name !== liveFolder && !name.startsWith('.')).sort()
  if (!names.includes(liveFolder) || species.length === 0) {
    throw new AgnizeError(
      'photo-not-found',
      `${folder} needs a folder "${liveFolder}" and one for each kind of attack, such as "print", each with a folder for each person.`,
    )
  }
  const presentations: Presentation[] = []
  for (const name of [liveFolder, ...species]) {
    for (const { name: person, photo } of await peopleIn(join(folder, name))) {
      presentations.push({ species: name === liveFolder ? null : name, person, photo })
    }
  }
  return presentations
}
