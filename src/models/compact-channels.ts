import { type EditableGraph, type FloatTensor, type ReadNode, withInteger } from '../onnx/edit.js'

/** How many times the channels of a layer may become by padding. Judgment: the least of the liveness networks become 1.23 times as many. */
const mostGrowth = 1.25

/** Channels between a convolution and those that mix them again, and all that works on each of them alone. */
interface Channels {
  /** The convolution that makes them. */
  readonly maker: ReadNode
  /** Slopes of activations, and convolutions of each channel alone. */
  readonly slopes: readonly ReadNode[]
  readonly depthwise: readonly ReadNode[]
  /** The convolutions that mix them. */
  readonly readers: readonly ReadNode[]
}

/**
 * Removes the channels of a network that change nothing in its output, and pads the others with empty ones to a multiple.
 *
 * Weight decay leaves channels whose weights are zero: of the default embedding network's 256 channels a layer, up to 169. Blocked layouts
 * of convolutions need a multiple of the block, and the pruned networks of the liveness signal have 13, 26, 103 and the like.
 * The channels are those between a convolution and the next that mixes them, with activations and depthwise
 * convolutions in between, as in MobileNet and MobileFaceNet; what a residual connection reads stays as it is. A network that has no such channels stays as it is.
 *
 * @param graph - Changed in place.
 * @param multiple - What the number of channels is a multiple of afterwards, where that is at most a quarter more than before.
 */
export function compactChannels(graph: EditableGraph, multiple: number): void {
  const readers = new Map<string, ReadNode[]>()
  for (const node of graph.nodes) {
    for (const input of new Set(node.inputs))
      readers.set(input, [...(readers.get(input) ?? []), node])
  }
  const replaced = new Map<ReadNode, ReadNode>()
  for (const maker of graph.nodes) {
    const channels = channelsFrom(maker, graph, readers)
    if (channels) compact(channels, graph, multiple, replaced)
  }
  if (replaced.size > 0) graph.nodes = graph.nodes.map((node) => replaced.get(node) ?? node)
}

/** The channels that a convolution makes; undefined where something else reads them than {@link Channels} names. */
function channelsFrom(
  maker: ReadNode,
  graph: EditableGraph,
  readers: ReadonlyMap<string, readonly ReadNode[]>,
): Channels | undefined {
  const own = (node: ReadNode) =>
    node.inputs.slice(1).every((name) => graph.shape(name) && readers.get(name)?.length === 1)
  const isConvolution = (node: ReadNode) =>
    node.type === 'Conv' && own(node) && graph.shape(node.inputs[1]!)?.length === 4
  if (!isConvolution(maker) || groupsOf(maker) !== 1) return undefined
  const count = graph.shape(maker.inputs[1]!)![0]!
  const found = {
    maker,
    ...{ slopes: [] as ReadNode[], depthwise: [] as ReadNode[], readers: [] as ReadNode[] },
  }
  return follow(maker) && found.readers.length > 0 ? found : undefined

  function follow(node: ReadNode): boolean {
    const [output] = node.outputs
    if (node.outputs.length !== 1 || graph.ports.has(output!)) return false
    return (readers.get(output!) ?? []).every((next) => {
      // What a node reads as something else than its input, such as a slope that is computed.
      if (next.inputs.lastIndexOf(output!) !== 0) return false
      if (next.type === 'Relu') return follow(next)
      if (next.type === 'PRelu') {
        if (!own(next) || !isPerChannel(graph.shape(next.inputs[1]!)!, count)) return false
        found.slopes.push(next)
        return follow(next)
      }
      if (!isConvolution(next)) return false
      if (groupsOf(next) === 1) return found.readers.push(next) > 0
      const [outputs, inputs] = graph.shape(next.inputs[1]!)!
      if (groupsOf(next) !== count || outputs !== count || inputs !== 1) return false
      found.depthwise.push(next)
      return follow(next)
    })
  }
}

const groupsOf = ({ integers }: ReadNode) => integers.group ?? 1

/** Whether slopes are one a channel of N × C × H × W. */
export function isPerChannel(shape: readonly number[], channels: number): boolean {
  const [count, ...rest] = shape.at(-3) === undefined ? [] : shape.slice(-3)
  return (
    count === channels && rest.every((size) => size === 1) && (shape[shape.length - 4] ?? 1) === 1
  )
}

function compact(
  { maker, slopes, depthwise, readers }: Channels,
  graph: EditableGraph,
  multiple: number,
  replaced: Map<ReadNode, ReadNode>,
): void {
  const constants = (node: ReadNode) => node.inputs.slice(1).map((name) => graph.constant(name)!)
  const made = constants(maker)
  const biases = depthwise.flatMap((node) => constants(node).slice(1))
  const read = readers.map((node) => constants(node)[0]!)
  const count = made[0]!.shape[0]!
  const kept: number[] = []
  for (let i = 0; i < count; i++) {
    const isSilent = [...made, ...biases].every((each) => isZero(each, 0, i))
    const isIgnored = read.every((each) => isZero(each, 1, i))
    if (!isSilent && !isIgnored) kept.push(i)
  }
  const padded = Math.max(1, Math.ceil(kept.length / multiple)) * multiple
  // One channel as sixteen would be slower than in the plain layout.
  if (padded === count || padded > mostGrowth * count) return
  const set = (tensor: FloatTensor, axis: number) =>
    graph.setConstant(select(tensor, axis, kept, padded))
  for (const each of [made, ...depthwise.map(constants)].flat()) set(each, 0)
  for (const each of slopes.flatMap(constants)) set(each, each.shape.length - 3)
  for (const each of read) set(each, 1)
  for (const node of depthwise) replaced.set(node, withInteger(node, 'group', padded))
}

/** Sizes of what comes before and after an axis. */
function around(shape: readonly number[], axis: number) {
  const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1)
  return { before: product(shape.slice(0, axis)), after: product(shape.slice(axis + 1)) }
}

function isZero({ data, shape }: FloatTensor, axis: number, index: number): boolean {
  const { before, after } = around(shape, axis)
  for (let i = 0; i < before; i++) {
    const start = (i * shape[axis]! + index) * after
    for (let k = start; k < start + after; k++) if (data[k] !== 0) return false
  }
  return true
}

/** The kept indices of an axis, and zeros up to a new size. */
function select(
  { name, data, shape }: FloatTensor,
  axis: number,
  kept: readonly number[],
  size: number,
): FloatTensor {
  const { before, after } = around(shape, axis)
  const out = new Float32Array(before * size * after)
  for (let i = 0; i < before; i++) {
    for (const [to, from] of kept.entries()) {
      const start = (i * shape[axis]! + from) * after
      out.set(data.subarray(start, start + after), (i * size + to) * after)
    }
  }
  return { name, shape: shape.with(axis, size), data: out }
}
