import { MessageWriter, visitFields } from './protobuf.js'
import {
  metadataMessage,
  nodeMessage,
  type OnnxNode,
  type OnnxPort,
  type OnnxTensor,
  portMessage,
  tensorMessage,
} from './write.js'

const text = (data: Uint8Array) => new TextDecoder().decode(data)

/** The graph message of an ONNX file. */
function graphOf(model: Uint8Array): Uint8Array {
  let graph: Uint8Array | undefined
  visitFields(model, 0, model.length, {
    bytes: (field, from, to) => {
      if (field === 7) graph = model.subarray(from, to)
    },
  })
  if (!graph) throw new RangeError('the file holds no graph')
  return graph
}

/**
 * The float initializers of an ONNX file, by name.
 *
 * @throws RangeError when the bytes are not an ONNX file.
 */
export function readInitializers(
  model: Uint8Array,
): Map<string, { data: Float32Array; shape: number[] }> {
  const graph = graphOf(model)
  const found = new Map<string, { data: Float32Array; shape: number[] }>()
  visitFields(graph, 0, graph.length, {
    bytes: (field, from, to) => {
      if (field !== 5) return
      const tensor = readTensor(graph.subarray(from, to))
      if (tensor) found.set(tensor.name, tensor)
    },
  })
  return found
}

/** A stored tensor of floats without its numbers. */
interface StoredTensor {
  readonly name: string
  readonly shape: number[]
  /** The numbers, little-endian. */
  readonly raw: Uint8Array
}

/** Reads what a message says of a tensor of floats, raw as {@link tensorMessage} writes them or packed; undefined for any other. */
export function readTensorHeader(message: Uint8Array): StoredTensor | undefined {
  const shape: number[] = []
  const numbers: Uint8Array[] = []
  let name = ''
  let isFloat = false
  visitFields(message, 0, message.length, {
    integer: (field, value) => {
      if (field === 1) shape.push(value)
      if (field === 2) isFloat = value === 1
    },
    bytes: (field, from, to) => {
      if (field === 8) name = text(message.subarray(from, to))
      if (field === 4 || field === 9) numbers.push(message.subarray(from, to))
    },
  })
  const [raw, ...others] = numbers
  if (!isFloat || !raw || others.length > 0) return undefined
  return raw.length === 4 * shape.reduce((a, b) => a * b, 1) ? { name, shape, raw } : undefined
}

/** A tensor that {@link readTensorHeader} knows, with a copy of its numbers. */
export function readTensor(
  message: Uint8Array,
): { name: string; data: Float32Array; shape: number[] } | undefined {
  const header = readTensorHeader(message)
  if (!header) return undefined
  const { name, shape, raw } = header
  return { name, shape, data: new Float32Array(new Uint8Array(raw).buffer) }
}

/**
 * The value of a key in an ONNX file's metadata; undefined where the key is absent.
 *
 * @throws RangeError when the bytes are not an ONNX file.
 */
export function readMetadata(model: Uint8Array, key: string): string | undefined {
  let found: string | undefined
  visitFields(model, 0, model.length, {
    bytes: (field, from, to) => {
      if (field !== 14) return
      const entry: Record<number, string> = {}
      visitFields(model, from, to, {
        bytes: (part, from, to) => {
          entry[part] = text(model.subarray(from, to))
        },
      })
      if (entry[1] === key) found = entry[2]
    },
  })
  return found
}

/** Operations to append to a network. */
export interface Extension {
  /** Returns the appended nodes. @param output - Name of the network's former output, which the first nodes read. */
  nodes(output: string): readonly OnnxNode[]
  readonly initializers: readonly OnnxTensor[]
  /** The only output of the extended network. */
  readonly output: OnnxPort
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Appends operations to a network's only output.
 *
 * @returns A new ONNX file; everything else in the original is kept unchanged.
 * @throws RangeError when the bytes are not an ONNX file, or the network does not have exactly one output.
 */
export function extendModel(model: Uint8Array, extension: Extension): Uint8Array {
  const graph = graphOf(model)
  const extended = new MessageWriter()
  const outputs: string[] = []
  visitFields(graph, 0, graph.length, {
    integer: (field, value) => extended.integer(field, value),
    bytes: (field, from, to) => {
      const content = graph.subarray(from, to)
      if (field !== 12) {
        extended.bytes(field, content)
        return
      }
      visitFields(content, 0, content.length, {
        bytes: (part, from, to) => {
          if (part === 1) outputs.push(text(content.subarray(from, to)))
        },
      })
    },
  })
  if (outputs.length !== 1) throw new RangeError(`it has ${outputs.length} outputs instead of one`)
  for (const node of extension.nodes(outputs[0]!)) extended.bytes(1, nodeMessage(node))
  for (const tensor of extension.initializers) extended.bytes(5, tensorMessage(tensor))
  extended.bytes(12, portMessage(extension.output))
  const whole = new MessageWriter()
  visitFields(model, 0, model.length, {
    integer: (field, value) => whole.integer(field, value),
    bytes: (field, from, to) =>
      whole.bytes(field, field === 7 ? extended : model.subarray(from, to)),
  })
  for (const [key, value] of Object.entries(extension.metadata)) {
    whole.bytes(14, metadataMessage(key, value))
  }
  return whole.finish()
}
