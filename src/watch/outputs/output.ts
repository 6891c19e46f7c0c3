import { z } from 'zod'
import { parseChecked } from '../../base/checked-json.js'
import { currentWord } from '../../base/renamed-words.js'
import type { CameraEvent } from '../event.js'

/** An event to be delivered. */
export interface SentEvent {
  /** Stable across retries, so that receivers can deduplicate. */
  readonly id: string
  readonly camera: string
  readonly event: WrittenEvent
  /** The event, serialized as JSON. */
  readonly body: string
}

/** A destination of events. */
export interface Output {
  /** Stable across restarts, so that events pending from before a crash are delivered after it. */
  readonly name: string
  /** Human-readable name, for messages. */
  readonly label: string
  /** Whether events carry the best face. */
  readonly images: boolean
  /** Whether an event is sent to this output. */
  wants(event: CameraEvent): boolean
  /** @throws PermanentRejection for an event that must not be retried; any other error is retried. */
  send(event: SentEvent): Promise<void>
  close(): Promise<void>
}

/** Selects the events of an output. */
export interface EventFilter {
  /** Event types; default all. */
  readonly events?: readonly CameraEvent['type'][] | undefined
  /** Only events with an alert; default false. */
  readonly alerts?: boolean | undefined
}

/** The receiver rejected an event permanently: it is not retried. */
export class PermanentRejection extends Error {}

/** Parses an event from the store. @throws PermanentRejection for an invalid event. */
export function parseEvent(body: string): WrittenEvent {
  return parseChecked(
    body,
    writtenEvent,
    () => new PermanentRejection('the stored event cannot be read'),
  )
}

/** An event as `eventJson` writes it. */
export type WrittenEvent = z.infer<typeof writtenEvent>

const named = z.looseObject({ id: z.string(), name: z.string() })
const writtenEvent = z.looseObject({
  // Events stored by an earlier version use its type names.
  type: z
    .string()
    .transform(currentWord)
    .pipe(z.enum(['came', 'recognized', 'went', 'greeting', 'attack', 'online', 'offline'])),
  camera: z.string(),
  subject: named.nullish(),
  resembles: named.nullish(),
  subjects: z.array(named).optional(),
  text: z.string().optional(),
  alert: z.boolean().optional(),
  visit: z.string().optional(),
  image: z.string().nullish(),
})

/** Whether an event passes a filter. */
export function matchesFilter(
  { events, alerts = false }: EventFilter,
  event: { readonly type: CameraEvent['type']; readonly alert?: boolean | undefined },
): boolean {
  if (events && !events.includes(event.type)) return false
  return !alerts || event.alert === true
}
