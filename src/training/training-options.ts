import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import { checkedChoice } from '../base/checked-choice.js'
import { AgnizeError } from '../base/errors.js'
import type { WorkOptions } from '../session/options.js'
import { type Augmentation, defaultAugmentation } from './data/augment.js'
import type { Loss, Mining } from './losses.js'
import type { EpochMetrics } from './run-folder.js'

/** Networks that can be trained; {@link TrainOptions.network} describes them. */
export type TrainableNetwork = 'siamese-small' | 'nn4-small2' | 'head'

/** Progress of a training. */
export interface TrainingProgress {
  /** Steps done, of this run and of those that it resumes. */
  readonly step: number
  /** Steps in all, if nothing stops early. */
  readonly steps: number
  /** Number of the epoch, counted from 1. */
  readonly epoch: number
  /** Mean loss of a triplet or pair in the last step. */
  readonly loss: number
  /** Seconds until the end, if nothing stops early. */
  readonly secondsLeft: number
}

/** Options of {@link train}. */
export interface TrainOptions extends WorkOptions {
  /** The ONNX file to write. */
  readonly out: string
  /** The model's name; default the file's, without its ending. */
  readonly name?: string
  /** Folder of config, metrics, checkpoints and report; default the file's name with `-run`. */
  readonly run?: string
  /**
   * - `siamese-small` (default): a quarter of a million weights on 64 × 64 pixels, from scratch;
   * - `nn4-small2`: OpenFace's FaceNet, 3.7 million on 96 × 96, from scratch or `from` weights;
   * - `head`: a projection behind the model that agnize was opened with.
   */
  readonly network?: TrainableNetwork
  /** Input channels of `siamese-small`; default `gray`. */
  readonly channels?: 'gray' | 'rgb'
  /** Width of the hidden layer of a head; default 0, none. */
  readonly hidden?: number
  /** Installed model of the same network whose weights initialize the training. */
  readonly from?: string
  /** Last stage that is frozen, with those before it; only with `from`. */
  readonly freeze?: string
  /** Default `triplet`. */
  readonly loss?: 'triplet' | 'contrastive'
  /** How triplets are chosen; default `semi-hard`. */
  readonly mining?: Mining
  /**
   * In squared distance for triplets (default 0.3, as in FaceNet, for `offline` ones, and 1 for those chosen in the
   * batch), in distance for the contrastive loss (default 1).
   */
  readonly margin?: number
  /** Number of people in a batch. */
  readonly people?: number
  /** Number of photos of each person in a batch. */
  readonly photos?: number
  /** Largest number of epochs; default by the network. */
  readonly epochs?: number
  /** Number of steps in an epoch; default as many as cover all photos once, at least 50. */
  readonly stepsPerEpoch?: number
  /** Largest learning rate; default by the network. */
  readonly rate?: number
  /** Share of steps in which the learning rate rises; default 0.1. */
  readonly warmUp?: number
  /** Decoupled weight decay; default by the network. */
  readonly weightDecay?: number
  /** Augmentation; absent fields as in `defaultAugmentation`. */
  readonly augmentation?: Partial<Augmentation>
  /** Share of the people to validate with, 0…1, or their names; default 0.2. */
  readonly validation?: number | readonly string[]
  /** Number of epochs without a better validation AUC after which the training stops; default by the network. */
  readonly patience?: number
  /** Which epoch's weights are exported: the best on the validation people (default) or the last. */
  readonly keep?: 'best' | 'last'
  /** Seed of all random numbers; default 1. */
  readonly seed?: number
  /** Number of threads of an operation; default all cores. */
  readonly threads?: number
  /** Resumes the run in its folder; the result is the same as without the interruption. */
  readonly resume?: boolean
  /** Called for each processed photo. */
  readonly onPhoto?: (done: number, total: number) => void
  /** Called before the first and after each epoch. */
  readonly onEpoch?: (metrics: EpochMetrics) => void
  /** Called after each step. */
  readonly onStep?: (progress: TrainingProgress) => void
}

/** What decides a run: options with every default filled in. */
export interface Settings {
  readonly network: TrainableNetwork
  readonly channels: 'gray' | 'rgb'
  readonly hidden: number
  readonly from: string | null
  readonly freeze: string | null
  readonly loss: Loss
  readonly people: number
  readonly photos: number
  readonly epochs: number
  readonly stepsPerEpoch: number | null
  readonly rate: number
  readonly warmUp: number
  readonly weightDecay: number
  readonly augmentation: Augmentation
  readonly validation: number | readonly string[]
  readonly patience: number
  readonly keep: 'best' | 'last'
  readonly seed: number
}

