import * as ort from 'onnxruntime-node'
import { flushTinyWeights } from './tiny-weights.js'

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

/**
 * Opens an ONNX network with ONNX Runtime's CPU provider.
 *
 * One thread and no spinning: ONNX Runtime's default starts a pool of busy-waiting threads for each session, and
 * three sessions of them are slower than one thread each (docs/benchmarks.md). Photos in parallel, not operators,
 * keep the cores busy.
 *
 * @param model - The bytes of the ONNX file.
 * @param shape - Of the input.
 */
export async function openSession(model: Uint8Array, shape: readonly number[]): Promise<Session> {
  const weights = Uint8Array.from(model)
  flushTinyWeights(weights)
  const session = await ort.InferenceSession.create(weights, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  })
  const name = session.inputNames[0]!
  return {
    async run(input) {
      const outputs = await session.run({ [name]: new ort.Tensor('float32', input, shape) })
      return Object.fromEntries(
        Object.entries(outputs).map(([key, value]) => [key, value.data as Float32Array]),
      )
    },
    release: () => session.release(),
  }
}

/** Numbers with their shape, as they go in and out of a graph. */
export interface Tensor {
  readonly data: Float32Array
  readonly shape: readonly number[]
}

/** A graph with several inputs, such as one that trains, ready to run. */
export interface GraphSession {
  /** Runs the graph on its inputs by name, on the calling thread. */
  run(inputs: Readonly<Record<string, Tensor>>): Promise<Record<string, Float32Array>>
  /** Frees its memory. */
  release(): Promise<void>
}

/**
 * Opens an ONNX graph that runs alone, so that several threads work on one operator.
 *
 * @param threads - Of the session; they wait without spinning.
 */
export async function openGraph(model: Uint8Array, threads: number): Promise<GraphSession> {
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  })
  return {
    async run(inputs) {
      const outputs = await session.run(
        Object.fromEntries(
          Object.entries(inputs).map(([name, { data, shape }]) => [
            name,
            new ort.Tensor('float32', data, shape),
          ]),
        ),
      )
      return Object.fromEntries(
        Object.entries(outputs).map(([key, value]) => [key, value.data as Float32Array]),
      )
    },
    release: () => session.release(),
  }
}

/** Version of ONNX Runtime. */
export const runtimeVersion: string = ort.env.versions.node ?? ort.env.versions.common
