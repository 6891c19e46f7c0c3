import type { RgbImage } from '../image/rgb-image.js'
import { toTensor } from '../image/tensor.js'
import { type EmbeddingCard, modelId } from '../models/card.js'
import type { Session } from '../models/session.js'
import { normalize } from './vectors.js'

/**
 * Embedding of a face with the id of its model; embeddings of different models are not comparable.
 *
 * @typeParam Model - Id of the model as a literal type, where it is known; the compiler then rejects comparisons across
 * models.
 */
export interface Embedding<Model extends string = string> {
  /** Id of the model: name and start of the SHA-256 of its file. */
  readonly model: Model
  /** L2-normalized; 512 floats with the default model. */
  readonly vector: Float32Array
}

/** An embedding, and the visibility of the face to the network. */
export interface Embedded {
  readonly embedding: Embedding
  /** Length of the network's output before normalization: large for clear faces, small for barely visible ones. */
  readonly norm: number
}

/**
 * Embeds an aligned face.
 *
 * @param chip - The aligned face, from {@link align}.
 * @param others - Other views of it, whose embeddings are averaged with its own; default none.
 */
export async function embed(
  chip: RgbImage,
  { session, card }: { session: Session; card: EmbeddingCard },
  others: readonly RgbImage[] = [],
): Promise<Embedded> {
  const vector = await raw(chip, session, card)
  const norm = normalize(vector)
  const embedding = { model: modelId(card), vector }
  if (others.length === 0) return { embedding, norm }
  return { embedding: await averageViews(embedding, others, { session, card }), norm }
}

/** Averages an embedding of a face with those of other views of it. @param chips - The aligned views. */
export async function averageViews(
  { model, vector }: Embedding,
  chips: readonly RgbImage[],
  { session, card }: { session: Session; card: EmbeddingCard },
): Promise<Embedding> {
  const sum = Float32Array.from(vector)
  for (const chip of chips) {
    const view = await raw(chip, session, card)
    normalize(view)
    for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + view[i]!
  }
  normalize(sum)
  return { model, vector: sum }
}

async function raw(chip: RgbImage, session: Session, card: EmbeddingCard): Promise<Float32Array> {
  const [output] = Object.values(await session.run(toTensor(chip, card.input)))
  return Float32Array.from(output!)
}
