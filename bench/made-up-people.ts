import type { Store } from '../dist/gallery/store.js'
import { embeddingCard } from '../dist/models/builtin.js'
import { modelId } from '../dist/models/card.js'

/** Enrolls subjects with random embeddings of the default model, so that a search takes the time of a gallery of that size. */
export async function enrollMadeUpPeople(store: Pick<Store, 'add'>, people: number): Promise<void> {
  const crop = new Uint8Array(20_000)
  for (let i = 0; i < people; i++) {
    const vector = Float32Array.from(
      { length: embeddingCard.dimensions },
      () => Math.random() - 0.5,
    )
    const norm = Math.hypot(...vector)
    await store.add(`Person ${i}`, {
      ...{ model: modelId(embeddingCard), vector: vector.map((x) => x / norm), quality: 1 },
      ...{ photo: `${i}.jpg`, photoHash: String(i), box: { x: 0, y: 0, width: 100, height: 100 } },
      crop,
    })
  }
}
