import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { embedPhotos } from '../dist/evaluation/embed-photos.js'
import { dot } from '../dist/faces/vectors.js'
import type { Agnize } from '../dist/index.js'
import { facesFolder } from './face-sets.js'

/** The central face of a photo. */
export interface EmbeddedFace {
  /** Path below the folder of the set. */
  readonly photo: string
  /** Folder of the photo: the person, in sets with a folder for each. */
  readonly person: string
  readonly vector: Float32Array
  readonly quality: number
}

/** The faces of a set, and the photos without one. */
export interface EmbeddedSet {
  readonly faces: readonly EmbeddedFace[]
  readonly missed: readonly string[]
  readonly photos: number
}

/**
 * Embeds the central face of each photo of a face set, as the protocol of Labeled Faces in the Wild means it. Results are kept in
 * `.cache/faces`, so that the next bench does not compute them again; they are made anew with another model.
 *
 * @param options - `views`: embeds each face as enrollment does, averaged over views.
 */
export async function embeddedSet(
  agnize: Agnize,
  set: string,
  { views = false }: { readonly views?: boolean } = {},
): Promise<EmbeddedSet> {
  const root = join(facesFolder, set)
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(jpe?g|png|pgm)$/i.test(name))
    .sort()
  const { samples } = await embedPhotos(
    agnize,
    names.map((name) => ({
      photo: join(root, name),
      person: name.split('/').at(-2) ?? '',
      role: null,
      attributes: {},
    })),
    {
      cache: join('.cache/faces', `${set.replaceAll('/', '-')}${views ? '-views' : ''}.jsonl`),
      face: 'central',
      views,
      onProgress: (done, total) => {
        if (done % 1000 === 0) console.error(`${set}: ${done} of ${total} photos`)
      },
    },
  )
  return {
    faces: samples.flatMap((sample, i) =>
      sample
        ? [
            {
              photo: names[i]!,
              person: sample.person,
              vector: sample.vector,
              quality: sample.quality ?? 0,
            },
          ]
        : [],
    ),
    missed: names.filter((_, i) => !samples[i]),
    photos: names.length,
  }
}

/** Age, sex and origin in the name of a photo of UTKFace; undefined where the name has not all three. */
export function utkLabels(photo: string) {
  const [age, sex, origin] = basename(photo).split('_')
  if (!/^\d+$/.test(age!) || !/^[01]$/.test(sex ?? '') || !/^[0-4]$/.test(origin ?? '')) {
    return undefined
  }
  return { age: Number(age), sex: Number(sex), origin: Number(origin) }
}

/** One face of each person, the first. */
export function firstOfEach(faces: readonly EmbeddedFace[]): EmbeddedFace[] {
  const seen = new Set<string>()
  return faces.filter(({ person }) => !seen.has(person) && seen.add(person))
}

/** An embedding with what is taken off its similarities. */
export interface Prepared {
  readonly vector: Float32Array
  readonly offset: number
}

/** Similarities of all pairs, in falling order. */
export function allPairs(faces: readonly Prepared[]): Float32Array {
  const all = new Float32Array((faces.length * (faces.length - 1)) / 2)
  let at = 0
  for (const [i, a] of faces.entries()) {
    for (let k = 0; k < i; k++) {
      const b = faces[k]!
      all[at++] = dot(a.vector, b.vector) - a.offset - b.offset
    }
  }
  return all.sort().reverse()
}

/** Share of similarities that reach a threshold, 0…1. @param falling - In falling order. */
export function shareFrom(falling: Float32Array, threshold: number): number {
  return countFrom(falling, threshold) / falling.length
}

/** Number of similarities that reach a threshold. @param falling - In falling order. */
export function countFrom(falling: Float32Array, threshold: number): number {
  let low = 0
  let high = falling.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (falling[middle]! >= threshold) low = middle + 1
    else high = middle
  }
  return low
}

/** The threshold that a share of similarities reaches. @param falling - In falling order. */
export const thresholdWith = (falling: Float32Array, share: number): number =>
  falling[Math.min(falling.length - 1, Math.floor(share * falling.length))]!
