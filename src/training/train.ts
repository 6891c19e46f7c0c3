import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Agnize } from '../agnize.js'
import { AgnizeError, diskError } from '../errors.js'
import { calibrationFrom } from '../evaluation/calibrate.js'
import type { PairScores } from '../evaluation/verification.js'
import type { EmbeddingCard } from '../models/card.js'
import { readInitializers } from '../onnx/read.js'
import { learningRate } from './adam.js'
import { balancedBatch, batchLabels, offlineTriplets } from './batches.js'
import {
  type LeftOut,
  type Split,
  splitBySubject,
  type TrainingFace,
  type TrainingPhotos,
  trainingPhotos,
} from './data/training-photos.js'
import { Learner } from './learner.js'
import { termsOf } from './losses.js'
import { type CardInside, cardMetadata, completeCard } from './model-file.js'
import { exportHead, headNetwork } from './networks/head.js'
import type { Weights } from './networks/layers.js'
import { exportNetwork, type Network } from './networks/network.js'
import { nn4Small2 } from './networks/nn4-small2.js'
import { siameseSmall } from './networks/siamese-small.js'
import {
  modelName,
  type Settings,
  settingsFrom,
  type TrainOptions,
  threadsFrom,
} from './options.js'
import { Random } from './random.js'
import { writeReport } from './report.js'
import { type EpochMetrics, RunFolder } from './run-folder.js'
import { embeddingSamples, pixelSamples, type Samples } from './samples.js'
import { embeddingsOf, pairScores, type Separation, separation } from './validate.js'

/** What came of {@link train}. */
export interface TrainResult {
  /** What `agnize.models.add` wants beside the file's bytes. */
  readonly card: EmbeddingCard
  /** The ONNX file. */
  readonly file: string
  /** The run folder. */
  readonly run: string
  /** The report page in it. */
  readonly report: string
  /** The epoch whose weights were exported; 0 is what the training began from. */
  readonly epoch: number
  /** The last epoch. */
  readonly epochs: number
  /** On the people put aside, as the training began. */
  readonly before: Separation
  /** On the same people, with the exported weights. */
  readonly after: Separation
  /** People and photos that were learned from, and that were put aside. */
  readonly counts: Readonly<
    Record<'trainingPeople' | 'trainingPhotos' | 'validationPeople' | 'validationPhotos', number>
  >
  /** Photos that showed no face, or several. */
  readonly leftOut: readonly LeftOut[]
}

/** Deviations of the noise on embeddings that a head learns from, as a share of their length. */
const headNoise = 0.1

/**
 * Trains a network on a folder of people and writes it as an ONNX file, with its card inside.
 *
 * A share of the people is put aside: they decide which epoch is kept, when to stop, and the thresholds. Heads and
 * fine-tuned networks that did not get better on those people are exported as they began (`epoch` 0).
 *
 * @param agnize - Finds the faces; its model is what a head stands on.
 * @param folder - A sub-folder a person, two photos each at least, of one face each.
 * @throws AgnizeError `photo-not-found`, `too-few-photos`, `bad-argument`, `bad-name`, `model-unknown`, `wrong-model`,
 * `training-diverged`, `disk-full`, `read-only`, `cancelled`; after the last the run folder can be resumed.
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { openAgnize } from 'agnize'
 * import { train } from 'agnize/training'
 *
 * await using agnize = await openAgnize()
 * const { card, file, after } = await train(agnize, 'people/', { out: 'door.onnx', seed: 7 })
 * console.log(after.auc, card.calibration?.thresholds)
 * await agnize.models.add(card, await readFile(file))
 * ```
 */
export async function train(
  agnize: Agnize,
  folder: string,
  options: TrainOptions,
): Promise<TrainResult> {
  const settings = settingsFrom(options)
  modelName(options)
  const subject = await trainableFrom(agnize, settings)
  const { signal, onPhoto } = options
  const photos = await trainingPhotos(agnize, folder, subject.network, {
    ...(signal && { signal }),
    ...(onPhoto && { onProgress: onPhoto }),
  })
  return trainOn(photos, subject, settings, options)
}

/** A network to be trained, and what it begins from. */
export interface Trainable {
  readonly network: Network
  /** How faces become its inputs. */
  readonly samples: Samples
  /** Weights to begin from. */
  readonly from: Weights | undefined
  /** The model that a head stands on. */
  readonly base: { readonly card: EmbeddingCard; readonly bytes: Uint8Array } | undefined
}

/** The network that the settings name. @throws AgnizeError `model-*`, `wrong-model`. */
export async function trainableFrom(agnize: Agnize, settings: Settings): Promise<Trainable> {
  if (settings.network === 'head') {
    await agnize.models.pull()
    const card = await agnize.embeddingCard()
    const bytes = await agnize.models.read(card)
    return {
      network: headNetwork(card, settings.hidden),
      samples: embeddingSamples(headNoise),
      from: undefined,
      base: { card, bytes },
    }
  }
  const network = settings.network === 'nn4-small2' ? nn4Small2() : siameseSmall(settings.channels)
  const samples = pixelSamples(network.input, settings.augmentation)
  return { network, samples, from: await weightsFrom(agnize, network, settings), base: undefined }
}

