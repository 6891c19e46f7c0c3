export type { CameraOptions, DecidedFrame, WatchOptions } from './camera-watch.js'
export {
  type CameraEvent,
  type CameraFailure,
  type CameraStateEvent,
  eventJson,
  type GreetingEvent,
  type VisitEvent,
} from './event.js'
export type { Rule, RuleAction } from './rules.js'
export { watch } from './watch.js'
