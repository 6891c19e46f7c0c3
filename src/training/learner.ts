import { type GraphSession, openGraph, type Tensor } from '#runtime'
import { Random } from '../base/random.js'
import { type AdamOptions, adamStep, type Learned } from './adam.js'
import { Graph, type Shape, sizeOf } from './graph/graph.js'
import { type Loss, lossOf, pairMasks, termsOf } from './losses.js'
import {
  type DropoutMask,
  type RunningNorm,
  TrainingLayers,
  type Weights,
} from './networks/layers.js'
import type { Network } from './networks/network.js'

/** What a learner is made of. */
export interface LearnerOptions {
  readonly network: Network
  readonly loss: Loss
  /** Whose each input of a batch is; the same for every batch. */
  readonly labels: readonly number[]
  readonly seed: number
  readonly threads: number
  readonly adam: AdamOptions
  /** Largest norm of the gradient of the mean loss; longer ones are shortened to it. */
  readonly clipNorm: number
  /** Share that the averaged weights keep of themselves in a step. */
  readonly averaging: number
  /** Weights to begin from, with normalizations folded. */
  readonly from: Weights | undefined
  /** Stages that do not learn. */
  readonly frozen: readonly string[]
}

/** What a step did. */
export interface StepResult {
  /** Summed over the batch's triplets or pairs. */
  readonly loss: number
  /** Share of them with a loss above 0. */
  readonly active: number
  /** Of the mean loss, before it was clipped. */
  readonly gradientNorm: number
}

/** Everything that changes while learning, by name; what a checkpoint keeps. */
export type LearnerState = Map<string, { readonly data: Float32Array; readonly shape: Shape }>

/** Share of the running means of a normalization that a batch replaces. */
const normMomentum = 0.1

/**
 * A network that learns: an ONNX graph of forward pass, loss and backward pass, whose weights are inputs and whose
 * gradients are outputs, and Adam on the weights.
 */
export class Learner {
  readonly #options: LearnerOptions
  readonly #session: GraphSession
  readonly #norms: readonly RunningNorm[]
  readonly #masks: readonly DropoutMask[]
  readonly #fixed: Readonly<Record<string, Tensor>>
  readonly #terms: number
  /** Weights that learn, by name. */
  readonly #learned = new Map<string, Learned & { readonly shape: Shape }>()
  /** Means of them over the last steps: what is exported. */
  readonly #averaged = new Map<string, Float32Array>()
  readonly #frozen = new Map<string, Tensor>()
  readonly #running = new Map<string, Float32Array>()

  private constructor(
    options: LearnerOptions,
    session: GraphSession,
    { parameters, norms, masks }: TrainingLayers,
  ) {
    this.#options = options
    this.#session = session
    this.#norms = norms
    this.#masks = masks
    const { loss, labels, seed, from, network, frozen } = options
    this.#terms = Math.max(1, termsOf(loss, labels))
    const offline = loss.kind === 'triplet' && loss.mining === 'offline'
    const shape = [labels.length, labels.length]
    this.#fixed = offline
      ? {}
      : Object.fromEntries(
          Object.entries(pairMasks(loss, labels)).map(([name, data]) => [name, { data, shape }]),
        )
    for (const [i, { name, shape, begin }] of parameters.entries()) {
      const random = new Random(seed, 1, i)
      const data =
        from?.get(name)?.data.slice() ??
        Float32Array.from(
          { length: sizeOf(shape) },
          () => begin.mean + (begin.deviation && begin.deviation * random.normal()),
        )
      if (frozen.includes(network.stageOf(name))) {
        this.#frozen.set(name, { data, shape })
        continue
      }
      const [first, second] = [new Float32Array(data.length), new Float32Array(data.length)]
      this.#learned.set(name, { data, first, second, shape, decays: name.endsWith('.weight') })
      this.#averaged.set(name, data.slice())
    }
    for (const { name, channels } of norms) {
      this.#running.set(`${name}.mean`, new Float32Array(channels))
      this.#running.set(`${name}.variance`, new Float32Array(channels).fill(1))
    }
  }

