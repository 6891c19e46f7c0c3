import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openAgnize } from '../../dist/index.js'
import { builtinCards, detectionCard, embeddingCard } from '../../dist/models/builtin.js'
import {
  autoDevices,
  type Device,
  deviceNames,
  deviceOf,
  devicesFrom,
} from '../../dist/models/devices.js'
import { ModelStore } from '../../dist/models/model-store.js'
import { listDevices, openSession } from '../../dist/models/runtime.node.js'
import { agnize, homeWithModels, sample, testHome } from '../fixtures.js'
import { startServer } from '../server/start.js'

/** Where no Vulkan driver is found, WebGPU has no adapter, whatever the machine has. */
const noVulkan = { VK_ICD_FILENAMES: '/dev/null', VK_DRIVER_FILES: '/dev/null' }

describe('a choice of devices', () => {
  test.each([
    ['webgpu', { default: 'webgpu', models: {} }],
    ['CPU', { default: 'cpu', models: {} }],
    ['cpu, fr_feature=cuda', { default: 'cpu', models: { fr_feature: 'cuda' } }],
    ['embedding=dml', { default: 'cpu', models: { embedding: 'dml' } }],
    [
      { default: 'auto', embedding: 'coreml' },
      { default: 'auto', models: { embedding: 'coreml' } },
    ],
  ])('%j', (given, choice) => expect(devicesFrom(given)).toEqual(choice))

  test.each([
    ['gpu', /There is no device "gpu"/],
    ['webgpo', /did you mean "webgpu"/],
    ['', /no device/],
    ['cpu,cuda', /Two devices are given for all models/],
    ['=cpu', /no device/],
  ])('%j is refused', (given, message) => {
    expect(() => devicesFrom(given)).toThrow(
      expect.objectContaining({ code: 'bad-argument', message: expect.stringMatching(message) }),
    )
  })

  test('the name of a network goes before its task, and that before the default', () => {
    const choice = devicesFrom('cpu,embedding=cuda,fr_feature=dml')
    expect(deviceOf(choice, embeddingCard)).toBe('dml')
    expect(deviceOf(choice, { ...embeddingCard, name: 'mine' })).toBe('cuda')
    expect(deviceOf(choice, detectionCard)).toBe('cpu')
  })

  test('auto takes no device whose adapter may be software', () => {
    expect(autoDevices).not.toContain('webgpu')
    expect(deviceNames).toEqual(expect.arrayContaining([...autoDevices]))
  })
})

describe('agnize --device', () => {
  test.each([
    'cuda',
    'tensorrt',
    'dml',
    'coreml',
    'webgpu',
  ])('%s, where it is missing, is one sentence', async (device) => {
    // A machine that has the device runs it.
    const home = await homeWithModels()
    const run = await agnize(['detect', sample(3), '--device', device], { home, env: noVulkan })
    if (run.code === 0) return
    expect(run.stderr).toMatch(
      new RegExp(
        `^error Networks cannot run on the device ${device} here \\(.+\\): use --device cpu or auto; .*\\[device-unavailable\\]\\n$`,
        'm',
      ),
    )
    expect(run).toMatchObject({ code: 2, stdout: '' })
  })

  test('auto goes on with the processor, also in worker processes, with the same answers', async () => {
    const home = await homeWithModels()
    const args = ['detect', sample(1), sample(3), '--json', '--threads', '2']
    const cpu = await agnize(args, { home })
    const auto = await agnize([...args, '--device', 'auto'], { home, env: noVulkan })
    expect(auto.code).toBe(0)
    expect(auto.stderr).not.toContain('onnxruntime')
    expect(facesOf(auto.stdout)).toEqual(facesOf(cpu.stdout))
  })

  test('from the variable, the file and for one network; a mistake is named', async () => {
    const home = await homeWithModels()
    const detect = ['detect', sample(3)]
    const variable = await agnize(detect, { home, env: { AGNIZE_DEVICE: 'gpu' } })
    expect(variable.stderr).toMatch(/There is no device "gpu".*\[bad-argument\]/)
    await writeFile(join(home, 'agnize.yaml'), 'device:\n  default: cpu\n  fr_featur: cpu\n')
    expect((await agnize(detect, { home })).stderr).toMatch(
      /"fr_featur", which is no model \(did you mean "fr_feature"\?\).*\[bad-argument\]/,
    )
    await writeFile(join(home, 'agnize.yaml'), 'device:\n  default: cpu\n  fr_feature: cpu\n')
    expect(await agnize(detect, { home })).toMatchObject({ code: 0 })
    const doctor = await agnize(['doctor'], { home })
    expect(doctor.stdout).toMatch(/devices: cpu/)
    expect(doctor.stdout).toContain('device {"default":"cpu","fr_feature":"cpu"}')
  })

  test('the library and the server give the same error', async () => {
    const missing = (await listDevices()).some(({ name }) => name === 'dml') ? 'coreml' : 'dml'
    const home = await homeWithModels()
    await using opened = await openAgnize({ home, threads: 1, device: `cpu,embedding=${missing}` })
    await expect(opened.analyze(sample(3))).rejects.toMatchObject({ code: 'device-unavailable' })
    // The server opens its networks at the start.
    await expect(startServer({ home, device: missing })).rejects.toMatchObject({
      code: 'device-unavailable',
    })
  })

  test('AGNIZE_ONNX_RUNTIME names a package of ONNX Runtime', async () => {
    const home = await homeWithModels()
    const own = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))
    const detect = ['detect', sample(3)]
    expect(await agnize(detect, { home, env: { AGNIZE_ONNX_RUNTIME: own } })).toMatchObject({
      code: 0,
    })
    await mkdir(join(home, 'empty'))
    const wrong = await agnize(detect, { home, env: { AGNIZE_ONNX_RUNTIME: join(home, 'empty') } })
    expect(wrong.stderr).toMatch(
      /AGNIZE_ONNX_RUNTIME names, does not load.*\[platform-unsupported\]/,
    )
  })
})

test('a device gives what the processor gives', async () => {
  // Where a device is there, of whatever kind: with SwiftShader's driver in VK_ICD_FILENAMES also WebGPU without a card.
  const store = new ModelStore(testHome(), true)
  const card = builtinCards.find(({ task }) => task === 'landmarks')!
  const shape = [1, 1, card.input.height, card.input.width]
  const input = Float32Array.from({ length: card.input.height * card.input.width }, (_, i) =>
    Math.sin(i),
  )
  const bytes = await store.read(card)
  const run = async (device: Device) => {
    const session = await openSession(bytes, shape, device)
    const [output] = Object.values(await session.run(input))
    await session.release()
    return output!
  }
  const expected = await run('cpu')
  for (const device of deviceNames) {
    const output = await run(device).catch((error: { code?: string }) => {
      expect(error.code, device).toBe('device-unavailable')
      return expected
    })
    const difference = Math.max(...output.map((value, i) => Math.abs(value - expected[i]!)))
    expect(difference, device).toBeLessThan(1e-3)
  }
}, 300_000)

/** The faces of each photo, without the times. */
function facesOf(lines: string): unknown[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).faces)
}
