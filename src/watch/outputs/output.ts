import { z } from 'zod'
import { jsonOf } from '../../base/checked-json.js'
import { currentWord } from '../../base/renamed-words.js'
import type { CameraEvent } from '../event.js'

/** An event on its way. */
export interface SentEvent {
  /** Lasting, so that who gets it twice can tell. */
  readonly id: string
  readonly camera: string
  readonly event: WrittenEvent
  /** The event as it was written, as JSON. */
  readonly body: string
}

/** Somewhere that events are sent. */
export interface Output {
  /** Lasting, so that what was not sent before a crash is sent after it. */
  readonly name: string
  /** In words, for messages. */
  readonly label: string
  /** Whether the best face goes along. */
  readonly images: boolean
  /** Which events are sent. */
  wants(event: CameraEvent): boolean
  /** @throws Refused for what is not to be tried again; anything else is. */
  send(event: SentEvent): Promise<void>
  close(): Promise<void>
}

/** Which events an output gets. */
export interface EventFilter {
  /** Types; default all. */
  readonly events?: readonly CameraEvent['type'][] | undefined
  /** Only what rules call for attention to; default false. */
  readonly alerts?: boolean | undefined
}

/** An event that will not be taken, however often it is sent. */
export class Refused extends Error {}

/** Reads an event that waited in the store. @throws Refused for what is no event. */
export function parseEvent(body: string): WrittenEvent {
  return jsonOf(body, writtenEvent, () => new Refused('what was kept of it cannot be read'))
}

/** An event as `eventJson` writes it. */
export type WrittenEvent = z.infer<typeof writtenEvent>

const named = z.looseObject({ id: z.string(), name: z.string() })
const writtenEvent = z.looseObject({
  // What an earlier version left in the store has its words.
  type: z
    .string()
    .transform(currentWord)
    .pipe(z.enum(['came', 'recognized', 'went', 'greeting', 'online', 'offline'])),
  camera: z.string(),
  subject: named.nullish(),
  subjects: z.array(named).optional(),
  text: z.string().optional(),
  alert: z.boolean().optional(),
  visit: z.string().optional(),
  image: z.string().nullish(),
})

/** Whether an event passes a filter. */
export function passes(
  { events, alerts = false }: EventFilter,
  event: { readonly type: CameraEvent['type']; readonly alert?: boolean | undefined },
): boolean {
  if (events && !events.includes(event.type)) return false
  return !alerts || event.alert === true
}
