import { type EditableGraph, newNode, type ReadNode } from '../onnx/edit.js'
import { isPerChannel } from './compact-channels.js'

/**
 * Replaces activations with a slope for each channel (PReLU, He et al. 2015) by operators that ONNX Runtime runs in its blocked
 * layout: x + s · ReLU(−|1 − a| · x), where a is the slope and s the sign of 1 − a. Positive values stay as they are to the bit.
 *
 * The runtime has no PReLU for that layout: it brings every result to the plain one and back, and computes PReLU value by
 * value, which takes as long as all convolutions of the default embedding network (docs/reference/benchmarks.md).
 *
 * @param graph - Changed in place.
 * @param block - Channels of a block: results of other numbers of channels are not in that layout.
 */
export function decomposePrelu(graph: EditableGraph, block: number): void {
  const channels = new Map<string, number>()
  const nodes = graph.nodes.flatMap((node): readonly ReadNode[] => {
    const [input, second] = node.inputs
    const [output] = node.outputs
    const shape = second === undefined ? undefined : graph.shape(second)
    if (node.type === 'Conv' && shape?.length === 4) channels.set(output!, shape[0]!)
    const count = channels.get(input!)
    if (node.type === 'BatchNormalization' && count) channels.set(output!, count)
    if (node.type !== 'PRelu' || !count || count % block !== 0) return [node]
    if (!shape || !isPerChannel(shape, count)) return [node]
    const named = (what: string) => `${output} ${what}`
    const scale = (data: Float32Array, name: string) => {
      graph.setConstant({ name, shape: [count, 1, 1, 1], data })
      return name
    }
    const slopes = graph.constant(second!)!.data
    const steepness = scale(
      slopes.map((a) => -Math.abs(1 - a)),
      named('steepness'),
    )
    const sign = scale(
      slopes.map((a) => Math.sign(1 - a)),
      named('sign'),
    )
    const depthwise = { group: count }
    return [
      newNode('Conv', [input!, steepness], named('scaled'), depthwise),
      newNode('Relu', [named('scaled')], named('negative')),
      newNode('Conv', [named('negative'), sign], named('change'), depthwise),
      newNode('Add', [named('change'), input!], output!),
    ]
  })
  if (nodes.length > graph.nodes.length) graph.nodes = nodes
}
