import { expect, test } from 'vitest'
import { openAgnize } from '../../dist/index.js'
import { embeddingCard } from '../../dist/models/builtin.js'
import { openGraph, openSession } from '../../dist/models/runtime.node.js'
import { flushTinyWeights } from '../../dist/models/tiny-weights.js'
import { MessageWriter, visitFields } from '../../dist/onnx/protobuf.js'
import { extendModel, readInitializers, readMetadata } from '../../dist/onnx/read.js'
import { writeModel } from '../../dist/onnx/write.js'
import { testHome } from '../fixtures.js'

const doubling = writeModel(
  {
    name: 'doubling',
    inputs: [{ name: 'x', shape: [1, 3] }],
    outputs: [{ name: 'y', shape: [1, 3] }],
    nodes: [{ type: 'Mul', inputs: ['x', 'two'], outputs: ['y'] }],
    initializers: [{ name: 'two', shape: [1], data: Float32Array.of(2) }],
  },
  { author: 'Ada', 'a key': 'ä value' },
)

test('a written file can be read and run', async () => {
  expect(readInitializers(doubling)).toEqual(
    new Map([['two', { name: 'two', shape: [1], data: Float32Array.of(2) }]]),
  )
  expect(readMetadata(doubling, 'a key')).toBe('ä value')
  expect(readMetadata(doubling, 'none')).toBeUndefined()
  const session = await openGraph(doubling, 1)
  const { y } = await session.run({ x: { data: Float32Array.of(1, 2, 3), shape: [1, 3] } })
  expect(y).toEqual(Float32Array.of(2, 4, 6))
  await session.release()
})

test('extends a graph behind its output, also of a third-party network', async () => {
  const extension = {
    nodes: (output: string) => [{ type: 'Neg', inputs: [output], outputs: ['z'] }],
    initializers: [],
    metadata: { more: 'text' },
  }
  const longer = extendModel(doubling, { ...extension, output: { name: 'z', shape: [1, 3] } })
  expect(readMetadata(longer, 'author')).toBe('Ada')
  expect(readMetadata(longer, 'more')).toBe('text')
  const session = await openGraph(longer, 1)
  const out = await session.run({ x: { data: Float32Array.of(1, 2, 3), shape: [1, 3] } })
  expect(out).toEqual({ z: Float32Array.of(-2, -4, -6) })
  await session.release()

  await using agnize = await openAgnize({ home: testHome() })
  const bytes = await agnize.models.read(embeddingCard)
  const negated = extendModel(bytes, { ...extension, output: { name: 'z', shape: [1, 512] } })
  const input = Float32Array.from({ length: 3 * 112 * 112 }, (_, i) => Math.sin(i))
  const [before, after] = await Promise.all(
    [bytes, negated].map(async (model) => {
      const opened = await openSession(model, [1, 3, 112, 112])
      const [values] = Object.values(await opened.run(input))
      await opened.release()
      return values!
    }),
  )
  expect(after).toEqual(before!.map((value) => -value))
})

test('tiny weights of the default network become zero', async () => {
  await using agnize = await openAgnize({ home: testHome() })
  const bytes = Uint8Array.from(await agnize.models.read(embeddingCard))
  expect(flushTinyWeights(bytes)).toBeGreaterThan(100_000)
  expect(flushTinyWeights(bytes)).toBe(0)
})

test('visits any selection of fields', () => {
  const message = new MessageWriter().integer(1, 300).float(2, 1.5).bytes(3, 'abc').integer(4, -1)
  const data = message.finish()
  const seen: unknown[] = []
  visitFields(data, 0, data.length, { bytes: (field, from, to) => seen.push([field, to - from]) })
  expect(seen).toEqual([[3, 3]])
  visitFields(data, 0, data.length, { integer: (field, value) => seen.push([field, value]) })
  expect(seen.slice(1)).toEqual([
    [1, 300],
    [4, 2 ** 64],
  ])
})

test.each([
  ['text', new TextEncoder().encode('this is no network')],
  ['cut short', doubling.slice(0, 40)],
  ['nothing', new Uint8Array()],
])('%s is refused', (_, bytes) => {
  expect(() => readInitializers(bytes)).toThrow(RangeError)
})

test.each([
  ['packed', [4], true],
  ['raw', [9], true],
  ['in two parts', [4, 4], false],
  ['too short', [9], false, [3]],
])('numbers that are %s are read, or not at all', (_, fields, isRead, shape = [2]) => {
  const tensor = new MessageWriter()
  for (const size of shape) tensor.integer(1, size)
  tensor.integer(2, 1).bytes(8, 'w')
  for (const field of fields) tensor.bytes(field, new Uint8Array(Float32Array.of(1.5, -2).buffer))
  const model = new MessageWriter().bytes(7, new MessageWriter().bytes(5, tensor)).finish()
  const expected = { name: 'w', shape: [2], data: Float32Array.of(1.5, -2) }
  expect(readInitializers(model)).toEqual(new Map(isRead ? [['w', expected]] : []))
})
