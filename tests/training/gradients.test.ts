import { describe, expect, test } from 'vitest'
import { openGraph } from '../../dist/models/runtime.node.js'
import * as a from '../../dist/training/graph/arithmetic.js'
import { Graph, sizeOf, type Value } from '../../dist/training/graph/graph.js'
import * as s from '../../dist/training/graph/spatial.js'
import { type Loss, lossOf, pairMasks } from '../../dist/training/losses.js'
import { TrainingLayers } from '../../dist/training/networks/layers.js'
import { nn4Small2 } from '../../dist/training/networks/nn4-small2.js'
import { seeded } from '../fixtures.js'

/** Builds Σ weight · f(inputs) and compares its gradients with differences of its value. */
async function check(
  shapes: readonly (readonly number[])[],
  build: (graph: Graph, inputs: Value[]) => Value,
  {
    fixed = {},
    draw = (random: () => number) => 2 * random() - 1,
  }: {
    fixed?: Record<string, { data: Float32Array; shape: number[] }>
    draw?: (random: () => number) => number
  } = {},
): Promise<void> {
  const graph = new Graph()
  const inputs = shapes.map((shape, i) => graph.input(`x${i}`, shape))
  const output = build(graph, inputs)
  const random = seeded(5)
  const weights = graph.constant(
    Float32Array.from({ length: sizeOf(output.shape) }, () => random() - 0.5),
    output.shape,
  )
  const total = a.sum(graph, a.multiply(graph, output, weights))
  const gradients = graph.gradients(total, inputs)
  const session = await openGraph(
    graph.model('check', [
      graph.named(total, 'total'),
      ...gradients.map((value, i) => graph.named(value!, `g${i}`)),
    ]),
    1,
  )
  const feeds: Record<string, { data: Float32Array; shape: readonly number[] }> = { ...fixed }
  shapes.forEach((shape, i) => {
    feeds[`x${i}`] = {
      shape,
      data: Float32Array.from({ length: sizeOf(shape) }, () => draw(random)),
    }
  })
  const result = await session.run(feeds)
  const value = async () => (await session.run(feeds)).total![0]!
  for (let i = 0; i < shapes.length; i++) {
    const { data } = feeds[`x${i}`]!
    const gradient = result[`g${i}`]!
    expect(gradient.length).toBe(data.length)
    const scale = Math.max(1e-2, ...gradient.map(Math.abs))
    const places = Array.from({ length: Math.min(12, data.length) }, () =>
      Math.floor(random() * data.length),
    )
    for (const at of places) {
      const before = data[at]!
      const difference = async (h: number) => {
        data[at] = before + h
        const [plus, above] = [await value(), data[at]!]
        data[at] = before - h
        const [minus, below] = [await value(), data[at]!]
        data[at] = before
        return (plus - minus) / (above - below)
      }
      // Richardson's extrapolation: float32 allows no small steps, so the error of large ones is cancelled.
      const [coarse, fine] = [await difference(8e-3), await difference(4e-3)]
      const expected = (4 * fine - coarse) / 3
      expect(Math.abs(gradient[at]! - expected) / scale, `x${i}[${at}]`).toBeLessThan(2e-3)
    }
  }
  await session.release()
}

/** Numbers far from each other, so that no step changes which is largest, and far from 0. */
function distinct() {
  let n = 0
  const order = Array.from({ length: 4000 }, (_, i) => i)
  const random = seeded(8)
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return () => ((order[n++ % 120]! % 120) - 59.5) * 0.05
}

