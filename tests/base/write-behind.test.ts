import { expect, test } from 'vitest'
import { WriteBehind } from '../../dist/base/write-behind.js'

/** A write that ends when it is told to. */
function gate() {
  let open!: () => void
  let fail!: (error: Error) => void
  const end = new Promise<void>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  return { end, open, fail }
}

/** A writer whose batches end by hand, and what happened to them. */
function start(count: number) {
  const happened: string[] = []
  const gates = Array.from({ length: count }, gate)
  const writer = new WriteBehind(async (batch: number) => {
    happened.push(`begin ${batch}`)
    await gates[batch]!.end
    happened.push(`end ${batch}`)
  })
  return { happened, gates, writer }
}

test('a batch is written while the next is read, and never two at a time', async () => {
  const { happened, gates, writer } = start(3)
  await writer.push(0)
  const second = writer.push(1).then(() => happened.push('pushed 1'))
  // A caller that does not wait changes no order.
  const third = writer.push(2)
  gates[1]!.open()
  gates[2]!.open()
  gates[0]!.open()
  await Promise.all([second, third])
  await writer.settled()
  expect(happened.filter((each) => !each.startsWith('pushed'))).toEqual([
    ...['begin 0', 'end 0', 'begin 1', 'end 1', 'begin 2', 'end 2'],
  ])
  expect(happened.indexOf('pushed 1')).toBeGreaterThan(happened.indexOf('end 0'))
})

test('the error of a batch reaches whoever pushes the next, and nothing is written after it', async () => {
  const { happened, gates, writer } = start(2)
  await writer.push(0)
  const next = writer.push(1)
  gates[0]!.fail(new Error('full'))
  await expect(next).rejects.toThrow('full')
  await expect(writer.push(1)).rejects.toThrow('full')
  await expect(writer.settled()).rejects.toThrow('full')
  expect(happened).toEqual(['begin 0'])
})

test('the error of the last batch reaches whoever waits for the end', async () => {
  const { gates, writer } = start(1)
  await writer.push(0)
  gates[0]!.fail(new Error('full'))
  await expect(writer.settled()).rejects.toThrow('full')
})

test('disposing waits for the batch that is being written, and keeps its error to itself', async () => {
  const { happened, gates, writer } = start(1)
  await writer.push(0)
  const disposed = writer[Symbol.asyncDispose]().then(() => happened.push('disposed'))
  gates[0]!.open()
  await disposed
  expect(happened).toEqual(['begin 0', 'end 0', 'disposed'])
  const other = start(1)
  await other.writer.push(0)
  other.gates[0]!.fail(new Error('full'))
  await other.writer[Symbol.asyncDispose]()
})

test('a write that throws at once fails as one that throws later does', async () => {
  const writer = new WriteBehind<number>(() => {
    throw new Error('at once')
  })
  await writer.push(0)
  await expect(writer.settled()).rejects.toThrow('at once')
})
