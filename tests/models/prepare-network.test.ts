import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { openAgnize } from '../../dist/index.js'
import { detectionCard, embeddingCard, landmarksCard } from '../../dist/models/builtin.js'
import { blockedLayout, otherLayout, prepareNetwork } from '../../dist/models/prepare-network.js'
import { editModel, type ReadNode } from '../../dist/onnx/edit.js'
import { MessageWriter } from '../../dist/onnx/protobuf.js'
import { readInitializers } from '../../dist/onnx/read.js'
import { type OnnxNode, type OnnxPort, type OnnxTensor, writeModel } from '../../dist/onnx/write.js'
import { testHome } from '../fixtures.js'

const layouts = [
  ['blocked', blockedLayout],
  ['other', otherLayout],
] as const

/** Values that look random and are the same in every run. */
const wave = (length: number, seed = 1) =>
  Float32Array.from({ length }, (_, i) => Math.sin(seed * 1000 + i * i * 0.7))

async function outputsOf(model: Uint8Array, shape: readonly number[]) {
  const session = await InferenceSession.create(model, { logSeverityLevel: 3 })
  const input = wave(shape.reduce((a, b) => a * b, 1))
  const outputs = await session.run({
    [session.inputNames[0]!]: new Tensor('float32', input, shape),
  })
  await session.release()
  return Object.values(outputs).map(({ data }) => data as Float32Array)
}

/** Expects the same outputs, but for what the order of additions changes. */
async function expectSame(model: Uint8Array, prepared: Uint8Array, shape: readonly number[]) {
  const [before, after] = [await outputsOf(model, shape), await outputsOf(prepared, shape)]
  expect(after.length).toBe(before.length)
  for (const [i, values] of before.entries()) {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    for (const [k, value] of values.entries())
      expect(Math.abs(after[i]![k]! - value)).toBeLessThan(1e-5 * largest)
  }
}

function nodesOf(model: Uint8Array): readonly ReadNode[] {
  let nodes: readonly ReadNode[] = []
  editModel(model, (graph) => {
    nodes = graph.nodes
  })
  return nodes
}

test.each(
  layouts,
)('the networks of the default model give the same outputs: %s', async (_, layout) => {
  await using agnize = await openAgnize({ home: testHome(), store: ':memory:' })
  for (const card of [detectionCard, landmarksCard, embeddingCard]) {
    const { width, height, channels } = card.input
    const model = await agnize.models.read(card)
    const prepared = prepareNetwork(model, layout)
    await expectSame(model, prepared, [1, channels === 'gray' ? 1 : 3, height, width])
  }
})

test('the default embedding network loses its empty channels and the operator that breaks the layout', async () => {
  await using agnize = await openAgnize({ home: testHome(), store: ':memory:' })
  const model = await agnize.models.read(embeddingCard)
  const prepared = prepareNetwork(model, blockedLayout)
  const count = (bytes: Uint8Array) => nodesOf(bytes).filter(({ type }) => type === 'PRelu').length
  expect([count(model), count(prepared)]).toEqual([33, 0])
  const weights = readInitializers(prepared)
  const made = nodesOf(prepared)
    .filter(({ type }) => type === 'Conv')
    .map(({ inputs }) => weights.get(inputs[1]!)!.shape[0]!)
  expect(made.filter((channels) => channels % 16 !== 0)).toEqual([])
  // The first convolution has 64 channels, 31 of them empty.
  expect(made[0]).toBe(48)
})

const concat = (a: Uint8Array, b: Uint8Array) => Uint8Array.from([...a, ...b])

interface Made {
  readonly nodes: readonly OnnxNode[]
  readonly constants: readonly OnnxTensor[]
  readonly outputs?: readonly string[]
  /** Inputs beside x. */
  readonly given?: readonly OnnxPort[]
}

const network = ({ nodes, constants, outputs = ['y'], given = [] }: Made, side = 6) =>
  writeModel({
    name: 'made',
    inputs: [{ name: 'x', shape: [1, 3, side, side] }, ...given],
    outputs: outputs.map((name) => ({ name, shape: [] })),
    nodes,
    initializers: constants,
  })

const conv = (name: string, from: string, group = 1): OnnxNode => ({
  type: 'Conv',
  inputs: [from, `${name}.weight`, `${name}.bias`],
  outputs: [name],
  attributes: { group, kernel_shape: [1, 1] },
})
const activation = (name: string, from: string): OnnxNode => ({
  type: 'PRelu',
  inputs: [from, `${name}.slope`],
  outputs: [name],
})
const weights = (
  name: string,
  outputs: number,
  inputs: number,
  edit?: (data: Float32Array) => void,
) => {
  const data = wave(outputs * inputs, outputs + inputs)
  edit?.(data)
  return { name: `${name}.weight`, shape: [outputs, inputs, 1, 1], data }
}
const bias = (name: string, count: number, edit?: (data: Float32Array) => void) => {
  const data = wave(count, 7)
  edit?.(data)
  return { name: `${name}.bias`, shape: [count], data }
}
/** Slopes below zero, between, above one and exactly one. */
const slopes = (name: string, count: number, shape = [count, 1, 1]) => ({
  name: `${name}.slope`,
  shape,
  data: Float32Array.from({ length: count }, (_, i) => [-0.5, 0, 0.25, 1, 1.75][i % 5]!),
})

