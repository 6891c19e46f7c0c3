import type { Device } from './devices.js'

/** A network ready to run. */
export interface Session {
  /** Names of the outputs, in the order of the file. */
  readonly outputNames: readonly string[]
  /**
   * Runs the network on one input.
   *
   * @param input - The network's only input, in its shape.
   * @param shape - The shape, for a network of free input size; default the one that the session was opened with.
   * @returns The outputs by name.
   */
  run(input: Float32Array, shape?: readonly number[]): Promise<Record<string, Float32Array>>
  /** Frees the network's memory. */
  release(): Promise<void>
}

/** A tensor of floats: values and shape. */
export interface Tensor {
  readonly data: Float32Array
  readonly shape: readonly number[]
}

/** A graph with several inputs, such as a training graph, ready to run. */
export interface GraphSession {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  /** Runs the graph on its inputs by name, on the calling thread. */
  run(inputs: Readonly<Record<string, Tensor>>): Promise<Record<string, Float32Array>>
  /** Frees the graph's memory. */
  release(): Promise<void>
}

/** Message to a process that runs one graph. */
export type ToSession =
  | {
      readonly kind: 'open'
      readonly model: Uint8Array
      readonly threads: number
      readonly device: Device
    }
  | { readonly kind: 'run'; readonly inputs: Readonly<Record<string, Tensor>> }
/** Answer of that process to each message, in their order. */
export type FromSession =
  | {
      readonly outputs: Record<string, Float32Array>
      readonly inputNames: readonly string[]
      readonly outputNames: readonly string[]
    }
  | { readonly error: string }
