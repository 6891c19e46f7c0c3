import { z } from 'zod'
import { AgnizeError } from '../base/errors.js'
import { Random } from '../base/random.js'
import type { PairScores } from '../evaluation/pair-scores.js'
import { learningRate } from './adam.js'
import { balancedBatch, batchLabels, offlineTriplets } from './batches.js'
import { type Checkpoint, damaged } from './checkpoint.js'
import type { Split, TrainingFace } from './data/training-photos.js'
import { Learner } from './learner.js'
import { termsOf } from './losses.js'
import type { Weights } from './networks/layers.js'
import type { Network } from './networks/network.js'
import type { EpochMetrics, RunFolder } from './run-folder.js'
import type { Trainable } from './trainable.js'
import { type Settings, type TrainOptions, threadsFrom } from './training-options.js'
import { embeddingsOf, type Separation, separation } from './validate.js'

/** What was learned. */
export interface Learnt {
  readonly weights: Weights
  /** As the training began. */
  readonly start: Weights
  readonly epoch: number
  readonly epochs: number
  readonly metrics: readonly EpochMetrics[]
}

/** The best epoch so far. */
interface Best extends Separation {
  readonly epoch: number
}

const progressSchema = z.object({
  epoch: z.coerce.number().int().min(0),
  seconds: z.coerce.number().min(0),
  best: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.object({ epoch: z.int().min(0), auc: z.number(), dPrime: z.number() })),
})

/** How far the training of a checkpoint was. @throws AgnizeError `model-corrupt`. */
function progressOf({ metadata }: Checkpoint, run: RunFolder) {
  try {
    const { epoch: done, seconds, best } = progressSchema.parse(metadata)
    return { done, seconds, best }
  } catch (cause) {
    throw damaged(run.file('last.safetensors'), cause)
  }
}

