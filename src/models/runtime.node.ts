import './telemetry.js'
import { isMainThread } from 'node:worker_threads'
import * as ort from 'onnxruntime-node'
import type { GraphSession, Session } from './session.js'
import { flushTinyWeights } from './tiny-weights.js'

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
  const graph = await openGraph(weights, 1)
  const name = graph.inputNames[0]!
  return {
    run: (input) => graph.run({ [name]: { data: input, shape } }),
    release: () => graph.release(),
  }
}

/**
 * Opens an ONNX graph that runs alone, so that several threads work on one operator. In a worker thread it runs in a process
 * of its own (`remote-session.ts`).
 *
 * @param threads - Of the session; they wait without spinning.
 */
export async function openGraph(model: Uint8Array, threads: number): Promise<GraphSession> {
  if (!isMainThread) {
    const { openRemotely } = await import('./remote-session.js')
    return openRemotely(model, threads)
  }
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  })
  return {
    inputNames: session.inputNames,
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

export type { GraphSession, Session, Tensor } from './session.js'
