import type { PreviousVisit } from '../application/visit-recorder.js'
import type { AgnizeError } from '../base/errors.js'
import type { Subject } from '../gallery/subject.js'
import type { VisitExplanation } from '../gallery/visit-store.js'

/** Fields that all events of a camera share. */
export interface EventBase {
  /** Name of the camera. */
  readonly camera: string
  /** ISO 8601, UTC; for a video file that is read fast, start time plus the position in the video. */
  readonly at: string
}

/** A visit began, its subject was recognized, or it ended. Each of the three is sent at most once for a visit. */
export interface VisitEvent extends EventBase {
  /** `came` when a visit begins, `recognized` when a stranger is recognized during it, `went` when it ends. */
  readonly type: 'came' | 'recognized' | 'went'
  /** Id of the visit, the same in all its events; also its id in the gallery where visits are recorded. */
  readonly visit: string
  /** When the visit began; ISO 8601, UTC. */
  readonly since: string
  /** The recognized subject; null for a stranger. */
  readonly subject: Subject | null
  /** Visitor id of a stranger; null where visits are not recorded, and for a known subject. */
  readonly visitor: string | null
  /** Previous visits of this subject or visitor; null for the first visit, and where visits are not recorded. */
  readonly before: PreviousVisit | null
  /** Cosine similarity to the matched subject, −1…1; null for a stranger. */
  readonly similarity: number | null
  /** Quality score of the best face of the visit, 0…1. */
  readonly quality: number
  /** Evidence behind the answer. */
  readonly explanation: VisitExplanation | null
  /** Whether a rule raised an alert for this visit. */
  readonly alert: boolean
  /** Name of the rule that matched; null where none did. */
  readonly rule: string | null
  /** Best face of the visit with a margin, JPEG; null where no crop was made. */
  readonly image: Uint8Array | null
}

/** One or more subjects are to be greeted. */
export interface GreetingEvent extends EventBase {
  /** Tells the kinds of events apart. */
  readonly type: 'greeting'
  /** The spoken text. */
  readonly text: string
  /** The greeted subjects. */
  readonly subjects: readonly Subject[]
  /**
   * Call this when the greeting was spoken or failed: the next greeting waits for it.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   * import { watch } from 'agnize/watch'
   *
   * await using agnize = await openAgnize()
   * for await (const event of watch(agnize, [{ camera: 'door', source: 'rtsp://camera.local/stream1' }])) {
   *   if (event.type !== 'greeting') continue
   *   console.log(event.text)
   *   event.spoken()
   * }
   * ```
   */
  readonly spoken: () => void
}

/** Somebody holds a picture of a face before the camera, a print or a screen: nobody is greeted and no visit begins. */
export interface AttackEvent extends EventBase {
  /** Tells the kinds of events apart. */
  readonly type: 'attack'
  /** The subject that the picture resembles; null where it resembles none. For an operator, never for a greeting. */
  readonly resembles: Subject | null
  /** Similarity to that subject, −1…1; null where there is none. */
  readonly similarity: number | null
  /** Score of liveness, 0…1, that decided in the last frame. */
  readonly score: number | null
  /** The threshold of liveness. */
  readonly threshold: number
  /** Always true: an attack is an alert. */
  readonly alert: true
  /** The face with a margin, JPEG; null where no crop was made. */
  readonly image: Uint8Array | null
}

/** A camera went online or offline. */
export interface CameraStateEvent extends EventBase {
  /** Whether the camera delivers frames again, or no longer does. */
  readonly type: 'online' | 'offline'
  /** Why the camera is offline; null when it is online. */
  readonly reason: string | null
}

/** A camera, or a picture in its folder, cannot be read. The other cameras continue. */
export interface CameraFailure extends EventBase {
  /** Tells the kinds of events apart. */
  readonly type: 'failed'
  /** Why the camera or the picture cannot be read. */
  readonly error: AgnizeError
}

/** An event of a camera. */
export type CameraEvent = VisitEvent | GreetingEvent | AttackEvent | CameraStateEvent

/**
 * Serializes an event for printing and sending.
 *
 * @param withImage - Whether to include the best face, as a base64 JPEG.
 * @returns The fields of the event and `schema_version`, without functions; serializable as JSON.
 * @example
 * ```ts
 * import { openAgnize } from 'agnize'
 * import { eventJson, watch } from 'agnize/watch'
 *
 * await using agnize = await openAgnize()
 * for await (const event of watch(agnize, [{ camera: 'door', source: 'rtsp://camera.local/stream1' }])) {
 *   if (event.type !== 'failed') console.log(JSON.stringify(eventJson(event)))
 * }
 * ```
 */
export function eventJson(event: CameraEvent, withImage = false): Record<string, unknown> {
  if (event.type === 'greeting') {
    const { spoken: _, ...rest } = event
    return { schema_version: 2, ...rest }
  }
  if (!('image' in event)) return { schema_version: 2, ...event }
  const { image, ...rest } = event
  return {
    schema_version: 2,
    ...rest,
    ...(withImage && { image: image && Buffer.from(image).toString('base64') }),
  }
}
