import { createHash } from 'node:crypto'
import { AgnizeError, isPhotoError } from '../../base/errors.js'
import { alignment } from '../../faces/align.js'
import { mainFace, severalFaces } from '../../faces/choose.js'
import type { Face } from '../../faces/face.js'
import { isExpected, peopleIn, reasonInWords } from '../../gallery/people-folder.js'
import { readPhoto } from '../../image/photo.js'
import { Pyramid } from '../../image/pyramid.js'
import { defaultImageLimits, type RgbImage } from '../../image/rgb-image.js'
import type { Agnize } from '../../library/agnize.js'
import type { EmbeddingCard } from '../../models/card.js'
import { cropMargin } from './augment.js'

/** A face to learn from or to validate with. */
export interface TrainingFace {
  readonly name: string
  readonly photo: string
  /** The aligned face with a margin, for networks that see pixels. */
  readonly kept: RgbImage
  /** The base model's embedding, for a head. */
  readonly embedding: Float32Array
}

/** A photo that is excluded from training. */
export interface LeftOut {
  /** Path of the photo. */
  readonly photo: string
  /** Why it was left out, in words. */
  readonly reason: string
}

/** Faces of a folder of people. */
export interface TrainingPhotos {
  readonly faces: readonly TrainingFace[]
  readonly leftOut: readonly LeftOut[]
  /** SHA-256 over names and pixels: whether a later run has the same photos. */
  readonly fingerprint: string
}

/**
 * Finds and aligns the faces of a folder with a sub-folder a person, in the order of their names.
 *
 * @param form - How the network wants faces.
 * @throws AgnizeError as `Agnize.analyze`, and `photo-not-found`.
 */
export async function trainingPhotos(
  agnize: Agnize,
  folder: string,
  form: Pick<EmbeddingCard, 'alignment' | 'input'>,
  {
    signal,
    onProgress,
  }: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void },
): Promise<TrainingPhotos> {
  const leftOut: LeftOut[] = []
  const photos = await peopleIn(folder, {
    onSkipped: ({ path, reason }) => {
      if (!isExpected(reason)) leftOut.push({ photo: path, reason: reasonInWords(reason) })
    },
  })
  const faces: TrainingFace[] = []
  const hash = createHash('sha256')
  let done = 0
  for await (const each of agnize.analyzeEach(
    photos.map(({ photo }) => photo),
    signal ? { signal } : {},
  )) {
    const { name, photo } = photos[done++]!
    onProgress?.(done, photos.length)
    if ('error' in each) {
      leftOut.push({ photo, reason: each.error.message })
      continue
    }
    const { faces: found } = each.result
    const face = mainFace(found)
    if (!face) {
      leftOut.push({
        photo,
        reason: found.length === 0 ? 'no face was found' : severalFaces(found),
      })
      continue
    }
    const kept = await cropFace(photo, face, form).catch((error: unknown) => {
      if (isPhotoError(error)) return error
      throw error
    })
    if (kept instanceof AgnizeError) {
      leftOut.push({ photo, reason: kept.message })
      continue
    }
    hash.update(name).update(kept.data)
    faces.push({ name, photo, kept, embedding: face.embedding.vector })
  }
  return { faces, leftOut, fingerprint: hash.digest('hex') }
}

async function cropFace(
  photo: string,
  face: Face,
  form: Pick<EmbeddingCard, 'alignment' | 'input'>,
): Promise<RgbImage> {
  const image = await readPhoto(photo, defaultImageLimits)
  const { width, height } = form.input
  const [keptWidth, keptHeight] = [cropSize(width), cropSize(height)]
  const transform = alignment(face.landmarks, form)
  return new Pyramid(image).warp(
    {
      ...transform,
      tx: transform.tx + (keptWidth - width) / 2,
      ty: transform.ty + (keptHeight - height) / 2,
    },
    keptWidth,
    keptHeight,
  )
}

/** Of the same parity as the network's input, so that its middle is whole pixels. */
function cropSize(size: number): number {
  return size + 2 * Math.round((size * (cropMargin - 1)) / 2)
}

/** Photos by person, those to learn from and those to validate with. */
export interface Split {
  readonly training: readonly (readonly TrainingFace[])[]
  readonly validation: readonly TrainingFace[]
}

/**
 * Puts people aside for validation: nobody is in both parts. Those with a single photo make no genuine pair and are
 * left out of both.
 *
 * @param aside - Share of the people, 0…1, of whom two at least are chosen; or their names.
 * @throws AgnizeError `too-few-photos`; `bad-argument` when a name is not there.
 */
export function splitBySubject(
  faces: readonly TrainingFace[],
  aside: number | readonly string[],
  random: { sample<T>(list: readonly T[], count: number): T[] },
): Split {
  const people = new Map<string, TrainingFace[]>()
  for (const face of faces) people.set(face.name, [...(people.get(face.name) ?? []), face])
  const usable = [...people].filter(([, own]) => own.length >= 2).map(([name]) => name)
  const unknown = typeof aside === 'number' ? [] : aside.filter((name) => !usable.includes(name))
  if (unknown.length > 0) {
    throw new AgnizeError(
      'bad-argument',
      `There is nobody named ${unknown.map((name) => JSON.stringify(name)).join(', ')} with two photos for validation: give names of subfolders.`,
    )
  }
  const validating = new Set(
    typeof aside === 'number'
      ? random.sample(usable, Math.max(2, Math.round(aside * usable.length)))
      : aside,
  )
  const training = usable.filter((name) => !validating.has(name))
  if (training.length < 2 || validating.size < 2) {
    throw new AgnizeError(
      'too-few-photos',
      `Training needs at least 2 people to train on and 2 others to validate on, each with at least 2 photos of their face, and there are ${training.length} and ${usable.length - training.length}: add photos, one subfolder per person.`,
    )
  }
  return {
    training: training.map((name) => people.get(name)!),
    validation: faces.filter(({ name }) => validating.has(name)),
  }
}
