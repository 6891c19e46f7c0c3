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
  /** Id of the visit, the same in all its events; the recorded visit has it too. */
  readonly visit: string
  /** Start of the visit, ISO 8601, UTC. */
  readonly since: string
  /** The matched subject; null for a stranger. */
  readonly subject: Subject | null
  /** Lasting id of the stranger; null for a subject, and where visits are not recorded. */
  readonly visitor: string | null
  /** The previous visit; null for the first one, and where visits are not recorded. */
  readonly before: SeenBefore | null
  /** Cosine similarity to the matched subject; null for a stranger. */
  readonly similarity: number | null
  /** Score of the quality of the best face, 0…1. */
  readonly quality: number
  /** What the answer rests on. */
  readonly explanation: VisitExplanation | null
  /** Whether a rule with the action `alert` applies. */
  readonly alert: boolean
  /** Name of the rule that selected the event; null without one. */
  readonly rule: string | null
  /** JPEG of the best face with its surroundings; null where there is none. */
  readonly image: Uint8Array | null
}

/** People are to be greeted. */
export interface GreetingEvent extends EventBase {
  /** Tells the kinds of events apart. */
  readonly type: 'greeting'
  /** The spoken text. */
  readonly text: string
  /** The greeted subjects. */
  readonly subjects: readonly Subject[]
  /** Call it when the greeting was spoken, or failed: until then nobody else is greeted. */
  readonly spoken: () => void
}

/** A camera became available or unavailable. */
export interface CameraStateEvent extends EventBase {
  /** Whether the camera delivers frames again, or no longer does. */
  readonly type: 'online' | 'offline'
  /** Why it is unavailable; null for `online`. */
  readonly reason: string | null
}

/** A camera, or a picture of its folder, cannot be read; the others continue. */
export interface CameraFailure extends EventBase {
  /** Tells the kinds of events apart. */
  readonly type: 'failed'
  /** Why the camera or the picture cannot be read. */
  readonly error: AgnizeError
}

/** An event of a camera. */
export type CameraEvent = VisitEvent | GreetingEvent | CameraStateEvent

/**
 * An event as JSON, as it is printed and sent.
 *
 * @param withImage - Whether the best face is included, as base64 of a JPEG.
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
