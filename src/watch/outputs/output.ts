import type { CameraEvent } from '../event.js'

/** An event on its way. */
export interface SentEvent {
  /** Lasting, so that who gets it twice can tell. */
  readonly id: string
  readonly camera: string
  /** JSON. */
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

/** Whether an event passes a filter. */
export function passes({ events, alerts = false }: EventFilter, event: CameraEvent): boolean {
  if (events && !events.includes(event.type)) return false
  return !alerts || ('alert' in event && event.alert)
}
