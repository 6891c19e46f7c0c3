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

/**
 * The log of decisions about faces; off by default. The `decisions` of an opened agnize.
 *
 * Every method throws AgnizeError `closed` after `Agnize.close`, and `gallery-*`, `unknown-gallery`, `store-*`,
 * `key-missing` or `wrong-key` where the gallery cannot be opened; changes also throw `read-only` and `disk-full`.
 */
export class DecisionLog {
  readonly #session: GallerySession

  /** @internal */
  constructor(session: GallerySession) {
    this.#session = session
  }

  /**
   * The settings of the log.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { recording, days, faces } = await agnize.decisions.settings()
   * console.log(recording, days, faces)
   * ```
   */
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

  /**
   * Stops recording; entries stay until they expire.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await agnize.decisions.stop()
   * ```
   */
  async stop(): Promise<void> {
    const store = await this.#store()
    await store.configure({ ...(await store.settings()), recording: false })
  }

  /**
   * Decisions, oldest first.
   *
   * @throws AgnizeError `gallery-damaged` for an entry that cannot be read.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for await (const decision of agnize.decisions.list()) {
   *   if (!('erased' in decision)) console.log(decision.at, decision.answer, decision.subject?.name)
   * }
   * ```
   */
  async *list(): AsyncGenerator<Decision | ErasedDecision, void, undefined> {
    for await (const { decision } of this.entries()) yield decision
  }

  /**
   * Decisions, newest first.
   *
   * @param page - `limit`: largest number of decisions on the page; `before`: number of the last decision of the previous page;
   * `subjectId`: only decisions that name this subject, as the answer or as a candidate.
   * @throws AgnizeError as {@link DecisionLog.list}.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { id } = await agnize.people.get('Skuli')
   * console.log(await agnize.decisions.latest({ limit: 20, subjectId: id }))
   * ```
   */
  async latest(page: LogPage): Promise<(Decision | ErasedDecision)[]> {
    return (await this.latestEntries(page)).map(({ decision }) => decision)
  }

  /**
   * As {@link DecisionLog.latest}, with the faces.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const { decision, face } of await agnize.decisions.latestEntries({ limit: 20 })) {
   *   console.log(decision.number, face?.length) // bytes of the JPEG
   * }
   * ```
   */
  async latestEntries(page: LogPage): Promise<DecisionEntry[]> {
    return (await (await this.#store()).latest(page)).map(entryOf)
  }

  /**
   * Entries after a number, oldest first, with their faces.
   *
   * @param after - Number of an entry; default 0.
   * @throws AgnizeError as {@link DecisionLog.list}.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for await (const { decision, face } of agnize.decisions.entries(1000)) console.log(decision.number, face !== null)
   * ```
   */
  async *entries(after = 0): AsyncGenerator<DecisionEntry, void, undefined> {
    for await (const entry of (await this.#store()).entries(after)) yield entryOf(entry)
  }

  /**
   * Verifies the chain of SHA-256 hashes of the log.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { broken, head } = await agnize.decisions.verify()
   * console.log(broken === null ? 'intact' : `changed at entry ${broken}`, head)
   * ```
   */
  async verify(): Promise<LogCheck> {
    return (await this.#store()).verify()
  }

  /**
   * Deletes all entries.
   *
   * @returns The number of deleted entries.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * console.log(await agnize.decisions.clear())
   * ```
   */
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