/** Measured in bench/train.ts. */
const defaults = {
  'siamese-small': {
    people: 18,
    photos: 3,
    epochs: 10,
    rate: 1e-3,
    weightDecay: 1e-3,
    patience: 5,
  },
  'nn4-small2': { people: 8, photos: 3, epochs: 40, rate: 5e-4, weightDecay: 1e-3, patience: 10 },
  head: { people: 16, photos: 4, epochs: 20, rate: 1e-3, weightDecay: 0.1, patience: 6 },
} as const

/**
 * Fills in defaults and checks what was given.
 *
 * @throws AgnizeError `bad-argument`.
 */
export function settingsFrom(options: TrainOptions): Settings {
  const network = options.network ?? 'siamese-small'
  const own = checkedChoice('network', network, Object.keys(defaults)) && defaults[network]
  const kind = checkedChoice('loss', options.loss ?? 'triplet', ['triplet', 'contrastive'])
  const mining = checkedChoice('mining', options.mining ?? 'semi-hard', [
    'offline',
    'batch-all',
    'batch-hard',
    'semi-hard',
  ])
  const margin = checkedNumber(
    'margin',
    options.margin ?? (kind === 'triplet' && mining === 'offline' ? 0.3 : 1),
    0,
    4,
  )
  if (options.mining && kind === 'contrastive') {
    throw new AgnizeError(
      'bad-argument',
      'Mining chooses triplets: leave it out with --loss contrastive.',
    )
  }
  if (options.freeze !== undefined && options.from === undefined) {
    throw new AgnizeError(
      'bad-argument',
      'Only the weights of an existing model can be frozen: add --from MODEL.',
    )
  }
  if (network === 'head' && options.from !== undefined) {
    throw new AgnizeError(
      'bad-argument',
      'A head starts from the model below it: choose that model with --model and leave out --from.',
    )
  }
  const validation = options.validation ?? 0.2
  return {
    network,
    channels: checkedChoice('channels', options.channels ?? 'gray', ['gray', 'rgb']),
    hidden: checkedInteger('hidden', options.hidden ?? 0, 0),
    from: options.from ?? null,
    freeze: options.freeze ?? null,
    loss: kind === 'triplet' ? { kind, mining, margin } : { kind, margin },
    people: checkedInteger('people', options.people ?? own.people, 2),
    photos: checkedInteger('photos', options.photos ?? own.photos, 2),
    epochs: checkedInteger('epochs', options.epochs ?? own.epochs, 1),
    stepsPerEpoch:
      options.stepsPerEpoch === undefined
        ? null
        : checkedInteger('stepsPerEpoch', options.stepsPerEpoch, 1),
    rate: checkedNumber('rate', options.rate ?? own.rate, 0, Number.MAX_VALUE),
    warmUp: checkedNumber('warmUp', options.warmUp ?? 0.1, 0, 1),
    weightDecay: checkedNumber(
      'weightDecay',
      options.weightDecay ?? own.weightDecay,
      0,
      Number.MAX_VALUE,
    ),
    augmentation: { ...defaultAugmentation, ...options.augmentation },
    validation:
      typeof validation === 'number' ? checkedNumber('validation', validation, 0, 1) : validation,
    patience: checkedInteger('patience', options.patience ?? own.patience, 1),
    keep: checkedChoice('keep', options.keep ?? 'best', ['best', 'last']),
    seed: checkedInteger('seed', options.seed ?? 1, 0),
  }
}

/** The name of the model to be trained, checked. @throws AgnizeError `bad-name`. */
export function modelName({ name, out }: TrainOptions): string {
  const chosen = name ?? basename(out).replace(/[.]onnx$/i, '')
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(chosen)) return chosen
  throw new AgnizeError(
    'bad-name',
    `${JSON.stringify(chosen)} is not a valid model name: use letters, digits, dots, dashes and underscores, or give --name.`,
  )
}

/** Cores for one operation. @throws AgnizeError `bad-argument`. */
export function threadsFrom({ threads }: TrainOptions): number {
  return checkedInteger('threads', threads ?? availableParallelism(), 1)
}

function checkedInteger(what: string, value: number, min: number): number {
  if (Number.isSafeInteger(value) && value >= min) return value
  throw new AgnizeError('bad-argument', `${what} is a whole number from ${min}, not ${value}.`)
}

function checkedNumber(what: string, value: number, low: number, high: number): number {
  if (value >= low && value <= high) return value
  const range = high === Number.MAX_VALUE ? `from ${low}` : `between ${low} and ${high}`
  throw new AgnizeError('bad-argument', `${what} is a number ${range}, not ${value}.`)
}
