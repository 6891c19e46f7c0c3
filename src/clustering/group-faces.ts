import { similarityBlocks } from '../similarities/similarity-blocks.js'
import { dbscan } from './dbscan.js'

/** How faces are grouped. */
export interface GroupingOptions {
  /** Faces at least this similar are neighbors. Cosine, −1…1. */
  readonly similarity: number
  readonly threads: number
  readonly signal?: AbortSignal | undefined
}

/**
 * How many wrong links there may be among all pairs of faces, on average: so few that most collections have none, since one
 * joins two people for good. A split is mended by giving two groups one name.
 */
const wrongLinks = 0.1
/** However few faces there are. */
const rarest = 1e-6

/** The false match rate at which faces of a collection are taken for one person's, so that it holds for all pairs together. */
export function groupingRate(faces: number): number {
  const pairs = (faces * (faces - 1)) / 2
  return Math.min(rarest, wrongLinks / Math.max(1, pairs))
}

/**
 * Groups faces of people whom nobody has named, by DBSCAN where two faces are enough: whoever is alone is a group of one.
 *
 * @param vectors - Embeddings of length 1, of one model.
 * @returns The group of each, counted from 0 in the order in which they are met.
 */
export async function groupFaces(
  vectors: readonly Float32Array[],
  { similarity, threads, signal }: GroupingOptions,
): Promise<number[]> {
  if (vectors.length < 2) return vectors.map((_, i) => i)
  const neighbors: number[][] = vectors.map(() => [])
  const dimensions = vectors[0]?.length ?? 0
  const matrix = {
    vectors: new Float32Array(vectors.length * dimensions),
    dimensions,
    count: vectors.length,
  }
  for (const [i, vector] of vectors.entries()) matrix.vectors.set(vector, i * dimensions)
  await similarityBlocks(matrix, matrix, { threads, signal }, (block) => {
    for (let row = block.rowFrom; row < block.rowTo; row++) {
      const values = (row - block.rowFrom) * block.stride - block.columnFrom
      for (let column = Math.max(block.columnFrom, row + 1); column < block.columnTo; column++) {
        if (block.values[values + column]! < similarity) continue
        neighbors[row]!.push(column)
        neighbors[column]!.push(row)
      }
    }
  })
  const { labels } = dbscan(neighbors, 2)
  // In the order in which they are met, the lonely among them.
  const groups = new Map<string, number>()
  return [...labels].map((label, i) => {
    const key = label < 0 ? `alone ${i}` : String(label)
    const group = groups.get(key) ?? groups.size
    groups.set(key, group)
    return group
  })
}
