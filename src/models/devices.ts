import { AgnizeError } from '../base/errors.js'
import { suggestionFor } from '../base/nearest-name.js'
import type { ModelCard } from './card.js'

/** What networks run on: ONNX Runtime's name of an execution provider, or the choice of agnize. */
export const deviceNames = ['auto', 'cpu', 'webgpu', 'cuda', 'tensorrt', 'dml', 'coreml'] as const

/** One of {@link deviceNames}. */
export type Device = (typeof deviceNames)[number]

/** The device of each network: `default`, and others by the name of a network or of a task. */
export interface DeviceChoice {
  readonly default: Device
  readonly models: Readonly<Record<string, Device>>
}

/** All networks on the processor. */
export const cpuOnly: DeviceChoice = { default: 'cpu', models: {} }

/**
 * The devices that `auto` tries before the processor. Not WebGPU: ONNX Runtime does not tell whether its adapter is a graphics card or a
 * program such as SwiftShader, which is hundreds of times slower than the processor. Not TensorRT, whose first start takes
 * minutes, nor Core ML, which calculates with 16 bits.
 */
export const autoDevices: readonly Device[] = ['cuda', 'dml']

/**
 * Parses a choice of devices: `webgpu`, or `cpu,fr_feature=webgpu`; in a file also a map such as `{ default: cpu, embedding: webgpu }`.
 *
 * @throws AgnizeError `bad-argument`.
 */
export function devicesFrom(given: string | Readonly<Record<string, string>>): DeviceChoice {
  const parts: readonly (readonly [name: string, device: string])[] =
    typeof given === 'string'
      ? given.split(',').map((part): [string, string] => {
          const at = part.indexOf('=')
          return at < 0
            ? ['default', part.trim()]
            : [part.slice(0, at).trim(), part.slice(at + 1).trim()]
        })
      : Object.entries(given)
  const models: Record<string, Device> = {}
  for (const [name, text] of parts) {
    const device = deviceNames.find((each) => each === text.toLowerCase())
    if (device === undefined || name === '') {
      throw new AgnizeError(
        'bad-argument',
        `There is no device ${JSON.stringify(text)}${suggestionFor(text, deviceNames)}: give one of ${deviceNames.join(', ')}, and others for single models as cpu,fr_feature=webgpu.`,
      )
    }
    if (name in models) {
      const what = name === 'default' ? 'all models' : name
      throw new AgnizeError('bad-argument', `Two devices are given for ${what}: give one.`)
    }
    models[name] = device
  }
  const { default: all = 'cpu', ...others } = models
  return { default: all, models: others }
}

/** The device of a network: by its name, else by its task, else the default. */
export function deviceOf(choice: DeviceChoice, { name, task }: ModelCard): Device {
  return choice.models[name] ?? choice.models[task] ?? choice.default
}

/**
 * Requires that every network which a choice names is known.
 *
 * @param known - Names of networks.
 * @throws AgnizeError `bad-argument`.
 */
export function requireKnownModels({ models }: DeviceChoice, known: readonly string[]): void {
  const names = [...known, 'detection', 'landmarks', 'embedding', 'liveness']
  const unknown = Object.keys(models).find((name) => !names.includes(name))
  if (unknown === undefined) return
  throw new AgnizeError(
    'bad-argument',
    `A device is given for ${JSON.stringify(unknown)}, which is no model${suggestionFor(unknown, names)}: the models are ${known.join(', ')}.`,
  )
}

/** Why a device cannot be used on this platform, and what to do, for people. */
export function unavailableDevice(device: Device, why: string, cause?: unknown): AgnizeError {
  return new AgnizeError(
    'device-unavailable',
    `Networks cannot run on the device ${device} here (${why}): use --device cpu or auto; ${remedies[device]}.`,
    { cause },
  )
}

const remedies: Readonly<Record<Device, string>> = {
  auto: 'see docs/devices.md',
  cpu: 'see docs/devices.md',
  webgpu: 'WebGPU needs a graphics card with a Vulkan, Metal or Direct3D 12 driver',
  cuda: 'CUDA needs an onnxruntime-node with its CUDA files, which AGNIZE_ONNX_RUNTIME names (docs/devices.md)',
  tensorrt:
    'TensorRT needs an onnxruntime-node with its TensorRT files, which AGNIZE_ONNX_RUNTIME names (docs/devices.md)',
  dml: 'DirectML is in the builds for Windows only',
  coreml: 'Core ML is in the builds for macOS only',
}
