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

/** The part of an ONNX file that holds its graph. */
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
 * The floats that come with an ONNX file, by name.
 *
 * @throws RangeError when it is no ONNX file.
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

/** A tensor of raw floats, as {@link tensorMessage} writes them; undefined for any other. */
function readTensor(
  message: Uint8Array,
): { name: string; data: Float32Array; shape: number[] } | undefined {
  const shape: number[] = []
  let name = ''
  let isFloat = false
  let raw: Uint8Array | undefined
  visitFields(message, 0, message.length, {
    integer: (field, value) => {
      if (field === 1) shape.push(value)
      if (field === 2) isFloat = value === 1
    },
    bytes: (field, from, to) => {
      if (field === 8) name = text(message.subarray(from, to))
      if (field === 9) raw = message.subarray(from, to)
    },
  })
  if (!isFloat || !raw || raw.length % 4 !== 0) return undefined
  return { name, shape, data: new Float32Array(Uint8Array.from(raw).buffer) }
}

/**
 * What somebody wrote into an ONNX file's metadata under this key.
 *
 * @throws RangeError when it is no ONNX file.
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

/** What is put behind a network. */
export interface Extension {
  /** The first nodes read the network's old output by the name that they are given. */
  nodes(output: string): readonly OnnxNode[]
  readonly initializers: readonly OnnxTensor[]
  /** The only output from now on. */
  readonly output: OnnxPort
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Puts further operations behind a network's only output.
 *
 * @returns A new ONNX file; whatever else is in the old one is kept as it is.
 * @throws RangeError when the file is none, or has not one output.
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
