/**
 * The training figures in docs/reference/benchmarks.md, on people who are not in the training data: `npm run bench:train`.
 *
 * Five folds by subject of the AT&T faces (24 people for training, 6 for testing) and three seeds, one thread per run,
 * as many parallel runs as there are cores. Nothing is selected on the six: the last epoch's weights are tested, with
 * the threshold that is best on the training people, their photos augmented twice as much as in training.
 *
 * `tsx bench/train.ts pixels` compares raw pixels only. To try settings: `tsx bench/train.ts FOLDS SEEDS JSON`, such as `tsx bench/train.ts 0,1 1 '{"epochs":30}'`.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Random } from '../dist/base/random.js'
import {
  allPairs,
  balancedAccuracy,
  bestThreshold,
  type PairScores,
  rocAuc,
} from '../dist/evaluation/pair-scores.js'
import { readPhoto } from '../dist/image/photo.js'
import { defaultImageLimits } from '../dist/image/rgb-image.js'
import { type Agnize, openAgnize } from '../dist/index.js'
import { openSession } from '../dist/models/runtime.node.js'
import {
  type TrainingFace,
  type TrainingPhotos,
  trainingPhotos,
} from '../dist/training/data/training-photos.js'
import { pixelSamples } from '../dist/training/samples.js'
import { trainOn } from '../dist/training/train.js'
import { trainableFrom } from '../dist/training/trainable.js'
import { settingsFrom, type TrainOptions } from '../dist/training/training-options.js'
import { embeddingsOf } from '../dist/training/validate.js'
import { setFolder } from './face-sets.js'

interface Job {
  readonly kind: 'siamese-small' | 'head'
  readonly fold: number
  readonly seed: number
}

interface Outcome {
  readonly seconds: number
  /** On the test people, before and after training. */
  readonly before: number
  readonly after: number
  /** At the threshold that is best on the training people, their photos augmented. */
  readonly accuracyBefore: number
  readonly accuracyAfter: number
  /** At the threshold that is best on their photos without augmentation. */
  readonly accuracyPlain: number
  readonly epoch: number
}

const folds = 5
/** Augmentation, twice that of training: the network fits its training people too well to choose a threshold on plain photos. */
const twice = { shift: 0.04, scale: 0.06, rotation: 5, brightness: 0.1, contrast: 0.2, blur: 0.1 }

if (process.argv[2] === 'work') work()
else await measure()

async function measure(): Promise<void> {
  const [, , someFolds, someSeeds, overrides] = process.argv
  await using agnize = await openAgnize()
  await agnize.models.pull()
  const settings = JSON.parse(overrides ?? '{}') as Partial<TrainOptions>
  const { network } = await trainableFrom(agnize, settingsFrom({ ...settings, out: 'x' }))
  const photos = await trainingPhotos(agnize, setFolder('orl'), network, {})
  console.log(`${photos.faces.length} faces, ${photos.leftOut.length} photos left out`)
  if (someFolds === 'pixels') return rawPixels(photos.faces)
  const list = (text: string | undefined, all: number[]) => text?.split(',').map(Number) ?? all
  const seeds = list(someSeeds, [1, 2, 3])
  const chosen = list(someFolds, [...Array(folds).keys()])
  const jobs = (['siamese-small', ...(overrides ? [] : ['head'])] as Job['kind'][]).flatMap(
    (kind) => chosen.flatMap((fold) => seeds.map((seed): Job => ({ kind, fold, seed }))),
  )
  const outcomes = new Map<Job, Outcome>()
  const queue = [...jobs]
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      const child = fork(import.meta.filename, ['work'], { serialization: 'advanced' })
      await answer(child, { photos, settings })
      for (let job = queue.shift(); job; job = queue.shift()) {
        const outcome = (await answer(child, job)) as Outcome
        outcomes.set(job, outcome)
        const { seconds, before, after, accuracyAfter, accuracyPlain, epoch } = outcome
        console.log(
          `${job.kind} fold ${job.fold} seed ${job.seed}: AUC ${before.toFixed(4)} → ${after.toFixed(4)}, balanced accuracy ${accuracyAfter.toFixed(4)} (threshold on plain photos: ${accuracyPlain.toFixed(4)}), epoch ${epoch}, ${seconds.toFixed(0)} s`,
        )
      }
      child.disconnect()
    }),
  )
  for (const kind of ['siamese-small', 'head'] as const) {
    const all = [...outcomes].filter(([job]) => job.kind === kind).map(([, outcome]) => outcome)
    if (all.length === 0) continue
    console.log(`\n# ${kind}, ${all.length} runs: mean (least – most)`)
    for (const part of [
      'before',
      'after',
      'accuracyBefore',
      'accuracyAfter',
      'accuracyPlain',
      'seconds',
    ] as const) {
      console.log(part.padEnd(16), spread(all.map((outcome) => outcome[part])))
    }
  }
  if (!overrides) await rawPixels(photos.faces)
}

