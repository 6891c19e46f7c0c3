import { editModel } from '../onnx/edit.js'
import { compactChannels } from './compact-channels.js'
import { decomposePrelu } from './decompose-prelu.js'
import { flushTinyWeights } from './tiny-weights.js'

/** How the operators of a runtime lay out what they compute. */
export interface OperatorLayout {
  /** Channels that an operator takes at once. */
  readonly block: number
  /** Whether a layout in blocks of channels is kept from operator to operator, but for those that do not know it. */
  readonly isBlocked: boolean
}

/** ONNX Runtime on x64 processors: blocks of 16 channels with AVX-512, of 8 without. */
export const blockedLayout: OperatorLayout = { block: 16, isBlocked: true }
/** Elsewhere numbers of channels are free; vector instructions take 4 floats or more at once. */
export const otherLayout: OperatorLayout = { block: 4, isBlocked: false }

/** Operators with graphs of their own, which may read any result of the graph around them. */
const nesting = new Set(['If', 'Loop', 'Scan', 'SequenceMap'])

/**
 * Rewrites a network so that a runtime runs it faster. Its outputs stay the same but for the last digits of a float32.
 *
 * @param model - The bytes of an ONNX file.
 * @returns A copy; bytes that are no ONNX file come back as they are, for the runtime to refuse.
 */
export function prepareNetwork(
  model: Uint8Array,
  { block, isBlocked }: OperatorLayout,
): Uint8Array {
  const flushed = new Uint8Array(model)
  flushTinyWeights(flushed)
  try {
    return editModel(flushed, (graph) => {
      if (graph.nodes.some(({ type }) => nesting.has(type))) return
      compactChannels(graph, block)
      if (isBlocked) decomposePrelu(graph, block)
    })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return flushed
  }
}
