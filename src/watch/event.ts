import type { SeenBefore } from '../application/visit-recorder.js'
import type { AgnizeError } from '../base/errors.js'
import type { Subject } from '../gallery/subject.js'
import type { VisitExplanation } from '../gallery/visit-store.js'

/** What all events of a camera have in common. */
export interface EventBase {
  /** Name of the camera. */
  readonly camera: string
  /** ISO 8601, UTC; of a film that is read fast, counted from its start. */
  readonly at: string
}

/** Somebody came, was recognized while they were there, or has gone: a visit is one of each at most. */
export interface VisitEvent extends EventBase {
  /** `came` when a visit begins, `recognized` when a stranger is recognized during it, `went` when it ends. */
  readonly type: 'came' | 'recognized' | 'went'
  /** Id of the visit, the same in all its events; in the gallery where visits are recorded. */
  readonly visit: string
  /** When they came. */
  readonly since: string
  /** Who it is; null for somebody unknown. */
  readonly subject: Subject | null
  /** Lasting id of somebody unknown; null where visits are not recorded, and for somebody known. */
  readonly visitor: string | null
  /** When they were here before; null for the first time, and where visits are not recorded. */
  readonly before: SeenBefore | null
  /** To the person who was matched; null for somebody unknown. */
  readonly similarity: number | null
  /** Score of the quality of the best face, 0…1. */
  readonly quality: number
  /** What the answer rests on. */
  readonly explanation: VisitExplanation | null
  /** Whether a rule calls for attention, and which. */
  readonly alert: boolean
  /** Name of the rule that selected the event; null without one. */
  readonly rule: string | null
  /** The best face with its surroundings, JPEG; null where none was cut out. */
  readonly image: Uint8Array | null
}

/** Somebody is to be greeted. */
export interface GreetingEvent extends EventBase {
  /** Tells the kinds of events apart. */
  readonly type: 'greeting'
  /** The spoken text. */
  readonly text: string
  /** The greeted subjects. */
  readonly subjects: readonly Subject[]
  /** To be called when it was said, or could not be: until then nobody else is greeted. */
  readonly spoken: () => void
}

/** A camera is there, or is not. */
export interface CameraStateEvent extends EventBase {
  /** Whether the camera delivers frames again, or no longer does. */
  readonly type: 'online' | 'offline'
  /** Why it is not; null where it is. */
  readonly reason: string | null
}

/** A camera, or a picture that landed in its folder, that cannot be read; the others go on. */
export interface CameraFailure extends EventBase {
  /** Tells the kinds of events apart. */
  readonly type: 'failed'
  /** Why the camera or the picture cannot be read. */
  readonly error: AgnizeError
}

/** What happens before cameras. */
export type CameraEvent = VisitEvent | GreetingEvent | CameraStateEvent

/**
 * An event as it is printed and sent.
 *
 * @param withImage - Whether the best face goes along, as base64 of a JPEG.
 */
export function eventJson(event: CameraEvent, withImage = false): Record<string, unknown> {
  if (event.type === 'greeting') {
    const { spoken: _, ...rest } = event
    return { schema_version: 2, ...rest }
  }
  if (!('visit' in event)) return { schema_version: 2, ...event }
  const { image, ...rest } = event
  return {
    schema_version: 2,
    ...rest,
    ...(withImage && { image: image && Buffer.from(image).toString('base64') }),
  }
}
