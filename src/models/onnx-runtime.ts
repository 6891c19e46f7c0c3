import './telemetry.js'
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { isAbsolute, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'
import type * as OnnxRuntime from 'onnxruntime-common'
import { AgnizeError } from '../base/errors.js'
import { loadNativePackage } from '../base/native-package.js'

/** A loaded ONNX Runtime. */
export interface LoadedRuntime {
  readonly ort: typeof OnnxRuntime
  readonly kind: 'native' | 'wasm'
  readonly version: string
  /** For WebAssembly: why the native build is not used. */
  readonly reason?: string
}

/**
 * Loads the fastest ONNX Runtime that this platform has: the native build, or else the WebAssembly build that the console uses.
 * The environment variable `AGNIZE_ONNX_RUNTIME` (`native` or `wasm`) allows one of them only, or names the folder of an
 * onnxruntime-node package that is loaded instead.
 *
 * @throws AgnizeError `bad-argument` for another value of the variable, `platform-unsupported` when none can be loaded.
 */
export async function loadOnnxRuntime(): Promise<LoadedRuntime> {
  const wanted = process.env.AGNIZE_ONNX_RUNTIME || 'any'
  if (isAbsolute(wanted)) return loadOwn(wanted)
  if (!['any', 'native', 'wasm'].includes(wanted)) {
    throw new AgnizeError(
      'bad-argument',
      `AGNIZE_ONNX_RUNTIME is ${JSON.stringify(wanted)}: set it to native, wasm or the full path of an onnxruntime-node package, or not at all.`,
    )
  }
  let reason = 'AGNIZE_ONNX_RUNTIME is wasm'
  if (wanted !== 'wasm') {
    const native = loadNativePackage<typeof OnnxRuntime>('onnxruntime', 'onnxruntime-node')
    if ('library' in native) {
      beQuiet(native.library)
      const { versions } = native.library.env
      return { ort: native.library, kind: 'native', version: versions.node ?? versions.common }
    }
    reason = native.reason
    if (wanted === 'native') throw unsupported(reason)
  }
  try {
    return { ...(await loadWasm()), reason }
  } catch (cause) {
    throw unsupported(`${reason}, and the WebAssembly build does not load`, cause)
  }
}

/** Keeps a device that is not there from writing to standard error: the error that is thrown says it. */
function beQuiet(ort: typeof OnnxRuntime): void {
  ort.env.logLevel = 'fatal'
}

/** Loads an onnxruntime-node package of the user's, such as one with CUDA's files. */
function loadOwn(folder: string): LoadedRuntime {
  let ort: typeof OnnxRuntime
  try {
    ort = createRequire(import.meta.url)(folder)
    beQuiet(ort)
    const { versions } = ort.env
    return { ort, kind: 'native', version: versions.node ?? versions.common }
  } catch (cause) {
    throw unsupported(
      `${folder}, which AGNIZE_ONNX_RUNTIME names, does not load: ${(cause as Error).message.split('\n')[0]}`,
      cause,
    )
  }
}

/** The build for Node comes beside this file, and its WebAssembly with the console (scripts/wasm-runtime.ts). */
async function loadWasm(): Promise<LoadedRuntime> {
  const script = new URL('./onnxruntime-web/ort.node.min.mjs', import.meta.url)
  const ort: typeof OnnxRuntime = await import(script.href)
  const assets = fileURLToPath(new URL('../console/assets/', import.meta.url))
  const files = await readdir(assets)
  const path = (pattern: RegExp) => join(assets, files.find((file) => pattern.test(file)) ?? '')
  const compressed = await readFile(path(/^ort-wasm-simd-threaded-.*\.wasm\.br$/))
  ort.env.wasm.wasmBinary = new Uint8Array(brotliDecompressSync(compressed)).buffer
  ort.env.wasm.wasmPaths = {
    mjs: pathToFileURL(path(/^ort-wasm-simd-threaded-.*\.mjs$/)).href,
  }
  // Parallel photos run in parallel processes.
  ort.env.wasm.numThreads = 1
  ort.env.logLevel = 'error'
  return { ort, kind: 'wasm', version: ort.env.versions.web ?? ort.env.versions.common }
}

const unsupported = (reason: string, cause?: unknown) =>
  new AgnizeError(
    'platform-unsupported',
    `ONNX Runtime cannot be loaded on ${process.platform} ${process.arch}: ${reason}. See docs/install.md.`,
    { cause },
  )