/** Cosine similarity of mean-free pixels: of the whole photos, and of the aligned faces that the network gets. */
async function rawPixels(faces: readonly TrainingFace[]): Promise<void> {
  const { default: sharp } = await import('sharp')
  const whole = new Map<TrainingFace, Float32Array>()
  const aligned = new Map<TrainingFace, Float32Array>()
  for (const face of faces) {
    const image = await readPhoto(face.photo, defaultImageLimits)
    const { width, height } = image
    const pixels = await sharp(image.data, { raw: { width, height, channels: 3 } })
      .resize(64, 64, { fit: 'fill' })
      .grayscale()
      .raw()
      .toBuffer()
    whole.set(face, unit(Float32Array.from(pixels)))
    aligned.set(face, unit(Float32Array.from(face.kept.data)))
  }
  for (const [label, vectors] of Object.entries({
    'whole photos': whole,
    'aligned faces': aligned,
  })) {
    const results = [...Array(folds).keys()].map((fold) => {
      const [training, test] = parts(faces, fold)
      const of = (some: readonly TrainingFace[]) =>
        scores(
          some.map((face) => vectors.get(face)!),
          some,
        )
      const tested = of(test)
      return [rocAuc(tested), balancedAccuracy(tested, bestThreshold(of(training)))] as const
    })
    console.log(
      `\nraw pixels, ${label}: AUC ${spread(results.map(([auc]) => auc))}, balanced accuracy ${spread(results.map(([, accuracy]) => accuracy))}`,
    )
  }
}

function unit(vector: Float32Array): Float32Array {
  const mean = vector.reduce((sum, x) => sum + x, 0) / vector.length
  const norm = Math.hypot(...vector.map((x) => x - mean))
  return vector.map((x) => (x - mean) / norm)
}

function spread(values: readonly number[]): string {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  return `${mean.toFixed(4)} (${Math.min(...values).toFixed(4)} – ${Math.max(...values).toFixed(4)})`
}

function scores(vectors: readonly Float32Array[], faces: readonly TrainingFace[]): PairScores {
  return allPairs(
    vectors,
    faces.map(({ name }) => name),
  )
}

/** Splits the people into training and test: every fifth person, starting at the fold's index, is for testing. */
function parts(
  faces: readonly TrainingFace[],
  fold: number,
): [training: TrainingFace[], test: TrainingFace[]] {
  const names = [...new Set(faces.map(({ name }) => name))]
  const tested = new Set(names.filter((_, i) => i % folds === fold))
  return [
    faces.filter(({ name }) => !tested.has(name)),
    faces.filter(({ name }) => tested.has(name)),
  ]
}

function answer(child: ChildProcess, message: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const failed = (code: number | null) => reject(new Error(`a worker ended with ${code}`))
    child.once('exit', failed)
    child.once('message', (result) => {
      child.off('exit', failed)
      resolve(result)
    })
    child.send(message)
  })
}

