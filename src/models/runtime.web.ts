import * as ort from 'onnxruntime-web/wasm'
import { otherLayout, prepareNetwork } from './prepare-network.js'
import type { Session } from './session.js'

export type { Session } from './session.js'

/** URLs of ONNX Runtime's own files, and its number of threads. */
export interface RuntimeOptions {
  readonly wasm: string
  readonly mjs: string
  readonly threads: number
}

/** Configures ONNX Runtime; must be called before the first session is opened. */
export function configureRuntime({ wasm, mjs, threads }: RuntimeOptions): void {
  ort.env.wasm.wasmPaths = { wasm, mjs }
  ort.env.wasm.numThreads = threads
  ort.env.logLevel = 'error'
}

/**
 * Opens an ONNX network with ONNX Runtime's WebAssembly provider: the browser implementation of `#runtime`.
 *
 * @param model - The bytes of the ONNX file.
 * @param shape - Shape of the input.
 */
export async function openSession(model: Uint8Array, shape: readonly number[]): Promise<Session> {
  const session = await ort.InferenceSession.create(prepareNetwork(model, otherLayout), {
    executionProviders: ['wasm'],
  })
  const name = session.inputNames[0]!
  return {
    outputNames: session.outputNames,
    async run(input, given = shape) {
      const outputs = await session.run({ [name]: new ort.Tensor('float32', input, given) })
      return Object.fromEntries(
        Object.entries(outputs).map(([key, value]) => [key, value.data as Float32Array]),
      )
    },
    release: () => session.release(),
  }
}
