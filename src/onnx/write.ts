import { MessageWriter } from './protobuf.js'

/** Version of the ONNX operator set that agnize writes. */
export const opset = 18

/** Value of a node's attribute: an integer, a list of integers, or a tagged float or text. */
export type Attribute =
  | number
  | readonly number[]
  | { readonly float: number }
  | { readonly text: string }

/** A node of a graph: one operation. */
export interface OnnxNode {
  /** Operator, such as `Conv`. */
  readonly type: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes?: Readonly<Record<string, Attribute>>
}

/** A constant tensor stored in the file: floats, or integers where operators take shapes and indices. */
export interface OnnxTensor<Data = Float32Array | BigInt64Array> {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: Data
}

/** An input or output of a graph: a float tensor. */
export interface OnnxPort {
  readonly name: string
  readonly shape: readonly number[]
}

/** A network in ONNX's terms. */
export interface OnnxGraph {
  readonly name: string
  readonly inputs: readonly OnnxPort[]
  readonly outputs: readonly OnnxPort[]
  readonly nodes: readonly OnnxNode[]
  readonly initializers: readonly OnnxTensor[]
}

const float = 1
const int64 = 7

/**
 * Serializes a graph as an ONNX file.
 *
 * Field numbers are those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 *
 * @param metadata - Stored as the file's `metadata_props`.
 */
export function writeModel(
  graph: OnnxGraph,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const model = new MessageWriter()
    .integer(1, 8)
    .bytes(2, 'agnize')
    .bytes(7, graphMessage(graph))
    .bytes(8, new MessageWriter().bytes(1, '').integer(2, opset))
  for (const [key, value] of Object.entries(metadata)) model.bytes(14, metadataMessage(key, value))
  return model.finish()
}

/** An entry of a model's `metadata_props`. */
export function metadataMessage(key: string, value: string): MessageWriter {
  return new MessageWriter().bytes(1, key).bytes(2, value)
}

function graphMessage({ name, inputs, outputs, nodes, initializers }: OnnxGraph): MessageWriter {
  const graph = new MessageWriter()
  for (const node of nodes) graph.bytes(1, nodeMessage(node))
  graph.bytes(2, name)
  for (const tensor of initializers) graph.bytes(5, tensorMessage(tensor))
  for (const port of inputs) graph.bytes(11, portMessage(port))
  for (const port of outputs) graph.bytes(12, portMessage(port))
  return graph
}

/** A NodeProto. */
export function nodeMessage({ type, inputs, outputs, attributes = {} }: OnnxNode): MessageWriter {
  const node = new MessageWriter()
  for (const input of inputs) node.bytes(1, input)
  for (const output of outputs) node.bytes(2, output)
  node.bytes(4, type)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'number') {
      node.bytes(5, integerAttribute(name, value))
      continue
    }
    const attribute = new MessageWriter().bytes(1, name)
    if ('float' in value) attribute.float(2, value.float).integer(20, 1)
    else if ('text' in value) attribute.bytes(4, value.text).integer(20, 3)
    else {
      for (const item of value) attribute.integer(8, item)
      attribute.integer(20, 7)
    }
    node.bytes(5, attribute)
  }
  return node
}

/** An AttributeProto of an integer. */
export function integerAttribute(name: string, value: number): MessageWriter {
  return new MessageWriter().bytes(1, name).integer(3, value).integer(20, 2)
}

/** A TensorProto. */
export function tensorMessage({ name, shape, data }: OnnxTensor): MessageWriter {
  const tensor = new MessageWriter()
  for (const size of shape) tensor.integer(1, size)
  return tensor
    .integer(2, data instanceof Float32Array ? float : int64)
    .bytes(8, name)
    .bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
}

/** A ValueInfoProto of floats. */
export function portMessage({ name, shape }: OnnxPort): MessageWriter {
  const dimensions = new MessageWriter()
  for (const size of shape) dimensions.bytes(1, new MessageWriter().integer(1, size))
  const type = new MessageWriter().integer(1, float).bytes(2, dimensions)
  return new MessageWriter().bytes(1, name).bytes(2, new MessageWriter().bytes(1, type))
}