/** Entry point of the child process: receives the photos, then jobs. */
function work(): void {
  let given: { photos: TrainingPhotos; settings: Partial<TrainOptions> } | undefined
  process.on('message', async (message: Job | NonNullable<typeof given>) => {
    if ('photos' in message) {
      given = message
      process.send!('ready')
    } else process.send!(await run(message, given!.photos, given!.settings))
  })
}

async function run(
  { kind, fold, seed }: Job,
  photos: TrainingPhotos,
  overrides: Partial<TrainOptions>,
): Promise<Outcome> {
  await using agnize = await openAgnize()
  const folder = await mkdtemp(join(tmpdir(), 'agnize-bench-'))
  try {
    const [training, test] = parts(photos.faces, fold)
    const options: TrainOptions = {
      ...overrides,
      network: kind,
      seed,
      threads: 1,
      out: join(folder, 'model.onnx'),
      // The six are evaluated without any effect on training. A head decides on its training people whether it is used.
      ...(kind === 'siamese-small' && {
        validation: [...new Set(test.map(({ name }) => name))],
        keep: 'last',
        patience: Number.MAX_SAFE_INTEGER,
      }),
    }
    return await trained(
      agnize,
      options,
      kind === 'head' ? { ...photos, faces: training } : photos,
      {
        training,
        test,
      },
    )
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function trained(
  agnize: Agnize,
  options: TrainOptions,
  photos: TrainingPhotos,
  { training, test }: { training: TrainingFace[]; test: TrainingFace[] },
): Promise<Outcome> {
  const settings = settingsFrom(options)
  const trainable = await trainableFrom(agnize, settings)
  const { samples, network } = trainable
  const began = performance.now()
  const result = await trainOn(photos, trainable, settings, options)
  const seconds = (performance.now() - began) / 1000
  const { readCheckpoint } = await import('../dist/training/checkpoint.js')
  const kept = (await readCheckpoint(join(result.run, 'best.safetensors')))!
  const random = new Random(99)
  const more =
    settings.network === 'head'
      ? samples
      : pixelSamples(network.input, { ...settings.augmentation, ...twice })
  const varied = [1, 2, 3].flatMap(() =>
    training.map((face) => ({ face, input: more.varied(face, random) })),
  )
  const plain = (faces: readonly TrainingFace[]) => faces.map((face) => samples.plain(face))
  const session =
    settings.network === 'head'
      ? undefined
      : await openSession(await readFile(result.file), [1, ...network.inputShape])
  // The test runs the exported file; a head runs on its base model's embeddings.
  const embed = async (inputs: readonly Float32Array[]) => {
    if (!session) return embeddingsOf(network, kept.state, inputs)
    const all: Float32Array[] = []
    for (const input of inputs) all.push((await session.run(input)).embedding!)
    return all
  }
  const tested = scores(await embed(plain(test)), test)
  const onVaried = scores(
    await embed(varied.map(({ input }) => input)),
    varied.map(({ face }) => face),
  )
  const onPlain = scores(await embed(plain(training)), training)
  const beginning =
    settings.network === 'head'
      ? { tested: scores(plain(test), test), training: scores(plain(training), training) }
      : await untrained()
  return {
    seconds,
    before: rocAuc(beginning.tested),
    after: rocAuc(tested),
    accuracyBefore: balancedAccuracy(beginning.tested, bestThreshold(beginning.training)),
    accuracyAfter: balancedAccuracy(tested, bestThreshold(onVaried)),
    accuracyPlain: balancedAccuracy(tested, bestThreshold(onPlain)),
    epoch: result.epoch,
  }

  async function untrained() {
    const { Learner } = await import('../dist/training/learner.js')
    const learner = await Learner.open({
      network,
      loss: settings.loss,
      labels: [0, 0, 1, 1],
      seed: settings.seed,
      threads: 1,
      adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
      clipNorm: 1,
      averaging: 0,
      from: undefined,
      frozen: [],
    })
    const of = async (faces: readonly TrainingFace[]) =>
      scores(await embeddingsOf(network, learner.weights(), plain(faces)), faces)
    const result = { tested: await of(test), training: await of(training) }
    await learner.close()
    return result
  }
}
