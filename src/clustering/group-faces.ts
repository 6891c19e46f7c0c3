import { similarityBlocks } from '../similarities/similarity-blocks.js'
import { dbscan } from './dbscan.js'

/** Options of clustering. */
export interface GroupingOptions {
  /** Faces at least this similar are neighbors, −1…1. */
  readonly similarity: number
  /** What is taken off every similarity of each face (`SimilarityMeasure.offset`); absent for cosines. */
  readonly offsets?: Float32Array
  readonly threads: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Expected number of wrong links among all pairs of faces: low enough that most collections have none, since a wrong link merges
 * two people for good, while a split is repaired by giving two clusters one name. Judgment.
 */
const maxExpectedWrongLinks = 0.1
/** Upper bound of the false match rate, however few faces there are. Judgment. */
const maxLinkFmr = 1e-6

/** False match rate per comparison that keeps the expected number of wrong links over all pairs at the limit. */
export function groupingRate(faces: number): number {
  const pairs = (faces * (faces - 1)) / 2
  return Math.min(maxLinkFmr, maxExpectedWrongLinks / Math.max(1, pairs))
}

/**
 * Clusters faces of strangers by DBSCAN with two points per core; an isolated face is a cluster of one.
 *
 * @param vectors - L2-normalized embeddings of one model.
 * @returns Cluster of each face, numbered from 0 in order of appearance.
 */
export async function groupFaces(
  vectors: readonly Float32Array[],
  { similarity, offsets, threads, signal }: GroupingOptions,
): Promise<number[]> {
  if (vectors.length < 2) return vectors.map((_, i) => i)
  const neighbors: number[][] = vectors.map(() => [])
  const dimensions = vectors[0]?.length ?? 0
  const matrix = {
    vectors: new Float32Array(vectors.length * dimensions),
    dimensions,
    offsets,
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
  // Numbers clusters in order of appearance, isolated faces included.
  const groups = new Map<string, number>()
  return [...labels].map((label, i) => {
    const key = label < 0 ? `alone ${i}` : String(label)
    const group = groups.get(key) ?? groups.size
    groups.set(key, group)
    return group
  })
}
