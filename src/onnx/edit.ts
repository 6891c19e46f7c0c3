import { MessageWriter, visitFields } from './protobuf.js'
import { readTensor, readTensorHeader } from './read.js'
import { integerAttribute, nodeMessage, type OnnxTensor, tensorMessage } from './write.js'

/** A node as it is read from a file. */
export interface ReadNode {
  /** Operator, such as `Conv`; with its domain before it, as in `com.microsoft.FusedConv`, where that is not ONNX's own. */
  readonly type: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Attributes that are integers. */
  readonly integers: Readonly<Record<string, number>>
  /** The NodeProto. */
  readonly message: Uint8Array
}

/** A constant of floats. */
export type FloatTensor = OnnxTensor<Float32Array>

/** The graph of a file, to be changed. */
export interface EditableGraph {
  /** In the order of the file, in which a node comes after those it reads from. */
  nodes: readonly ReadNode[]
  /** Names of the inputs and outputs of the graph. */
  readonly ports: ReadonlySet<string>
  /** A copy of the constant of a name; undefined for what is computed or given, or not of floats. */
  constant(name: string): FloatTensor | undefined
  /** The shape of a {@link constant}. */
  shape(name: string): readonly number[] | undefined
  /** Adds a constant, or replaces the one of its name. */
  setConstant(tensor: FloatTensor): void
}

/** Fields of a ModelProto, a GraphProto, a NodeProto and an AttributeProto. */
const modelField = { graph: 7 }
const graphField = { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13 }
const nodeField = { input: 1, output: 2, type: 4, attribute: 5, domain: 7 }
const attributeField = { name: 1, integer: 3 }

/**
 * Changes the graph of an ONNX file.
 *
 * @param edit - Changes the graph. Constants that no node reads any more stay in the file.
 * @returns A new file, without the shapes that the file declares for results in between; the file itself where nothing was changed.
 * @throws RangeError when the bytes are not an ONNX file.
 */
export function editModel(model: Uint8Array, edit: (graph: EditableGraph) => void): Uint8Array {
  const whole = new MessageWriter()
  let isChanged = false
  visitFields(model, 0, model.length, {
    integer: (field, value) => whole.integer(field, value),
    bytes: (field, from, to) => {
      const content = model.subarray(from, to)
      const edited = field === modelField.graph ? editGraph(content, edit) : undefined
      if (edited) isChanged = true
      whole.bytes(field, edited ?? content)
    },
  })
  return isChanged ? whole.finish() : model
}

/** @returns The changed graph; undefined where nothing was changed. */
function editGraph(
  message: Uint8Array,
  edit: (graph: EditableGraph) => void,
): MessageWriter | undefined {
  const nodes: ReadNode[] = []
  const constants = new Map<string, Uint8Array | FloatTensor>()
  const ports = new Set<string>()
  const others = new MessageWriter()
  visitFields(message, 0, message.length, {
    integer: (field, value) => others.integer(field, value),
    bytes: (field, from, to) => {
      const content = message.subarray(from, to)
      if (field === graphField.node) nodes.push(readNode(content))
      else if (field === graphField.initializer) constants.set(textIn(content, 8), content)
      else if (field !== graphField.valueInfo) others.bytes(field, content)
      if (field === graphField.input || field === graphField.output) ports.add(textIn(content, 1))
    },
  })
  // A file of an early version names its constants among the inputs, whose values may be given.
  const stored = (name: string) => (ports.has(name) ? undefined : constants.get(name))
  let isChanged = false
  const graph: EditableGraph = {
    nodes,
    ports,
    constant(name) {
      const found = stored(name)
      return found instanceof Uint8Array ? readTensor(found) : found
    },
    shape(name) {
      const found = stored(name)
      return found instanceof Uint8Array ? readTensorHeader(found)?.shape : found?.shape
    },
    setConstant(tensor) {
      isChanged = true
      constants.set(tensor.name, tensor)
    },
  }
  edit(graph)
  if (!isChanged && graph.nodes === nodes) return undefined
  for (const node of graph.nodes) others.bytes(graphField.node, node.message)
  for (const tensor of constants.values()) {
    others.bytes(
      graphField.initializer,
      tensor instanceof Uint8Array ? tensor : tensorMessage(tensor),
    )
  }
  return others
}

/** A new node with integer attributes. */
export function newNode(
  type: string,
  inputs: readonly string[],
  output: string,
  integers: Readonly<Record<string, number>> = {},
): ReadNode {
  const node = { type, inputs, outputs: [output] }
  return { ...node, integers, message: nodeMessage({ ...node, attributes: integers }).finish() }
}

/** A copy of a node in which an integer attribute has another value. */
export function withInteger(node: ReadNode, name: string, value: number): ReadNode {
  const message = new MessageWriter()
  visitFields(node.message, 0, node.message.length, {
    integer: (field, given) => message.integer(field, given),
    bytes: (field, from, to) => {
      const content = node.message.subarray(from, to)
      const isReplaced =
        field === nodeField.attribute && textIn(content, attributeField.name) === name
      if (!isReplaced) message.bytes(field, content)
    },
  })
  message.bytes(nodeField.attribute, integerAttribute(name, value))
  return {
    ...node,
    integers: { ...node.integers, [name]: value },
    message: message.finish(),
  }
}

function readNode(message: Uint8Array): ReadNode {
  const inputs: string[] = []
  const outputs: string[] = []
  const integers: Record<string, number> = {}
  let [type, domain] = ['', '']
  visitFields(message, 0, message.length, {
    bytes: (field, from, to) => {
      const content = message.subarray(from, to)
      if (field === nodeField.domain) domain = text(content)
      if (field === nodeField.input) inputs.push(text(content))
      else if (field === nodeField.output) outputs.push(text(content))
      else if (field === nodeField.type) type = text(content)
      else if (field === nodeField.attribute) {
        visitFields(content, 0, content.length, {
          integer: (kind, value) => {
            if (kind === attributeField.integer)
              integers[textIn(content, attributeField.name)] = value
          },
        })
      }
    },
  })
  if (domain !== '' && domain !== 'ai.onnx') type = `${domain}.${type}`
  return { type, inputs, outputs, integers, message }
}

/** The text in a field of a message; empty where the message does not have it. */
function textIn(message: Uint8Array, wanted: number): string {
  let found = ''
  visitFields(message, 0, message.length, {
    bytes: (field, from, to) => {
      if (field === wanted) found = text(message.subarray(from, to))
    },
  })
  return found
}

const text = (data: Uint8Array) => new TextDecoder().decode(data)
