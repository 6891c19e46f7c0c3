import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { parseChecked } from '../base/checked-json.js'
import { AgnizeError } from '../base/errors.js'
import { isPhotoName } from '../image/format.js'
import type { Agnize } from '../library/agnize.js'
import { embedPhotos } from './embed-photos.js'
import type { CohortFace } from './make-cohort.js'

/** A photo with the kind of its person. */
export interface LabeledPhoto {
  readonly photo: string
  readonly kind: string
}

/** Children up to this age are a kind of their own, of both sexes and all origins: the networks find them alike. */
const lastYearOfChildhood = 9
/** Ages that count as adult; the younger and the older are kinds of their own. */
const adult = { from: 18, to: 64 } as const

/** Kind of people by age, sex and origin. */
export function kindOf(age: number, sex: string, origin: string): string {
  if (age <= lastYearOfChildhood) return 'children'
  if (age < adult.from) return 'teenagers'
  return age > adult.to ? 'old people' : `${origin} ${sex}`.trim()
}

/** Of FairFace: ages are ranges ("3-9", "more than 70"). */
const labelsSchema = z.array(
  z.object({ filename: z.string(), age: z.string().regex(/\d/), gender: z.string() }),
)

/**
 * Lists labeled photos of different people, one person each. A folder is one of:
 *
 * - photos with `labels.json`, a list of `{ filename, age, gender }`, as FairFace has them;
 * - photos named `AGE_GENDER_RACE_….jpg`, as UTKFace has them (gender 0 male, 1 female; race 0 to 4);
 * - a sub-folder for each kind of people;
 * - photos without labels, which are one kind.
 *
 * @throws AgnizeError `photo-not-found`, `bad-argument` for an invalid `labels.json`.
 */
export async function labeledPhotos(folder: string): Promise<LabeledPhoto[]> {
  const labels = join(folder, 'labels.json')
  if (existsSync(labels)) {
    const listed = parseChecked(
      await readFile(labels, 'utf8'),
      labelsSchema,
      (cause) =>
        new AgnizeError(
          'bad-argument',
          `${labels} is not a list of objects with filename, age (with a number) and gender: correct it, or remove it and sort the photos into a folder for each kind of people.`,
          { cause },
        ),
    )
    return listed.map(({ filename, age, gender }) => ({
      photo: join(folder, filename),
      kind: kindOf(Number(/\d+/.exec(age)![0]), gender.toLowerCase(), ''),
    }))
  }
  const names = await readdir(folder, { recursive: true }).catch((cause) => {
    throw new AgnizeError('photo-not-found', `There is no folder ${folder}: check the path.`, {
      cause,
    })
  })
  return names
    .filter(isPhotoName)
    .sort()
    .map((name) => ({ photo: join(folder, name), kind: kindOfName(name) }))
}

const sexes = ['men', 'women']
const origins = ['white', 'black', 'East Asian', 'Indian', 'other']

function kindOfName(name: string): string {
  const [age, sex, origin] = basename(name).split('_')
  if (/^\d+$/.test(age!) && /^[01]$/.test(sex ?? '') && /^[0-4]$/.test(origin ?? '')) {
    return kindOf(Number(age), sexes[Number(sex)]!, origins[Number(origin)]!)
  }
  const [kind, ...rest] = name.split(/[\\/]/)
  return rest.length > 0 ? kind! : 'everybody'
}

/** Embeds the central face of each photo; faces that cannot be judged are left out. @param options - As of `embedPhotos`. */
export async function labeledFaces(
  agnize: Agnize,
  photos: readonly LabeledPhoto[],
  options: {
    readonly cache?: string
    readonly signal?: AbortSignal
    readonly onProgress?: (done: number, total: number) => void
  } = {},
): Promise<CohortFace[]> {
  const list = photos.map(({ photo, kind }) => ({
    photo,
    person: kind,
    role: null,
    attributes: {},
  }))
  const { samples } = await embedPhotos(agnize, list, { ...options, face: 'central' })
  return samples.flatMap((sample) =>
    sample && (sample.quality ?? 0) > 0 ? [{ vector: sample.vector, kind: sample.person }] : [],
  )
}
