import { v7 as newId } from 'uuid'
import { maxDeliveryAgeMs } from '../../application/visitors.js'
import type { DeliveryStore } from '../../gallery/delivery-store.js'
import { type CameraEvent, eventJson } from '../event.js'
import { type Output, PermanentRejection, parseEvent } from './output.js'

/** Delay before an event is sent again, in milliseconds; doubles from `first` up to `longest`. Judgment. */
const backoff = { first: 1000, longest: 5 * 60_000 } as const
/** Events read from the store per query. Judgment. */
const batchSize = 100

interface RetryState {
  until: number
  wait: number
}

/**
 * Delivers events to outputs at least once: events are stored in the gallery's store until the output accepts them, and survive a
 * crash. The events of one camera are sent in order.
 */
export class Outbox {
  readonly #store: DeliveryStore
  readonly #note: (message: string) => void
  readonly #outputs: readonly Output[]
  readonly #loops: readonly Promise<void>[]
  readonly #wakes = new Map<Output, () => void>()
  /** Outputs with events that were added since they were last read. */
  readonly #hasNewEvents = new Set<Output>()
  #closing = false

  /** @param note - Called with a message when an event cannot be delivered. */
  constructor(store: DeliveryStore, outputs: readonly Output[], note: (message: string) => void) {
    this.#store = store
    this.#note = note
    this.#outputs = outputs
    this.#loops = outputs.map((output) => this.#run(output))
  }

  /** Whether an output sends the best face with events. */
  get images(): boolean {
    return this.#outputs.some(({ images }) => images)
  }

  /** Stores an event for every output that wants it; delivery is guaranteed once the promise resolves. */
  async add(event: CameraEvent): Promise<void> {
    const receivers = this.#outputs.filter((output) => output.wants(event))
    await this.#store.add(
      receivers.map((output) => {
        const id = newId()
        return {
          ...{ id, output: output.name, camera: event.camera },
          subjectId: subjectOf(event),
          visitId: 'visit' in event ? event.visit : null,
          body: JSON.stringify({ id, ...eventJson(event, output.images) }),
        }
      }),
    )
    for (const output of receivers) {
      this.#hasNewEvents.add(output)
      this.#wakes.get(output)?.()
    }
  }

  /** Sends pending events for at most `patience` milliseconds; the rest is sent after the next start. */
  async close(patience = 5000): Promise<void> {
    this.#closing = true
    for (const wake of this.#wakes.values()) wake()
    let timer: NodeJS.Timeout | undefined
    const timedOut = new Promise<void>((done) => (timer = setTimeout(done, patience)))
    await Promise.race([Promise.all(this.#loops), timedOut])
    clearTimeout(timer)
    await Promise.all(this.#outputs.map((output) => output.close()))
  }

  async #run(output: Output): Promise<void> {
    const waiting = new Map<string, RetryState>()
    for (;;) {
      let next: number | null
      this.#hasNewEvents.delete(output)
      try {
        next = await this.#sendBatch(output, waiting)
      } catch (error) {
        this.#note(`Events for ${output.label} cannot be read: ${(error as Error).message}`)
        next = Date.now() + backoff.longest
      }
      if (this.#closing) return
      if (this.#hasNewEvents.has(output) || (next !== null && next <= Date.now())) continue
      await new Promise<void>((done) => {
        const timer = next === null ? undefined : setTimeout(done, next - Date.now())
        timer?.unref()
        this.#wakes.set(output, () => {
          clearTimeout(timer)
          done()
        })
      })
    }
  }

  /** @returns When to continue; null to wait for new events. */
  async #sendBatch(output: Output, waiting: Map<string, RetryState>): Promise<number | null> {
    const old = new Date(Date.now() - maxDeliveryAgeMs).toISOString()
    const dropped = await this.#store.expire(output.name, old)
    if (dropped > 0)
      this.#note(
        `${dropped} events for ${output.label} could not be delivered within a day and were discarded.`,
      )
    const events = await this.#store.waiting(output.name, batchSize)
    const cameras = new Map<string, (typeof events)[number][]>()
    for (const event of events) {
      cameras.set(event.camera, [...(cameras.get(event.camera) ?? []), event])
    }
    // A camera's pending events may have been erased with their subject.
    for (const camera of waiting.keys()) if (!cameras.has(camera)) waiting.delete(camera)
    let sent = false
    await Promise.all(
      [...cameras].map(async ([camera, own]) => {
        for (const event of own) {
          const delay = waiting.get(camera)
          if (delay && delay.until > Date.now()) return
          if (!(await this.#send(output, event, waiting))) return
          sent = true
        }
      }),
    )
    if (sent || (events.length > 0 && waiting.size === 0)) return Date.now()
    return waiting.size === 0 ? null : Math.min(...[...waiting.values()].map(({ until }) => until))
  }

  /** @returns Whether the camera's next event may be sent. */
  async #send(
    output: Output,
    event: { readonly id: string; readonly camera: string; readonly body: string },
    waiting: Map<string, RetryState>,
  ): Promise<boolean> {
    try {
      await output.send({ ...event, event: parseEvent(event.body) })
    } catch (error) {
      const { message } = error as Error
      if (!(error instanceof PermanentRejection)) {
        const wait = Math.min(
          2 * (waiting.get(event.camera)?.wait ?? backoff.first / 2),
          backoff.longest,
        )
        if (!waiting.has(event.camera)) {
          this.#note(`${output.label} cannot be reached (${message}); the event is sent again.`)
        }
        waiting.set(event.camera, { wait, until: Date.now() + wait * (0.75 + Math.random() / 2) })
        return false
      }
      this.#note(`${output.label} rejected an event (${message}); the event is skipped.`)
    }
    waiting.delete(event.camera)
    await this.#store.remove(event.id)
    return true
  }
}

/** Id of the subject of an event that concerns exactly one subject. */
function subjectOf(event: CameraEvent): string | null {
  if (event.type === 'greeting') return event.subjects[0]?.id ?? null
  if (event.type === 'attack') return event.resembles?.id ?? null
  return 'visit' in event ? (event.subject?.id ?? null) : null
}
