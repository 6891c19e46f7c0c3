import type { Attribute, OnnxNode, OnnxPort, OnnxTensor } from '../../onnx/write.js'
import { writeModel } from '../../onnx/write.js'

/** Sizes of a tensor's axes. */
export type Shape = readonly number[]

/** A tensor of floats in a graph. */
export interface Value {
  readonly name: string
  readonly shape: Shape
}

/** Whole numbers in a graph: shapes and indices, which have no gradient. */
export interface Integers {
  readonly name: string
  readonly integers: true
}

/**
 * From the gradient of an operation's output, those of its inputs, in their order; undefined where none is wanted.
 * `wanted` says which are, so that costly ones need not be made.
 */
export type Backward = (
  gradient: Value,
  wanted: readonly boolean[],
) => readonly (Value | undefined)[]

interface Recorded {
  readonly inputs: readonly Value[]
  readonly output: Value
  readonly backward: Backward
}

/**
 * An ONNX graph in the making, with reverse-mode differentiation: operations record how gradients go back through
 * them, and {@link Graph.gradients} adds the backward pass to the same graph, as further ONNX operations.
 *
 * All shapes are fixed when the graph is made.
 */
export class Graph {
  readonly #nodes: OnnxNode[] = []
  readonly #inputs: OnnxPort[] = []
  readonly #initializers: OnnxTensor[] = []
  readonly #constants = new Map<string, Value>()
  readonly #recorded: Recorded[] = []
  #count = 0

  /** A tensor that is given with each run. */
  input(name: string, shape: Shape): Value {
    this.#inputs.push({ name, shape })
    return { name, shape }
  }

  /** A tensor that is kept in the file. */
  constant(data: Float32Array, shape: Shape, name = this.#newName('constant')): Value {
    this.#initializers.push({ name, shape, data })
    return { name, shape }
  }

  /** A single number; the same one is kept once. */
  scalar(value: number): Value {
    const key = String(value)
    let known = this.#constants.get(key)
    if (!known) {
      known = this.constant(Float32Array.of(value), [])
      this.#constants.set(key, known)
    }
    return known
  }

  /** Whole numbers, for operators that take shapes, axes or indices as inputs. */
  integers(values: readonly number[]): Integers {
    const name = this.#newName('integers')
    this.#initializers.push({
      name,
      shape: [values.length],
      data: BigInt64Array.from(values, BigInt),
    })
    return { name, integers: true }
  }

  /** Adds an operation with one output, without a gradient. */
  emit(
    type: string,
    inputs: readonly (Value | Integers | null)[],
    shape: Shape,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value {
    return this.emitAll(type, inputs, [shape], attributes)[0]!
  }

  /** Adds an operation with several outputs, without a gradient. A null input is one left out. */
  emitAll(
    type: string,
    inputs: readonly (Value | Integers | null)[],
    shapes: readonly Shape[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value[] {
    const outputs = shapes.map((shape) => ({ name: this.#newName(type), shape }))
    this.#nodes.push({
      type,
      inputs: inputs.map((input) => input?.name ?? ''),
      outputs: outputs.map(({ name }) => name),
      attributes,
    })
    return outputs
  }

  /** Tells how gradients go back from `output` to `inputs`; gives the output. */
  record(inputs: readonly Value[], output: Value, backward: Backward): Value {
    this.#recorded.push({ inputs, output, backward })
    return output
  }

  /** Another name for a tensor, for an output of the graph. */
  named(value: Value, name: string): Value {
    this.#nodes.push({ type: 'Identity', inputs: [value.name], outputs: [name] })
    return { name, shape: value.shape }
  }

  /**
   * Adds the backward pass.
   *
   * @param of - A single number.
   * @param parameters - What it is differentiated by.
   * @returns The gradients, in the order of the parameters; undefined for one that does not matter to `of`.
   */
  gradients(of: Value, parameters: readonly Value[]): (Value | undefined)[] {
    const reached = new Set(parameters.map(({ name }) => name))
    for (const { inputs, output } of this.#recorded) {
      if (inputs.some(({ name }) => reached.has(name))) reached.add(output.name)
    }
    const gradients = new Map<string, Value>([[of.name, this.scalar(1)]])
    for (const { inputs, output, backward } of this.#recorded.toReversed()) {
      const gradient = gradients.get(output.name)
      const wanted = inputs.map(({ name }) => reached.has(name))
      if (!gradient || !wanted.includes(true)) continue
      for (const [i, part] of backward(gradient, wanted).entries()) {
        if (!part || !wanted[i]) continue
        const { name, shape } = inputs[i]!
        const before = gradients.get(name)
        gradients.set(name, before ? this.emit('Add', [before, part], shape) : part)
      }
    }
    return parameters.map(({ name }) => gradients.get(name))
  }

  /** The graph as an ONNX file that gives these outputs. */
  model(
    name: string,
    outputs: readonly Value[],
    metadata?: Readonly<Record<string, string>>,
  ): Uint8Array {
    return writeModel(
      {
        name,
        inputs: this.#inputs,
        outputs,
        nodes: this.#nodes,
        initializers: this.#initializers,
      },
      metadata,
    )
  }

  #newName(base: string): string {
    return `${base}_${this.#count++}`
  }
}

/** How many numbers a tensor of that shape holds. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1)
}