  /** Writes the graph of a step and opens it. */
  static async open(options: LearnerOptions): Promise<Learner> {
    const { network, loss, labels, threads, from, frozen } = options
    const graph = new Graph()
    const layers = new TrainingLayers(graph, from !== undefined)
    const input = graph.input('faces', [labels.length, ...network.inputShape])
    const { total, active } = lossOf(graph, loss, network.build(layers, input))
    const learned = layers.parameters.filter(({ name }) => !frozen.includes(network.stageOf(name)))
    const gradients = graph.gradients(
      total,
      learned.map(({ value }) => value),
    )
    const outputs = [graph.named(total, 'loss'), graph.named(active, 'active')]
    for (const [i, gradient] of gradients.entries()) {
      if (gradient) outputs.push(graph.named(gradient, `gradient:${learned[i]!.name}`))
    }
    for (const { name, mean, variance } of layers.norms) {
      outputs.push(graph.named(mean, `${name}.mean`), graph.named(variance, `${name}.variance`))
    }
    const session = await openGraph(graph.model(`train-${network.name}`, outputs), threads)
    return new Learner(options, session, layers)
  }

  /**
   * Learns from one batch.
   *
   * @param faces - One after the other, in the order of the labels.
   * @param step - From 0.
   */
  async step(faces: Float32Array, step: number, rate: number): Promise<StepResult> {
    const { labels, network, adam, clipNorm, averaging, seed } = this.#options
    const inputs: Record<string, Tensor> = {
      ...this.#fixed,
      faces: { data: faces, shape: [labels.length, ...network.inputShape] },
    }
    for (const [name, { data, shape }] of this.#learned) inputs[name] = { data, shape }
    for (const [name, tensor] of this.#frozen) inputs[name] = tensor
    for (const [i, { name, shape, rate }] of this.#masks.entries()) {
      const random = new Random(seed, 2, step, i)
      const data = Float32Array.from({ length: sizeOf(shape) }, () =>
        random.next() < rate ? 0 : 1 / (1 - rate),
      )
      inputs[name] = { data, shape }
    }
    const outputs = await this.#session.run(inputs)
    const loss = outputs.loss![0]!
    const active = outputs.active![0]! / this.#terms
    let squares = 0
    for (const name of this.#learned.keys()) {
      for (const value of outputs[`gradient:${name}`] ?? []) squares += value * value
    }
    const gradientNorm = Math.sqrt(squares) / this.#terms
    // Left as they are, so that the last checkpoint before stays usable.
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
      return { loss: Number.NaN, active, gradientNorm }
    }
    const factor = Math.min(1, clipNorm / Math.max(gradientNorm, 1e-12)) / this.#terms
    // The first steps are averaged over fewer.
    const keep = Math.min(averaging, (step + 1) / (step + 10))
    for (const [name, learned] of this.#learned) {
      const gradient = outputs[`gradient:${name}`]
      if (gradient) adamStep(learned, gradient, step + 1, rate, factor, adam)
      blend(this.#averaged.get(name)!, learned.data, keep)
    }
    for (const { name } of this.#norms) {
      for (const part of [`${name}.mean`, `${name}.variance`]) {
        blend(this.#running.get(part)!, outputs[part]!, 1 - Math.max(normMomentum, 1 / (step + 1)))
      }
    }
    return { loss, active, gradientNorm }
  }

  /** The network's weights as they are used: averaged over the last steps. */
  weights(): Weights {
    const weights: LearnerState = new Map()
    for (const [name, { shape }] of this.#learned) {
      weights.set(name, { data: this.#averaged.get(name)!, shape })
    }
    for (const [name, tensor] of this.#frozen) weights.set(name, tensor)
    for (const [name, data] of this.#running) weights.set(name, { data, shape: [data.length] })
    return weights
  }

  /** Everything that {@link Learner.restore} needs to go on from here; not copied. */
  state(): LearnerState {
    const state: LearnerState = new Map()
    for (const [name, { data, first, second, shape }] of this.#learned) {
      state.set(name, { data, shape })
      state.set(`adam.first:${name}`, { data: first, shape })
      state.set(`adam.second:${name}`, { data: second, shape })
      state.set(`averaged:${name}`, { data: this.#averaged.get(name)!, shape })
    }
    for (const [name, data] of this.#running) state.set(name, { data, shape: [data.length] })
    return state
  }

  /** Takes over a state. @throws RangeError when it is of another network. */
  restore(state: Weights): void {
    for (const [name, { data }] of this.state()) {
      const saved = state.get(name)
      if (saved?.data.length !== data.length) throw new RangeError(`the state lacks ${name}`)
      data.set(saved.data)
    }
  }

  /** Frees the graph's memory. */
  close(): Promise<void> {
    return this.#session.release()
  }
}

/** a ← keep · a + (1 − keep) · b */
function blend(a: Float32Array, b: Float32Array, keep: number): void {
  for (let i = 0; i < a.length; i++) a[i] = keep * a[i]! + (1 - keep) * b[i]!
}
