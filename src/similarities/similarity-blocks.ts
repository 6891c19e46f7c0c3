import { throwIfCanceled } from '../base/errors.js'
import { openProduct } from './matrix-product.js'

/** A block of a similarity matrix: rows of one list of embeddings, columns of another. */
export interface SimilarityBlock {
  readonly rowFrom: number
  readonly rowTo: number
  readonly columnFrom: number
  readonly columnTo: number
  /** Row-major, with rows of length `stride`. */
  readonly values: Float32Array
  readonly stride: number
}

/** Embeddings in one row-major array. */
export interface EmbeddingMatrix {
  readonly vectors: Float32Array
  /** What is taken off every similarity of each embedding; absent for cosines. */
  readonly offsets?: Float32Array | undefined
  readonly dimensions: number
  readonly count: number
}

/** Rows and columns of a block, chosen so that the product fits a processor's cache. Judgment. */
const blockSize = 512

/**
 * Computes the similarities of all pairs of two lists, block by block.
 *
 * @param rows - L2-normalized embeddings.
 * @param columns - The same object as `rows` for the pairs within one list: blocks without a pair i < j are skipped.
 * @param stripes - Ends of the row blocks, where some rows must stay together; the last is the length of the list.
 * @param onBlock - Called with each block; its values are never overwritten.
 */
export async function similarityBlocks(
  rows: EmbeddingMatrix,
  columns: EmbeddingMatrix,
  {
    threads,
    stripes = evenStripes(rows.count),
    signal,
    onProgress,
  }: {
    threads: number
    stripes?: readonly number[]
    signal?: AbortSignal | undefined
    onProgress?: ((done: number, total: number) => void) | undefined
  },
  onBlock: (block: SimilarityBlock) => void,
): Promise<void> {
  const { dimensions } = rows
  const height = stripes.reduce((most, end, i) => Math.max(most, end - (stripes[i - 1] ?? 0)), 1)
  const width = Math.min(blockSize, Math.max(1, columns.count))
  const product = await openProduct(
    { rows: height, inner: dimensions, columns: width },
    { transposed: true, threads },
  )
  try {
    let rowFrom = 0
    for (const rowTo of stripes) {
      throwIfCanceled(signal)
      const left = padded(rows, rowFrom, height)
      const first = rows === columns ? Math.floor((rowFrom + 1) / width) * width : 0
      for (let columnFrom = first; columnFrom < columns.count; columnFrom += width) {
        const values = await product.run(left, padded(columns, columnFrom, width))
        const columnTo = Math.min(columnFrom + width, columns.count)
        takeOff(
          values,
          width,
          rows.offsets?.subarray(rowFrom, rowTo),
          columns.offsets?.subarray(columnFrom, columnTo),
        )
        onBlock({ rowFrom, rowTo, columnFrom, columnTo, values, stride: width })
      }
      rowFrom = rowTo
      onProgress?.(rowTo, rows.count)
    }
  } finally {
    await product.release()
  }
}

/** Takes the offsets of rows and columns off the similarities of a block. */
function takeOff(
  values: Float32Array,
  stride: number,
  rows: Float32Array | undefined,
  columns: Float32Array | undefined,
): void {
  if (!rows || !columns) return
  for (const [i, offset] of rows.entries()) {
    for (let j = 0; j < columns.length; j++) values[i * stride + j]! -= offset + columns[j]!
  }
}

function evenStripes(count: number): number[] {
  const ends: number[] = []
  for (let end = blockSize; end < count; end += blockSize) ends.push(end)
  return count > 0 ? [...ends, count] : []
}

/**
 * Ends of stripes of about a block's height that never split a group.
 *
 * @param groups - Group of each row; the rows of a group are contiguous.
 */
export function groupAlignedStripes(groups: Int32Array): number[] {
  const ends: number[] = []
  let from = 0
  for (let i = 1; i <= groups.length; i++) {
    const isGroupEnd = i === groups.length || groups[i] !== groups[i - 1]
    if (isGroupEnd && (i - from >= blockSize || i === groups.length)) {
      ends.push(i)
      from = i
    }
  }
  return ends
}

/** Rows from an index on, padded with zeros. */
function padded({ vectors, dimensions, count }: EmbeddingMatrix, from: number, rows: number) {
  if (from + rows <= count) return vectors.subarray(from * dimensions, (from + rows) * dimensions)
  const block = new Float32Array(rows * dimensions)
  block.set(vectors.subarray(from * dimensions, count * dimensions))
  return block
}
