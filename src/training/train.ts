import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { diskError } from '../base/errors.js'
import { Random } from '../base/random.js'
import { writeFileAtomically } from '../base/write-file-atomically.js'
import { calibrationFrom } from '../evaluation/card-thresholds.js'
import type { PairScores } from '../evaluation/pair-scores.js'
import type { Agnize } from '../library/agnize.js'
import type { EmbeddingCard } from '../models/card.js'
import {
  type LeftOut,
  splitBySubject,
  type TrainingPhotos,
  trainingPhotos,
} from './data/training-photos.js'
import { learn } from './learn.js'
import { type CardWithoutFile, cardMetadata, completeCard } from './model-file.js'
import { exportHead } from './networks/head.js'
import type { Weights } from './networks/layers.js'
import { exportNetwork } from './networks/network.js'
import { writeReport } from './report.js'
import { RunFolder } from './run-folder.js'
import { type Trainable, trainableFrom } from './trainable.js'
import { modelName, type Settings, settingsFrom, type TrainOptions } from './training-options.js'
import { pairScores, type Separation, separation } from './validate.js'

/** Result of {@link train}. */
export interface TrainResult {
  /** The card, for `agnize.models.add`. */
  readonly card: EmbeddingCard
  /** Path of the ONNX file. */
  readonly file: string
  /** Path of the run folder. */
  readonly run: string
  /** Path of the report, HTML. */
  readonly report: string
  /** Epoch whose weights were exported; 0 is the initial state. */
  readonly epoch: number
  /** Number of the last epoch. */
  readonly epochs: number
  /** Separation of the validation people by the initial weights. */
  readonly before: Separation
  /** Separation of the validation people by the exported weights. */
  readonly after: Separation
  /** Numbers of people and photos for training and for validation. */
  readonly counts: Readonly<
    Record<'trainingPeople' | 'trainingPhotos' | 'validationPeople' | 'validationPhotos', number>
  >
  /** Photos that showed no face, or several. */
  readonly leftOut: readonly LeftOut[]
}

/**
 * Trains an embedding network on a folder of people and writes an ONNX file that contains its card. The loss is a
 * triplet loss (Schroff et al. 2015; `batch-hard` by Hermans et al. 2017) or a contrastive loss (Hadsell et al. 2006),
 * the optimizer Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019).
 *
 * A share of the people is held out for validation: they determine the exported epoch, early stopping, and the
 * thresholds. Heads and fine-tuned networks that do not improve on them are exported in their initial state (`epoch`
 * 0).
 *
 * @param agnize - Detects the faces; its model is the base of a head.
 * @param folder - Folder with a sub-folder for each person, with at least two photos of one face each.
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
    await writeFileAtomically(file, bytes)
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

function cardWithoutFile(
  { network, base }: Trainable,
  name: string,
  scores: PairScores,
  counts: TrainResult['counts'],
): CardWithoutFile {
  const { trainingPeople, trainingPhotos, validationPeople, validationPhotos } = counts
  return {
    name,
    task: 'embedding',
    input: network.input,
    dimensions: network.dimensions,
    alignment: network.alignment,
    // The length before normalizing is trained away.
    visibility: null,
    calibration: calibrationFrom(
      scores,
      validationPeople,
      `${validationPhotos} photos of ${validationPeople} people held out from training, which also selected the epoch`,
    ),
    source: { from: base ? `agnize train, on ${base.card.name}` : 'agnize train' },
    license: base?.card.license ?? 'not stated',
    use: `Trained on ${trainingPhotos} photos of ${trainingPeople} people; good for faces like those.${base ? ` ${base.card.use}` : ''}`,
  }
}

function exported(
  { network, base }: Trainable,
  weights: Weights,
  card: CardWithoutFile,
): Uint8Array {
  const metadata = cardMetadata(card)
  return base
    ? exportHead(base.bytes, base.card, weights, metadata)
    : exportNetwork(network, weights, { metadata })
}