/** The training itself, epoch by epoch, from its beginning or from its last checkpoint. */
export async function learn(
  run: RunFolder,
  { training }: Split,
  { network, samples, from, base }: Trainable,
  settings: Settings,
  scores: (weights: Weights) => Promise<PairScores>,
  options: TrainOptions,
): Promise<Learnt> {
  const { loss, seed, rate } = settings
  const size = { people: Math.min(settings.people, training.length), photos: settings.photos }
  const mining = loss.kind === 'triplet' ? loss.mining : undefined
  const labels = batchLabels(size, mining)
  const photos = training.flat()
  const perEpoch = settings.stepsPerEpoch ?? Math.max(50, Math.ceil(photos.length / labels.length))
  const steps = perEpoch * settings.epochs
  const warmUp = Math.round(settings.warmUp * steps)
  const learner = await Learner.open({
    network,
    loss,
    labels,
    seed,
    threads: threadsFrom(options),
    adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: settings.weightDecay },
    clipNorm: 1,
    averaging: 0.99,
    from,
    frozen: frozenStages(network, settings),
  })
  try {
    const start: Weights = new Map(
      [...learner.weights()].map(([name, { data, shape }]) => [
        name,
        { data: data.slice(), shape },
      ]),
    )
    const checkpoint = options.resume ? await run.checkpoint('last') : undefined
    let done = 0
    let seconds = 0
    let best: Best
    if (checkpoint) {
      learner.restore(checkpoint.state)
      ;({ done, seconds, best } = progressOf(checkpoint, run))
      await run.keepMetrics(done)
    } else {
      await run.keepMetrics(-1)
      const { auc, dPrime } = separation(await scores(start))
      // What a network from scratch begins from is no result.
      best = base || from ? { epoch: 0, auc, dPrime } : { epoch: 0, auc: -1, dPrime: 0 }
      await run.keep('best', { state: new Map(start), metadata: {} })
      await addMetrics({
        epoch: 0,
        step: 0,
        loss: null,
        active: null,
        gradient_norm: null,
        rate: 0,
        validation_auc: auc,
        validation_d_prime: dPrime,
        seconds: 0,
      })
      await keepLast()
    }
    let began = performance.now()
    const resumedAt = done * perEpoch
    const beganAll = began
    while (done < settings.epochs && done - best.epoch < settings.patience) {
      const epoch = done + 1
      const triplets =
        mining === 'offline' && loss.kind === 'triplet'
          ? offlineTriplets(
              training,
              await embeddingsByFace(learner.weights()),
              { batches: perEpoch, count: labels.length / 3, margin: loss.margin },
              new Random(seed, 3, epoch),
            )
          : undefined
      const sums = { loss: 0, active: 0, norm: 0 }
      for (let i = 0; i < perEpoch; i++) {
        const step = done * perEpoch + i
        throwIfStopped(done)
        const random = new Random(seed, 4, step)
        const faces = triplets?.[i] ?? balancedBatch(training, size, random)
        const inputs = concatenate(faces.map((face) => samples.varied(face, random)))
        const result = await learner.step(inputs, step, learningRate(step, { rate, warmUp, steps }))
        if (Number.isNaN(result.loss)) throw diverged(step, done)
        sums.loss += result.loss
        sums.active += result.active
        sums.norm += result.gradientNorm
        options.onStep?.({
          step: step + 1,
          steps,
          epoch,
          loss: result.loss / Math.max(1, termsOf(loss, labels)),
          secondsLeft:
            ((performance.now() - beganAll) / 1000 / (step + 1 - resumedAt)) * (steps - step - 1),
        })
        // Lets signals and timers through; ONNX Runtime works on this thread.
        await new Promise((resume) => setImmediate(resume))
      }
      const weights = learner.weights()
      const { auc, dPrime } = separation(await scores(weights))
      done = epoch
      seconds += (performance.now() - began) / 1000
      began = performance.now()
      if (settings.keep === 'last' || isBetter({ auc, dPrime }, best, base !== undefined)) {
        best = { epoch, auc, dPrime }
        await run.keep('best', { state: new Map(weights), metadata: {} })
      }
      await addMetrics({
        epoch,
        step: epoch * perEpoch,
        loss: sums.loss / perEpoch,
        active: sums.active / perEpoch,
        gradient_norm: sums.norm / perEpoch,
        rate: learningRate(epoch * perEpoch - 1, { rate, warmUp, steps }),
        validation_auc: auc,
        validation_d_prime: dPrime,
        seconds,
      })
      // After the metrics: what has no checkpoint is made again, metrics and all.
      await keepLast()
    }
    const kept = await run.checkpoint('best')
    if (!kept)
      throw new AgnizeError('model-corrupt', `${run.path} lacks its best checkpoint: train again.`)
    return {
      weights: kept.state,
      start,
      epoch: best.epoch,
      epochs: done,
      metrics: await run.metrics(),
    }

    async function addMetrics(metrics: EpochMetrics): Promise<void> {
      await run.addMetrics(metrics)
      options.onEpoch?.(metrics)
    }

    async function keepLast(): Promise<void> {
      const metadata = {
        epoch: String(done),
        seconds: String(seconds),
        best: JSON.stringify(best),
      }
      await run.keep('last', { state: learner.state(), metadata })
    }
  } finally {
    await learner.close()
  }

  async function embeddingsByFace(weights: Weights): Promise<Map<TrainingFace, Float32Array>> {
    const embeddings = await embeddingsOf(
      network,
      weights,
      photos.map((face) => samples.plain(face)),
    )
    return new Map(photos.map((face, i) => [face, embeddings[i]!]))
  }

  function throwIfStopped(done: number): void {
    if (!options.signal?.aborted) return
    throw new AgnizeError(
      'cancelled',
      `The training was stopped after ${done} epochs, which are kept in ${run.path}: run it again with --resume to continue.`,
    )
  }

  function diverged(step: number, done: number): AgnizeError {
    return new AgnizeError(
      'training-diverged',
      `The loss is no longer a number at step ${step + 1}: start again in another folder with a --rate below ${rate}. ${run.path} keeps the ${done} epochs before.`,
    )
  }
}

/** A head must be better in what counts; networks from scratch may also win by a wider gap. */
function isBetter(now: Separation, best: Separation, strictly: boolean): boolean {
  return now.auc > best.auc || (!strictly && now.auc === best.auc && now.dPrime > best.dPrime)
}

function frozenStages({ name, stages }: Network, { freeze }: Settings): readonly string[] {
  if (freeze === null) return []
  const last = stages.indexOf(freeze)
  if (last >= 0 && last < stages.length - 1) return stages.slice(0, last + 1)
  throw new AgnizeError(
    'bad-argument',
    `${name} has no stage ${JSON.stringify(freeze)} to freeze up to: choose one of ${stages.slice(0, -1).join(', ') || 'one stage only'}.`,
  )
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const size = parts[0]!.length
  const whole = new Float32Array(size * parts.length)
  parts.forEach((part, i) => {
    whole.set(part, i * size)
  })
  return whole
}
