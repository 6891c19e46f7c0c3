/**
 * Face recognition on cameras, streams, video files and folders of pictures: `agnize/watch`.
 *
 * @packageDocumentation
 */
export type { PreviousVisit, RecordedFace, SeenBefore } from '../application/visit-recorder.js'
export type { FaceObservation, SeenFace, TrackedFace, TrackState } from '../recognition/tracker.js'
export {
  type AttackEvent,
  type CameraEvent,
  type CameraFailure,
  type CameraStateEvent,
  type EventBase,
  eventJson,
  type GreetingEvent,
  type VisitEvent,
} from './event.js'
export type { Rotation } from './frames.js'
export type { Day, Rule, RuleAction } from './rules.js'
export { watch } from './watch.js'
export type { CameraOptions, DecidedFrame, WatchOptions } from './watch-options.js'
