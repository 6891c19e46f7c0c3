import { isMainThread } from 'node:worker_threads'
import { type LoadedRuntime, loadOnnxRuntime } from './onnx-runtime.js'
import type { GraphSession, Session } from './session.js'
import { flushTinyWeights } from './tiny-weights.js'

let loaded: Promise<LoadedRuntime> | undefined

/** ONNX Runtime, loaded once in a process. */
export const onnxRuntime = (): Promise<LoadedRuntime> => (loaded ??= loadOnnxRuntime())

/**
 * Opens an ONNX network with ONNX Runtime's CPU provider.
 *
 * One thread without spinning: by default ONNX Runtime starts a pool of busy-waiting threads per session, and three such
 * sessions are slower than three with one thread each (docs/reference/benchmarks.md). Parallel photos, not parallel operators, keep
 * the cores busy.
 *
 * @param model - The bytes of the ONNX file.
 * @param shape - Shape of the input.
 */
export async function openSession(model: Uint8Array, shape: readonly number[]): Promise<Session> {
  const weights = Uint8Array.from(model)
  flushTinyWeights(weights)
  const graph = await openGraph(weights, 1)
  const name = graph.inputNames[0]!
  return {
    outputNames: graph.outputNames,
    run: (input, given = shape) => graph.run({ [name]: { data: input, shape: given } }),
    release: () => graph.release(),
  }
}

/**
 * Opens an ONNX graph with several threads per operator, for work that runs no graphs in parallel. When called in a worker
 * thread, the graph runs in a child process (`remote-session.ts`).
 *
 * @param threads - Number of threads of the session; they wait without spinning.
 */
export async function openGraph(model: Uint8Array, threads: number): Promise<GraphSession> {
  if (!isMainThread) {
    const { openInChildProcess } = await import('./remote-session.js')
    return openInChildProcess(model, threads)
  }
  const { ort } = await onnxRuntime()
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  })
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
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

export type { GraphSession, Session, Tensor } from './session.js'
