/**
 * Training of embedding networks on your photos: `agnize/training`.
 *
 * @packageDocumentation
 */
export { type Augmentation, defaultAugmentation } from './data/augment.js'
export type { LeftOut } from './data/training-photos.js'
export {
  addFacenet,
  type FacenetProgress,
  type FacenetPullOptions,
  pullFacenet,
} from './facenet/facenet.js'
export type { Mining } from './losses.js'
export { readCard } from './model-file.js'
export type { Nn4Variant } from './networks/nn4-small2.js'
export type { EpochMetrics } from './run-folder.js'
export { type TrainResult, train } from './train.js'
export type { TrainableNetwork, TrainingProgress, TrainOptions } from './training-options.js'
export type { Separation } from './validate.js'