async function weightsFrom(
  { models }: Agnize,
  network: Network,
  { from }: Settings,
): Promise<Weights | undefined> {
  if (from === null) return undefined
  const card = await models.embeddingCard(from)
  const weights = readInitializers(await models.read(card))
  const { channels, width } = card.input
  const alike = channels === network.input.channels && width === network.input.width
  // Whatever the shapes are, the network cannot be built from weights that it does not find.
  try {
    if (!alike) throw new RangeError('it sees other pictures')
    exportNetwork(network, weights)
  } catch (cause) {
    throw new AgnizeError(
      'wrong-model',
      `The model "${from}" is no ${network.name} network (${(cause as Error).message}): give --from a model of the same --network, or leave it out.`,
      { cause },
    )
  }
  return weights
}

/** Trains on photos that were read before; {@link train} without the reading. */
export async function trainOn(
  photos: TrainingPhotos,
  trainable: Trainable,
  settings: Settings,
  options: TrainOptions,
): Promise<TrainResult> {
  const run = new RunFolder(resolve(options.run ?? `${options.out.replace(/[.]onnx$/i, '')}-run`))
  const { network, samples } = trainable
  const split = splitBySubject(photos.faces, settings.validation, new Random(settings.seed, 10))
  const validation = [...new Set(split.validation.map(({ name }) => name))]
  const config = { ...settings, dataset: photos.fingerprint, validationPeople: validation }
  await run.begin(config, options.resume ?? false)

  const scores = (weights: Weights) =>
    pairScores(network, weights, split.validation, (face) => samples.plain(face))
  const { weights, start, epoch, epochs, metrics } = await learn(
    run,
    split,
    trainable,
    settings,
    scores,
    options,
  )
  const [before, after] = [await scores(start), await scores(weights)]
  const counts = {
    trainingPeople: split.training.length,
    trainingPhotos: split.training.flat().length,
    validationPeople: validation.length,
    validationPhotos: split.validation.length,
  }
  const about = cardWithoutFile(trainable, modelName(options), after, counts)
  const bytes = exported(trainable, weights, about)
  const card = completeCard(about, bytes)
  const file = resolve(options.out)
  const report = run.file('report.html')
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(`${file}.part`, bytes, { flush: true })
    await rename(`${file}.part`, file)
    await writeReport(report, { card, settings, counts, metrics, epoch, before, after })
  } catch (error) {
    throw diskError(error, file)
  }
  return {
    card,
    file,
    run: run.path,
    report,
    epoch,
    epochs,
    before: separation(before),
    after: separation(after),
    counts,
    leftOut: photos.leftOut,
  }
}

interface Learnt {
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

/** The training itself, epoch by epoch, from its beginning or from its last checkpoint. */
async function learn(
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
      done = Number(checkpoint.metadata.epoch)
      seconds = Number(checkpoint.metadata.seconds)
      best = JSON.parse(checkpoint.metadata.best!) as Best
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
        const inputs = joined(faces.map((face) => samples.varied(face, random)))
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
      if (settings.keep === 'last' || better({ auc, dPrime }, best, base !== undefined)) {
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
      `The training was stopped after ${done} epochs, which are kept in ${run.path}: run it again with --resume to go on.`,
    )
  }

  function diverged(step: number, done: number): AgnizeError {
    return new AgnizeError(
      'training-diverged',
      `The loss is no number any more at step ${step + 1}: begin again in another folder with a smaller --rate than ${rate}; ${run.path} keeps the ${done} epochs before.`,
    )
  }
}

/** A head must be better in what counts; networks from scratch may also win by a wider gap. */
function better(now: Separation, best: Separation, strictly: boolean): boolean {
  return now.auc > best.auc || (!strictly && now.auc === best.auc && now.dPrime > best.dPrime)
}

function frozenStages({ name, stages }: Network, { freeze }: Settings): readonly string[] {
  if (freeze === null) return []
  const last = stages.indexOf(freeze)
  if (last >= 0 && last < stages.length - 1) return stages.slice(0, last + 1)
  throw new AgnizeError(
    'bad-argument',
    `${name} has no stage ${JSON.stringify(freeze)} that can be the last one frozen: it has ${stages.slice(0, -1).join(', ') || 'one stage only'}.`,
  )
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const size = parts[0]!.length
  const whole = new Float32Array(size * parts.length)
  parts.forEach((part, i) => {
    whole.set(part, i * size)
  })
  return whole
}

function cardWithoutFile(
  { network, base }: Trainable,
  name: string,
  scores: PairScores,
  counts: TrainResult['counts'],
): CardInside {
  const { trainingPeople, trainingPhotos, validationPeople, validationPhotos } = counts
  return {
    name,
    task: 'embedding',
    input: network.input,
    dimensions: network.dimensions,
    alignment: network.alignment,
    // The length before normalising is trained away.
    visibility: null,
    calibration: calibrationFrom(
      scores,
      validationPeople,
      `${validationPhotos} photos of ${validationPeople} people put aside while training, who also chose the epoch`,
    ),
    source: { from: base ? `agnize train, on ${base.card.name}` : 'agnize train' },
    licence: base?.card.licence ?? 'not stated',
    use: `Trained on ${trainingPhotos} photos of ${trainingPeople} people; good for faces like those.${base ? ` ${base.card.use}` : ''}`,
  }
}

function exported({ network, base }: Trainable, weights: Weights, card: CardInside): Uint8Array {
  const metadata = cardMetadata(card)
  return base
    ? exportHead(base.bytes, base.card, weights, metadata)
    : exportNetwork(network, weights, { metadata })
}
