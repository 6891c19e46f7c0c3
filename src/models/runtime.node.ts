import { isMainThread } from 'node:worker_threads'
import { autoDevices, type Device, unavailableDevice } from './devices.js'
import { type LoadedRuntime, loadOnnxRuntime } from './onnx-runtime.js'
import { blockedLayout, otherLayout, prepareNetwork } from './prepare-network.js'
import type { GraphSession, Session } from './session.js'

let loaded: Promise<LoadedRuntime> | undefined

/** What the binding for Node has beside the common interface. */
interface NodeRuntime {
  /** The execution providers of the build; `bundled`: whether their files are in the package. */
  listSupportedBackends(): readonly { readonly name: string; readonly bundled: boolean }[]
}

/** The devices that the build of ONNX Runtime names, and whether their files are in its package. */
export async function listDevices(): Promise<
  readonly { readonly name: string; readonly bundled: boolean }[]
> {
  const { ort, kind } = await onnxRuntime()
  const { listSupportedBackends } = ort as Partial<NodeRuntime>
  if (kind === 'wasm' || !listSupportedBackends) return [{ name: 'cpu', bundled: true }]
  return listSupportedBackends()
}

/** ONNX Runtime, loaded once in a process. */
export const onnxRuntime = (): Promise<LoadedRuntime> => (loaded ??= loadOnnxRuntime())

/**
 * Opens an ONNX network with ONNX Runtime, on the processor or on another device.
 *
 * One thread without spinning: by default ONNX Runtime starts a pool of busy-waiting threads per session, and three such
 * sessions are slower than three with one thread each (docs/reference/benchmarks.md). Parallel photos, not parallel operators, keep
 * the cores busy.
 *
 * @param model - The bytes of the ONNX file.
 * @param shape - Shape of the input.
 * @param device - `auto` tries the devices of {@link autoDevices} and falls back to the processor; any other device is used or an error.
 * @throws AgnizeError `device-unavailable`.
 */
export async function openSession(
  model: Uint8Array,
  shape: readonly number[],
  device: Device = 'cpu',
): Promise<Session> {
  for (const each of device === 'auto' ? autoDevices : [device]) {
    if (each === 'cpu') break
    try {
      return await openOnDevice(model, shape, each)
    } catch (error) {
      if (device !== 'auto') throw error
    }
  }
  const { kind } = await onnxRuntime()
  const isBlocked = kind === 'native' && process.arch === 'x64'
  return sessionOf(
    await openGraph(prepareNetwork(model, isBlocked ? blockedLayout : otherLayout), 1),
    shape,
  )
}

/** Opens a network on a device other than the processor, and runs it once: some devices fail at the first run only. */
async function openOnDevice(
  model: Uint8Array,
  shape: readonly number[],
  device: Device,
): Promise<Session> {
  const { ort, kind } = await onnxRuntime()
  if (kind === 'wasm')
    throw unavailableDevice(device, 'the WebAssembly build runs on the processor')
  const { listSupportedBackends } = ort as Partial<NodeRuntime>
  if (!listSupportedBackends?.().some(({ name }) => name === device)) {
    throw unavailableDevice(device, 'this build of ONNX Runtime does not have it')
  }
  try {
    const session = sessionOf(await openGraph(prepareNetwork(model, otherLayout), 1, device), shape)
    await session.run(new Float32Array(shape.reduce((a, b) => a * b, 1)))
    return session
  } catch (cause) {
    throw unavailableDevice(device, (cause as Error).message.split('\n')[0]!.slice(0, 200), cause)
  }
}

function sessionOf(graph: GraphSession, shape: readonly number[]): Session {
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
 * @param device - Device that runs what it can of the graph; the processor runs the rest.
 */
export async function openGraph(
  model: Uint8Array,
  threads: number,
  device: Device = 'cpu',
): Promise<GraphSession> {
  if (!isMainThread) {
    const { openInChildProcess } = await import('./remote-session.js')
    return openInChildProcess(model, threads, device)
  }
  const { ort } = await onnxRuntime()
  const session = await ort.InferenceSession.create(model, {
    ...(device !== 'cpu' && { executionProviders: [device] }),
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
