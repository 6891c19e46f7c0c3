import type { Random } from '../base/random.js'
import type { RgbImage } from '../image/rgb-image.js'
import type { EmbeddingCard } from '../models/card.js'
import { type Augmentation, augmentedFace, plainFace } from './data/augment.js'
import type { TrainingFace } from './data/training-photos.js'

/** How faces become a network's inputs. */
export interface Samples {
  /** As in use. */
  plain(face: TrainingFace): Float32Array
  /** As in training: changed at random. */
  varied(face: TrainingFace, random: Random): Float32Array
}

/** Inputs of a network that sees pixels. */
export function pixelSamples(input: EmbeddingCard['input'], amounts: Augmentation): Samples {
  const kept = ({ kept }: TrainingFace): RgbImage => kept
  return {
    plain: (face) => plainFace(kept(face), input),
    varied: (face, random) => augmentedFace(kept(face), input, amounts, random),
  }
}

/** Inputs of a head: the base model's embeddings, in training with a little noise. */
export function embeddingSamples(noise: number): Samples {
  return {
    plain: ({ embedding }) => embedding,
    varied: ({ embedding }, random) => {
      const deviation = noise / Math.sqrt(embedding.length)
      return embedding.map((value) => value + deviation * random.normal())
    },
  }
}
