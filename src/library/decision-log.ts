import {
  type Decision,
  type ErasedDecision,
  parsedDecision,
} from '../application/decision-records.js'
import type { LogCheck, LogPage } from '../gallery/chained-log.js'
import type { DecisionStore, LogSettings } from '../gallery/decision-store.js'
import type { GallerySession } from '../session/gallery-session.js'

/** An entry of the log of decisions. */
export interface DecisionEntry {
  /** The decision, or what is left of an erased one. */
  readonly decision: Decision | ErasedDecision
  /** The face that was decided on, with its surroundings: JPEG; null where it was not kept. */
  readonly face: Uint8Array | null
}

/** The log of what was decided about faces; off unless it is switched on. The `decisions` of an opened agnize. */
export class DecisionLog {
  readonly #session: GallerySession

  /** @internal */
  constructor(session: GallerySession) {
    this.#session = session
  }

  /** Whether decisions are recorded, for how long they are kept, and whether faces are kept with them. */
  async settings(): Promise<LogSettings> {
    return (await this.#store()).settings()
  }

  /**
   * Begins to record what `identify` decides.
   *
   * @param options - `days`: how long entries are kept, default 30; `faces`: keep the face that was decided on, without
   * which another model cannot be asked later.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await agnize.decisions.record({ days: 14 })
   * ```
   */
  async record({
    days = 30,
    faces = false,
  }: {
    readonly days?: number | null
    readonly faces?: boolean
  } = {}): Promise<void> {
    await (await this.#store()).configure({ recording: true, days, faces })
  }

  /** Stops to record; what is recorded stays until it is too old. */
  async stop(): Promise<void> {
    const store = await this.#store()
    await store.configure({ ...(await store.settings()), recording: false })
  }

  /** What was recorded, oldest first. */
  async *list(): AsyncGenerator<Decision | ErasedDecision, void, undefined> {
    for await (const { decision } of this.entries()) yield decision
  }

  /**
   * What was recorded, newest first.
   *
   * @param page - `before`: the number of the last one of the stretch before; `subjectId`: only those that name this person,
   * as the answer or among the candidates.
   */
  async latest(page: LogPage): Promise<(Decision | ErasedDecision)[]> {
    return (await this.latestEntries(page)).map(({ decision }) => decision)
  }

  /** The same with the face that was decided on. */
  async latestEntries(page: LogPage): Promise<DecisionEntry[]> {
    return (await (await this.#store()).latest(page)).map(entryOf)
  }

  /** What was recorded after a number, oldest first, with the face that was decided on. @param after - Default 0. */
  async *entries(after = 0): AsyncGenerator<DecisionEntry, void, undefined> {
    for await (const entry of (await this.#store()).entries(after)) yield entryOf(entry)
  }

  /** Whether the log is as it was written. */
  async verify(): Promise<LogCheck> {
    return (await this.#store()).verify()
  }

  /** Deletes what was recorded. @returns How many entries. */
  async clear(): Promise<number> {
    return (await this.#store()).clear()
  }

  async #store(): Promise<DecisionStore> {
    return (await this.#session.gallery()).store.decisions
  }
}

function entryOf({
  number,
  at,
  payload,
  face,
}: {
  readonly number: number
  readonly at: string
  readonly payload: string | null
  readonly face: Uint8Array | null
}): DecisionEntry {
  if (payload === null) return { decision: { number, at, erased: true }, face: null }
  return { decision: parsedDecision(number, at, payload), face }
}
