import { createHash } from 'node:crypto'
import { basename, resolve } from 'node:path'
import { counted } from '../base/counted.js'
import { AgnizeError } from '../base/errors.js'
import { Random } from '../base/random.js'
import { meanOf } from '../clustering/balanced-groups.js'
import type { Agnize } from '../library/agnize.js'
import type { OwnCohort } from '../models/card.js'
import { encodeCohort } from '../models/cohort-file.js'
import type { EvaluationSet } from './evaluation-set.js'
import { labeledFaces, labeledPhotos } from './labeled-faces.js'
import { type CohortFace, cohortWeight, makeCohort } from './make-cohort.js'

/** Number of people whose group means a cohort of enrolled people needs. Judgment: five groups of 20. */
const minPeopleOfCohort = 100

/**
 * Makes a cohort of labeled photos of other people.
 *
 * @param folder - As `labeledPhotos` reads it.
 * @throws AgnizeError `photo-not-found`, `bad-argument`; `too-few-photos` where no kind has 20 people.
 */
export async function cohortOfFolder(
  agnize: Agnize,
  folder: string,
  options: Parameters<typeof labeledFaces>[2],
): Promise<OwnCohort> {
  const photos = await labeledPhotos(folder)
  const faces = await labeledFaces(agnize, photos, options)
  return ownCohort(faces, basename(resolve(folder)))
}

/**
 * Makes a cohort of a random half of a set's people, and keeps the other half back for the thresholds: nobody who is in the
 * cohort is in the returned set.
 *
 * @throws AgnizeError `too-few-photos`.
 */
export function cohortOfHalf(
  set: EvaluationSet,
  seed: number,
): { readonly cohort: OwnCohort; readonly keptBack: EvaluationSet } {
  const byPerson = new Map<string, Float32Array[]>()
  for (const { person, vector } of set.samples) {
    const own = byPerson.get(person)
    if (own) own.push(vector)
    else byPerson.set(person, [vector])
  }
  const names = [...byPerson.keys()]
  if (names.length < 2 * minPeopleOfCohort || set.pairs) {
    throw new AgnizeError(
      'too-few-photos',
      `A cohort of the own people takes ${2 * minPeopleOfCohort} people, half of whom are kept back to measure the thresholds, and there are ${names.length}: give a folder of other people instead (--cohort FOLDER).`,
    )
  }
  const half = new Set(new Random(seed, 2).sample(names, Math.floor(names.length / 2)))
  const faces = [...half].map((name) => ({ vector: meanOf(byPerson.get(name)!), kind: set.name }))
  return {
    cohort: ownCohort(faces, `${counted(half.size, 'person', 'people')} of ${set.name}`),
    keptBack: { ...set, samples: set.samples.filter(({ person }) => !half.has(person)) },
  }
}

function ownCohort(faces: readonly CohortFace[], data: string): OwnCohort {
  const { means, neighbors, ordinary, people } = makeCohort(faces)
  if (means.count === 0) {
    throw new AgnizeError(
      'too-few-photos',
      `A cohort takes groups of 20 people of one kind, and none of the kinds in ${data} has so many faces: add photos of other people.`,
    )
  }
  const file = encodeCohort(means)
  return {
    sha256: createHash('sha256').update(file).digest('hex'),
    groups: means.count,
    people,
    neighbors: Math.min(neighbors, means.count),
    ordinary,
    weight: cohortWeight,
    data,
    license: 'unknown',
    use: 'Made on this machine; the terms of its photos apply.',
    file: Buffer.from(file).toString('base64'),
  }
}