/** Expand, activate, filter each channel, mix: as a block of MobileNet. */
const block: Made = {
  nodes: [
    conv('wide', 'x'),
    activation('a', 'wide'),
    conv('each', 'a', 20),
    activation('b', 'each'),
    conv('y', 'b'),
  ],
  constants: [
    weights('wide', 20, 3, (data) => data.fill(0, 3 * 4, 3 * 9)),
    // Channels 4 to 7 are silent; channel 8 has a bias and is not.
    bias('wide', 20, (data) => data.fill(0, 4, 8)),
    slopes('a', 20),
    weights('each', 20, 1),
    // A channel that begins silent and then has a bias is not silent either.
    bias('each', 20, (data) => data.fill(0, 4, 7)),
    slopes('b', 20, [1, 20, 1, 1]),
    // Nobody reads channels 10 and 11.
    weights('y', 5, 20, (data) => {
      for (let i = 0; i < 5; i++) data.fill(0, 20 * i + 10, 20 * i + 12)
    }),
    bias('y', 5),
  ],
}

test.each(
  layouts,
)('channels that change nothing go, and others are added: %s', async (_, layout) => {
  const model = network(block)
  const prepared = prepareNetwork(model, layout)
  await expectSame(model, prepared, [1, 3, 6, 6])
  // Of 20 channels 5 change nothing.
  const shape = (name: string) => readInitializers(prepared).get(name)!.shape
  expect(shape('wide.weight')).toEqual([16, 3, 1, 1])
  expect(shape('each.weight')).toEqual([16, 1, 1, 1])
  expect(shape('y.weight')).toEqual([5, 16, 1, 1])
})

test('what else reads a result keeps its channels', async () => {
  const residual: Made = {
    ...block,
    nodes: [
      ...block.nodes.slice(0, -1),
      conv('mixed', 'b'),
      { type: 'GlobalMaxPool', inputs: ['wide'], outputs: ['pooled'] },
      { type: 'Identity', inputs: ['mixed'], outputs: ['y'] },
    ],
    constants: block.constants.map((each) =>
      each.name.startsWith('y.') ? { ...each, name: each.name.replace('y.', 'mixed.') } : each,
    ),
    outputs: ['y', 'pooled'],
  }
  const shared: Made = {
    ...block,
    nodes: [...block.nodes, { ...conv('again', 'x'), inputs: ['x', 'wide.weight', 'wide.bias'] }],
    outputs: ['y', 'again'],
  }
  const shown: Made = { ...block, outputs: ['y', 'each'] }
  for (const made of [residual, shared, shown]) {
    const model = network(made)
    const prepared = prepareNetwork(model, blockedLayout)
    expect(readInitializers(prepared).get('wide.weight')!.shape).toEqual([20, 3, 1, 1])
    await expectSame(model, prepared, [1, 3, 6, 6])
  }
})

test('slopes along another axis than the channels, slopes that are computed, and broken blocks stay', async () => {
  const made = (slope: readonly OnnxNode[], constant: OnnxTensor, channels = 16): Made => ({
    nodes: [conv('wide', 'x'), ...slope, activation('y', 'wide')],
    constants: [weights('wide', channels, 3), bias('wide', channels), constant],
  })
  // Sixteen columns and sixteen channels: a slope of shape [16] is one for each column.
  const columns = made([], slopes('y', 16, [16]))
  const computed = made([{ type: 'Neg', inputs: ['given'], outputs: ['y.slope'] }], {
    ...slopes('y', 16),
    name: 'given',
  })
  const broken = made([], slopes('y', 20), 20)
  for (const each of [columns, computed, broken]) {
    const model = network(each, 16)
    const prepared = prepareNetwork(model, blockedLayout)
    expect(nodesOf(prepared).map(({ type }) => type)).toContain('PRelu')
    await expectSame(model, prepared, [1, 3, 16, 16])
  }
  const whole = network(made([], slopes('y', 16)), 16)
  const prepared = prepareNetwork(whole, blockedLayout)
  expect(nodesOf(prepared).map(({ type }) => type)).not.toContain('PRelu')
  await expectSame(whole, prepared, [1, 3, 16, 16])
})

test('constants that may be given as inputs, and operators of another domain, stay', async () => {
  const given = network({ ...block, given: [{ name: 'wide.weight', shape: [20, 3, 1, 1] }] })
  const prepared = prepareNetwork(given, blockedLayout)
  expect(readInitializers(prepared).get('wide.weight')!.shape).toEqual([20, 3, 1, 1])
  await expectSame(given, prepared, [1, 3, 6, 6])

  const model = network(block)
  const reordered = editModel(model, (graph) => {
    graph.nodes = graph.nodes.map((node) =>
      node.type === 'Conv'
        ? {
            ...node,
            message: concat(
              node.message,
              new MessageWriter().bytes(7, 'com.microsoft.nchwc').finish(),
            ),
          }
        : node,
    )
  })
  expect(nodesOf(reordered).map(({ type }) => type)).toContain('com.microsoft.nchwc.Conv')
  expect(prepareNetwork(reordered, blockedLayout)).toEqual(reordered)
})

test('a network with graphs inside of it stays, and so does one without anything to change', () => {
  const nested = network({
    ...block,
    nodes: [...block.nodes, { type: 'Loop', inputs: ['y'], outputs: ['z'] }],
  })
  expect(prepareNetwork(nested, blockedLayout)).toEqual(nested)
  const plain = network({
    nodes: [conv('y', 'x')],
    constants: [weights('y', 5, 3), bias('y', 5)],
  })
  expect(prepareNetwork(plain, blockedLayout)).toEqual(plain)
})

test('bytes that are no network come back as they are', () => {
  const bytes = new TextEncoder().encode('no protobuf at all, just text')
  expect(prepareNetwork(bytes, blockedLayout)).toEqual(bytes)
})
