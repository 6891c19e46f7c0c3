import type { Random } from '../base/random.js'
import type { TrainingFace } from './data/training-photos.js'
import type { Mining } from './losses.js'

/** How many people and photos of each a batch has. */
export interface BatchSize {
  readonly people: number
  readonly photos: number
}

/** Faces of a batch: `photos` of each of `people`, one person after the other. */
export function balancedBatch(
  people: readonly (readonly TrainingFace[])[],
  size: BatchSize,
  random: Random,
): TrainingFace[] {
  return random.sample(people, size.people).flatMap((own) => {
    const faces = random.sample(own, size.photos)
    // A person with fewer photos gives some again; augmentation makes them differ.
    while (faces.length < size.photos) faces.push(own[random.below(own.length)]!)
    return faces
  })
}

/**
 * Triplets chosen before an epoch (`offline`): for random anchors and positives a negative that the embeddings of
 * the moment put closer than the margin allows, or any where none does.
 *
 * @param embeddings - Of every face, by the face.
 * @returns Batches, each of `count` anchors, then their positives, then their negatives.
 */
export function offlineTriplets(
  people: readonly (readonly TrainingFace[])[],
  embeddings: ReadonlyMap<TrainingFace, Float32Array>,
  { batches, count, margin }: { batches: number; count: number; margin: number },
  random: Random,
): TrainingFace[][] {
  const apart = (a: TrainingFace, b: TrainingFace) => {
    const [x, y] = [embeddings.get(a)!, embeddings.get(b)!]
    let sum = 0
    for (let i = 0; i < x.length; i++) sum += (x[i]! - y[i]!) ** 2
    return sum
  }
  const triplet = (): [TrainingFace, TrainingFace, TrainingFace] => {
    const own = people[random.below(people.length)]!
    const [anchor, positive] = random.sample(own, 2) as [TrainingFace, TrainingFace]
    const others = people.filter((faces) => faces !== own).flat()
    const limit = apart(anchor, positive) + margin
    const violating = others.filter((other) => apart(anchor, other) < limit)
    const from = violating.length > 0 ? violating : others
    return [anchor, positive, from[random.below(from.length)]!]
  }
  return Array.from({ length: batches }, () => {
    const triplets = Array.from({ length: count }, triplet)
    return [0, 1, 2].flatMap((part) => triplets.map((each) => each[part]!))
  })
}

/** Whose each face of a batch is, by position. */
export function batchLabels(size: BatchSize, mining: Mining | undefined): number[] {
  // Three parts of an offline batch are no people; nothing asks for its labels.
  const length = size.people * size.photos
  return Array.from({ length: mining === 'offline' ? length - (length % 3) : length }, (_, i) =>
    Math.floor(i / size.photos),
  )
}
