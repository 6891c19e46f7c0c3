import type { SeenBefore } from '../application/visit-recorder.js'
import type { AgnizeError } from '../base/errors.js'
import type { Subject } from '../gallery/subject.js'
import type { VisitExplanation } from '../gallery/visit-store.js'

interface EventBase {
  readonly camera: string
  /** ISO 8601, UTC; of a film that is read fast, counted from its start. */
  readonly at: string
}

/** Somebody came, was recognised while they were there, or has gone: a visit is one of each at most. */
export interface VisitEvent extends EventBase {
  readonly type: 'came' | 'recognised' | 'went'
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
  readonly quality: number
  /** What the answer rests on. */
  readonly explanation: VisitExplanation | null
  /** Whether a rule calls for attention, and which. */
  readonly alert: boolean
  readonly rule: string | null
  /** The best face with its surroundings, JPEG; null where none was cut out. */
  readonly image: Uint8Array | null
}

/** Somebody is to be greeted. */
export interface GreetingEvent extends EventBase {
  readonly type: 'greeting'
  readonly text: string
  readonly subjects: readonly Subject[]
  /** To be called when it was said, or could not be: until then nobody else is greeted. */
  readonly spoken: () => void
}

/** A camera is there, or is not. */
export interface CameraStateEvent extends EventBase {
  readonly type: 'online' | 'offline'
  /** Why it is not; null where it is. */
  readonly reason: string | null
}

/** A camera, or a picture that landed in its folder, that cannot be read; the others go on. */
export interface CameraFailure extends EventBase {
  readonly type: 'failed'
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
    return { schema_version: 1, ...rest }
  }
  if (!('visit' in event)) return { schema_version: 1, ...event }
  const { image, ...rest } = event
  return {
    schema_version: 1,
    ...rest,
    ...(withImage && { image: image && Buffer.from(image).toString('base64') }),
  }
}
