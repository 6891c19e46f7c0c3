/**
 * Time of a training step against TensorFlow.js, and of FaceNet's forward pass, for docs/reference/benchmarks.md: `npm run bench:step`.
 */

import { Random } from '../dist/base/random.js'
import { openAgnize } from '../dist/index.js'
import { embeddingCard } from '../dist/models/builtin.js'
import { openGraph, openSession } from '../dist/models/runtime.node.js'
import { writeModel } from '../dist/onnx/write.js'
import { Graph, sizeOf, type Value } from '../dist/training/graph/graph.js'
import { Learner } from '../dist/training/learner.js'
import { type ConvNorm, TrainingLayers } from '../dist/training/networks/layers.js'
import { exportNetwork, type Network } from '../dist/training/networks/network.js'
import { nn4Small2 } from '../dist/training/networks/nn4-small2.js'
import { siameseSmall } from '../dist/training/networks/siamese-small.js'
import { median } from './face-sets.js'
import { openTensorFlow, tensorFlowStep } from './tfjs-training.js'

const margin = 0.3
const labels = Array.from({ length: 24 }, (_, i) => Math.floor(i / 3))
const rounds = 7

async function trainingSteps(): Promise<void> {
  const tf = await openTensorFlow()
  console.log('# a training step, 24 faces (8 people × 3), batch-all, Adam: median ms')
  for (const network of [nn4Small2(), siameseSmall()]) {
    const random = new Random(5)
    const faces = Float32Array.from({ length: 24 * sizeOf(network.inputShape) }, () =>
      random.next(),
    )
    const one = await learner(network, 1)
    const all = await learner(network, 2)
    const begin = [...one.state()].filter(
      ([name]) => /[.](weight|bias|scale|shift)$/.test(name) && !name.includes(':'),
    )
    const tensorFlow = tensorFlowStep(
      tf,
      network,
      new Map(begin.map(([name, { data, shape }]) => [name, { data: data.slice(), shape }])),
      labels,
      margin,
    )
    const times: Record<string, number[]> = {
      'agnize, 1 thread': [],
      'agnize, 2 threads': [],
      'TensorFlow.js': [],
    }
    const losses: number[] = []
    for (let round = 0; round <= rounds; round++) {
      const timed = async (label: string, work: () => Promise<number> | number) => {
        const began = performance.now()
        const loss = await work()
        // The first round is a warm-up; its losses show whether all implementations compute the same.
        if (round > 0) times[label]!.push(performance.now() - began)
        else losses.push(loss)
      }
      await timed('agnize, 1 thread', async () => (await one.step(faces, round, 1e-4)).loss)
      await timed('agnize, 2 threads', async () => (await all.step(faces, round, 1e-4)).loss)
      await timed('TensorFlow.js', () => tensorFlow(faces))
    }
    console.log(
      `\n${network.name}: first losses ${losses.map((loss) => loss.toFixed(3)).join(', ')}`,
    )
    const reference = median(times['TensorFlow.js']!)
    for (const [label, each] of Object.entries(times)) {
      console.log(
        `  ${label.padEnd(20)} ${median(each).toFixed(0).padStart(6)} ms  ${(reference / median(each)).toFixed(1)} ×`,
      )
    }
    await one.close()
    await all.close()
  }
}

function learner(network: Network, threads: number): Promise<Learner> {
  return Learner.open({
    network: { ...network, build: (layers, x) => network.build(withoutDropout(layers), x) },
    loss: { kind: 'triplet', mining: 'batch-all', margin },
    labels,
    seed: 1,
    threads,
    adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
    clipNorm: Number.POSITIVE_INFINITY,
    averaging: 0,
    from: undefined,
    frozen: [],
  })
}

/** Disables dropout: other implementations cannot reproduce its random zeros. */
function withoutDropout<T extends { dropout(x: Value, rate: number): Value }>(layers: T): T {
  layers.dropout = (x) => x
  return layers
}

/** Counts multiplications while a network is built. */
class CountingLayers extends TrainingLayers {
  multiplications = 0
  override convNorm(x: Value, layer: ConvNorm): Value {
    const output = super.convNorm(x, layer)
    this.multiplications += sizeOf(output.shape) * x.shape[1]! * layer.kernel ** 2
    return output
  }
  override dense(x: Value, name: string, outputs: number): Value {
    this.multiplications += x.shape[1]! * outputs
    return super.dense(x, name, outputs)
  }
}

async function forward(): Promise<void> {
  const network = nn4Small2()
  const graph = new Graph()
  const counting = new CountingLayers(graph, false)
  network.build(counting, graph.input('faces', [1, ...network.inputShape]))
  const random = new Random(1)
  const one = await learner(network, 1)
  const facenet = await openSession(exportNetwork(network, one.weights()), [
    1,
    ...network.inputShape,
  ])
  await one.close()
  await using agnize = await openAgnize()
  const standard = await openSession(await agnize.models.read(embeddingCard), [1, 3, 112, 112])
  const size = 768
  const square = { name: '', shape: [size, size] }
  const product = await openGraph(
    writeModel({
      name: 'product',
      inputs: ['a', 'b'].map((name) => ({ ...square, name })),
      outputs: [{ ...square, name: 'c' }],
      nodes: [{ type: 'MatMul', inputs: ['a', 'b'], outputs: ['c'] }],
      initializers: [],
    }),
    1,
  )
  const numbers = (count: number) => Float32Array.from({ length: count }, () => random.next())
  const [small, large, matrix] = [
    numbers(3 * 96 * 96),
    numbers(3 * 112 * 112),
    numbers(size * size),
  ]
  const times: Record<string, number[]> = { facenet: [], standard: [], product: [] }
  for (let i = 0; i < 40; i++) {
    const timed = async (label: string, work: () => Promise<unknown>) => {
      const began = performance.now()
      await work()
      if (i > 4) times[label]!.push(performance.now() - began)
    }
    await timed('facenet', () => facenet.run(small))
    await timed('standard', () => standard.run(large))
    await timed('product', () =>
      product.run({
        a: { data: matrix, shape: square.shape },
        b: { data: matrix, shape: square.shape },
      }),
    )
  }
  const [a, b, c] = [times.facenet!, times.standard!, times.product!].map(median) as [
    number,
    number,
    number,
  ]
  const rate = (multiplications: number, ms: number) => (2 * multiplications) / ms / 1e6
  console.log('\n# forward, one photo, one thread')
  console.log(
    `nn4.small2           ${a.toFixed(1)} ms, ${(counting.multiplications / 1e6).toFixed(0)} million multiplications and additions: ${rate(counting.multiplications, a).toFixed(0)} GFLOP/s`,
  )
  console.log(`${embeddingCard.name}           ${b.toFixed(1)} ms`)
  console.log(`a product of matrices, ${size} × ${size}: ${rate(size ** 3, c).toFixed(0)} GFLOP/s`)
  await Promise.all([facenet.release(), standard.release(), product.release()])
}

await trainingSteps()
await forward()