describe('gradients of operators agree with finite differences', () => {
  const image = [2, 3, 7, 6]
  test.each<[string, number[][], (graph: Graph, x: Value[]) => Value]>([
    [
      'add, broadcast',
      [
        [2, 3, 4],
        [3, 1],
      ],
      (g, [x, y]) => a.add(g, x!, y!),
    ],
    [
      'subtract, broadcast',
      [
        [3, 1],
        [2, 3, 4],
      ],
      (g, [x, y]) => a.subtract(g, x!, y!),
    ],
    [
      'multiply, broadcast',
      [
        [2, 1, 4],
        [3, 1],
      ],
      (g, [x, y]) => a.multiply(g, x!, y!),
    ],
    ['a value used twice', [[2, 3]], (g, [x]) => a.multiply(g, x!, a.add(g, x!, x!))],
    ['negate', [[5]], (g, [x]) => a.negate(g, x!)],
    ['reshape', [[2, 6]], (g, [x]) => a.reshape(g, x!, [3, 4])],
    [
      'concatenate',
      [
        [2, 3],
        [2, 4],
      ],
      (g, x) => a.concatenate(g, x, 1),
    ],
    ['rows', [[5, 3]], (g, [x]) => a.rows(g, x!, 1, 3)],
    ['pad', [[1, 2, 3, 3]], (g, [x]) => a.pad(g, x!, 1, 2)],
    ['sum over axes', [[2, 3, 4]], (g, [x]) => a.sum(g, x!, [0, 2])],
    [
      'matMul',
      [
        [3, 4],
        [4, 2],
      ],
      (g, [x, y]) => a.matMul(g, x!, y!),
    ],
    [
      'matMul, a transposed',
      [
        [4, 3],
        [4, 2],
      ],
      (g, [x, y]) => a.matMul(g, x!, y!, { transA: true }),
    ],
    [
      'matMul, b transposed',
      [
        [3, 4],
        [2, 4],
      ],
      (g, [x, y]) => a.matMul(g, x!, y!, { transB: true }),
    ],
    [
      'matMul, both',
      [
        [4, 3],
        [2, 4],
      ],
      (g, [x, y]) => a.matMul(g, x!, y!, { transA: true, transB: true }),
    ],
    ['l2Normalize', [[3, 5]], (g, [x]) => a.l2Normalize(g, x!)],
    [
      'convolve 3 × 3',
      [image, [4, 3, 3, 3], [4]],
      (g, [x, w, b]) => s.convolve(g, x!, w!, b!, { stride: 1, pad: 1 }),
    ],
    [
      'convolve, stride 2',
      [image, [4, 3, 3, 3]],
      (g, [x, w]) => s.convolve(g, x!, w!, null, { stride: 2, pad: 1 }),
    ],
    [
      'convolve 5 × 5, stride 2',
      [image, [2, 3, 5, 5]],
      (g, [x, w]) => s.convolve(g, x!, w!, null, { stride: 2, pad: 2 }),
    ],
    [
      'convolve 7 × 7, stride 2',
      [
        [1, 2, 12, 12],
        [2, 2, 7, 7],
      ],
      (g, [x, w]) => s.convolve(g, x!, w!, null, { stride: 2, pad: 3 }),
    ],
    [
      'convolve 1 × 1',
      [image, [4, 3, 1, 1]],
      (g, [x, w]) => s.convolve(g, x!, w!, null, { stride: 1, pad: 0 }),
    ],
    [
      'batchNormalize',
      [[3, 2, 3, 2], [2], [2]],
      (g, [x, k, b]) => s.batchNormalize(g, x!, k!, b!, 1e-5).output,
    ],
    ['averagePool', [[2, 2, 7, 6]], (g, [x]) => s.averagePool(g, x!, { kernel: 3, stride: 2 })],
    [
      'localResponseNormalize',
      [[2, 7, 2, 3]],
      (g, [x]) => s.localResponseNormalize(g, x!, { size: 5, alpha: 0.9, beta: 0.75 }),
    ],
  ])('%s', (_name, shapes, build) => check(shapes, build))

  test('√', () => check([[4]], (g, [x]) => a.squareRoot(g, x!, 0.1), { draw: (r) => r() + 0.3 }))
  test('l2Pool', () =>
    check([[2, 2, 6, 6]], (g, [x]) => s.l2Pool(g, x!, { kernel: 3, stride: 3 }), {
      draw: (r) => r() + 0.1,
    }))
  test('relu', () => check([[3, 20]], (g, [x]) => a.relu(g, x!), { draw: distinct() }))
  test('maximum', () => check([[4, 6]], (g, [x]) => a.maximum(g, x!, 1), { draw: distinct() }))
  test('minimum', () => check([[4, 6]], (g, [x]) => a.minimum(g, x!, 0), { draw: distinct() }))
  test('maxPool, overlapping', () =>
    check([[1, 2, 7, 6]], (g, [x]) => s.maxPool(g, x!, { kernel: 3, stride: 2, pad: 1 }), {
      draw: distinct(),
    }))
})

