import {
  type Decision,
  type ErasedDecision,
  parsedDecision,
} from '../application/decision-records.js'
import type { LogCheck, LogPage } from '../gallery/chained-log.js'
import type { DecisionStore, LogSettings } from '../gallery/decision-store.js'
import type { GallerySession } from '../session/gallery-session.js'

/** An entry of the decision log. */
export interface DecisionEntry {
  /** The decision, or the remains of an erased one. */
  readonly decision: Decision | ErasedDecision
  /** JPEG of the face with its surroundings; null where it was not kept. */
  readonly face: Uint8Array | null
}

/** The log of decisions about faces; off by default. The `decisions` of an opened agnize. */
export class DecisionLog {
  readonly #session: GallerySession

  /** @internal */
  constructor(session: GallerySession) {
    this.#session = session
  }

  /** The settings of the log. */
  async settings(): Promise<LogSettings> {
    return (await this.#store()).settings()
  }

  /**
   * Starts recording the decisions of `identify`.
   *
   * @param options - `days`: days for which entries are kept, default 30, null for ever; `faces`: whether faces are
   * kept, which a replay with another model needs, default false.
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

  /** Stops recording; entries stay until they expire. */
  async stop(): Promise<void> {
    const store = await this.#store()
    await store.configure({ ...(await store.settings()), recording: false })
  }

  /** Decisions, oldest first. */
  async *list(): AsyncGenerator<Decision | ErasedDecision, void, undefined> {
    for await (const { decision } of this.entries()) yield decision
  }

  /**
   * Decisions, newest first.
   *
   * @param page - `before`: number of the last decision of the previous page; `subjectId`: only decisions that name
   * this subject, as the answer or as a candidate.
   */
  async latest(page: LogPage): Promise<(Decision | ErasedDecision)[]> {
    return (await this.latestEntries(page)).map(({ decision }) => decision)
  }

  /** As {@link DecisionLog.latest}, with the faces. */
  async latestEntries(page: LogPage): Promise<DecisionEntry[]> {
    return (await (await this.#store()).latest(page)).map(entryOf)
  }

  /** Entries after a number, oldest first, with their faces. @param after - Number of an entry; default 0. */
  async *entries(after = 0): AsyncGenerator<DecisionEntry, void, undefined> {
    for await (const entry of (await this.#store()).entries(after)) yield entryOf(entry)
  }

  /** Verifies the hash chain of the log. */
  async verify(): Promise<LogCheck> {
    return (await this.#store()).verify()
  }

  /** Deletes all entries. @returns The number of deleted entries. */
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
