/** A network ready to run. */
export interface Session {
  /**
   * Runs the network on one input.
   *
   * @param input - Its only input, in its shape.
   * @returns Its outputs by name.
   */
  run(input: Float32Array): Promise<Record<string, Float32Array>>
  /** Frees the network's memory. */
  release(): Promise<void>
}

/** Numbers with their shape, as they go in and out of a graph. */
export interface Tensor {
  readonly data: Float32Array
  readonly shape: readonly number[]
}

/** A graph with several inputs, such as one that trains, ready to run. */
export interface GraphSession {
  readonly inputNames: readonly string[]
  /** Runs the graph on its inputs by name, on the calling thread. */
  run(inputs: Readonly<Record<string, Tensor>>): Promise<Record<string, Float32Array>>
  /** Frees its memory. */
  release(): Promise<void>
}

/** What a process that runs one graph is told. */
export type ToSession =
  | { readonly kind: 'open'; readonly model: Uint8Array; readonly threads: number }
  | { readonly kind: 'run'; readonly inputs: Readonly<Record<string, Tensor>> }
/** What it answers to each, in their order. */
export type FromSession =
  | { readonly outputs: Record<string, Float32Array>; readonly inputNames: readonly string[] }
  | { readonly error: string }