describe('losses', () => {
  const labels = [0, 0, 0, 1, 1, 1, 2, 2, 2]
  const random = seeded(3)
  const points = Float32Array.from({ length: 9 * 4 }, () => random() - 0.5)
  for (let i = 0; i < 9; i++) {
    const norm = Math.hypot(...points.subarray(4 * i, 4 * i + 4))
    for (let k = 0; k < 4; k++) points[4 * i + k] = points[4 * i + k]! / norm
  }
  const d2 = (i: number, j: number) =>
    [0, 1, 2, 3].reduce((sum, k) => sum + (points[4 * i + k]! - points[4 * j + k]!) ** 2, 0)
  const indices = labels.map((_, i) => i)
  const positives = (i: number) => indices.filter((j) => j !== i && labels[j] === labels[i])
  const negatives = (i: number) => indices.filter((j) => labels[j] !== labels[i])
  const hinge = (x: number) => Math.max(0, x + 0.3)
  const byHand: [Loss, () => number][] = [
    [
      { kind: 'triplet', mining: 'offline', margin: 0.3 },
      () => [0, 1, 2].reduce((sum, i) => sum + hinge(d2(i, i + 3) - d2(i, i + 6)), 0),
    ],
    [
      { kind: 'triplet', mining: 'batch-all', margin: 0.3 },
      () =>
        indices
          .flatMap((i) =>
            positives(i).flatMap((p) => negatives(i).map((n) => hinge(d2(i, p) - d2(i, n)))),
          )
          .reduce((x, y) => x + y),
    ],
    [
      { kind: 'triplet', mining: 'batch-hard', margin: 0.3 },
      () =>
        indices.reduce(
          (sum, i) =>
            sum +
            hinge(
              Math.max(...positives(i).map((p) => d2(i, p))) -
                Math.min(...negatives(i).map((n) => d2(i, n))),
            ),
          0,
        ),
    ],
    [
      { kind: 'triplet', mining: 'semi-hard', margin: 0.3 },
      () =>
        indices
          .flatMap((i) =>
            positives(i).map((p) => {
              const far = negatives(i).map((n) => d2(i, n))
              const semi = far.filter((d) => d > d2(i, p))
              return hinge(d2(i, p) - (semi.length > 0 ? Math.min(...semi) : Math.max(...far)))
            }),
          )
          .reduce((x, y) => x + y),
    ],
    [
      { kind: 'contrastive', margin: 1 },
      () =>
        indices
          .flatMap((i) =>
            indices
              .filter((j) => j > i)
              .map((j) =>
                labels[i] === labels[j] ? d2(i, j) : Math.max(0, 1 - Math.sqrt(d2(i, j))) ** 2,
              ),
          )
          .reduce((x, y) => x + y),
    ],
  ]
  test.each(
    byHand,
  )('%o is what the formula says, and so is its gradient', async (loss, expected) => {
    const graph = new Graph()
    const input = graph.input('x', [9, 4])
    const { total } = lossOf(graph, loss, input)
    const session = await openGraph(graph.model('loss', [graph.named(total, 'total')]), 1)
    const masks = Object.fromEntries(
      Object.entries(pairMasks(loss, labels)).map(([name, data]) => [
        name,
        { data, shape: [9, 9] },
      ]),
    )
    const offline = loss.kind === 'triplet' && loss.mining === 'offline'
    const fixed = offline ? {} : masks
    const outputs = await session.run({ x: { data: points, shape: [9, 4] }, ...fixed })
    expect(outputs.total![0]!).toBeCloseTo(expected(), 4)
    await session.release()
    await check([[9, 4]], (g, [x]) => lossOf(g, loss, a.l2Normalize(g, x!)).total, { fixed })
  })
})

test('a whole step of nn4.small2 agrees along random directions', async () => {
  const graph = new Graph()
  const layers = new TrainingLayers(graph, false)
  const network = nn4Small2()
  const faces = graph.input('faces', [6, 3, 96, 96])
  const loss: Loss = { kind: 'triplet', mining: 'batch-all', margin: 0.3 }
  const { total } = lossOf(graph, loss, network.build(layers, faces))
  const { parameters } = layers
  const gradients = graph.gradients(
    total,
    parameters.map(({ value }) => value),
  )
  const session = await openGraph(
    graph.model('step', [
      graph.named(total, 'total'),
      ...gradients.map((value, i) => graph.named(value!, `g${i}`)),
    ]),
    2,
  )
  const random = seeded(21)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const labels = [0, 0, 1, 1, 2, 2]
  const feeds: Record<string, { data: Float32Array; shape: readonly number[] }> = {
    faces: {
      shape: [6, 3, 96, 96],
      data: Float32Array.from({ length: 6 * 3 * 96 * 96 }, () => random()),
    },
  }
  for (const [name, data] of Object.entries(pairMasks(loss, labels))) {
    feeds[name] = { data, shape: [6, 6] }
  }
  for (const { name, shape, begin } of parameters) {
    const data = Float32Array.from(
      { length: sizeOf(shape) },
      () => begin.mean + begin.deviation * normal(),
    )
    feeds[name] = { data, shape }
  }
  const outputs = await session.run(feeds)
  for (let trial = 0; trial < 3; trial++) {
    // Partly along the gradient, so that the slope stands out of the rounding.
    const direction = parameters.map((_, i) => {
      const gradient = outputs[`g${i}`]!
      const length = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0) / gradient.length)
      return gradient.map((g) => g + length * normal())
    })
    const norm = Math.sqrt(direction.flatMap((d) => [...d]).reduce((sum, d) => sum + d * d, 0))
    const slope =
      direction.reduce(
        (sum, d, i) => sum + d.reduce((part, value, k) => part + value * outputs[`g${i}`]![k]!, 0),
        0,
      ) / norm
    const at = async (step: number) => {
      const moved = { ...feeds }
      parameters.forEach(({ name, shape }, i) => {
        const { data } = feeds[name]!
        moved[name] = {
          shape,
          data: data.map((value, k) => value + (step * direction[i]![k]!) / norm),
        }
      })
      return (await session.run(moved)).total![0]!
    }
    const h = 4e-4
    const measured = ((await at(h)) - (await at(-h))) / (2 * h)
    // Steps that large turn some ReLUs; the smooth operators agree far better above.
    expect(Math.abs(measured - slope) / Math.abs(slope)).toBeLessThan(0.03)
  }
  await session.release()
}, 120_000)
