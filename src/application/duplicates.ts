import { AgnizeError, canceled, throwIfCanceled } from '../base/errors.js'
import { isAmong } from '../gallery/different-people-store.js'
import type { Gallery } from '../gallery/gallery.js'
import type { Store } from '../gallery/store.js'
import type { Subject } from '../gallery/subject.js'
import type { EmbeddingCard } from '../models/card.js'
import { defaultErrorRate, thresholdFor } from '../recognition/threshold.js'
import type { GallerySession } from '../session/gallery-session.js'
import {
  type Criterion,
  compare,
  inOrder,
  type PossibleDuplicate,
  type Ranking,
  templatesOf,
} from './duplicate-ranking.js'

/** Options of `People.possibleDuplicates`. */
export interface DuplicatesPage {
  /** Maximum number of pairs; default all. */
  readonly limit?: number
  /** The last pair of the previous page. */
  readonly after?: Pick<PossibleDuplicate, 'subjects' | 'similarity'>
  /**
   * Seconds to wait for a comparison, 0 for not at all; default as long as it takes. Then the answer is that of the last one, without people who
   * were changed or removed since, and the comparison goes on. Where the last one took longer, its answer is given at once.
   */
  readonly patience?: number
  /** Ends the wait; the comparison stops once nobody waits for it. */
  readonly signal?: AbortSignal
}

/** Result of `People.possibleDuplicates`. */
export interface PossibleDuplicates {
  /** Number of pairs on all pages; 1,000 at most. */
  readonly total: number
  /** The pairs of this page, most similar first. */
  readonly pairs: readonly PossibleDuplicate[]
  /** Similarity from which two photos are as similar as photos of one person in this gallery, −1…1. */
  readonly likeness: number
}

/** A comparison that somebody waits for. */
interface Comparison {
  readonly criterion: Criterion
  readonly result: Promise<Ranking>
  readonly abort: AbortController
  waiting: number
}

/** Maximum number of changed people whose templates are looked at, before all are compared again. Judgment. */
const maxChanged = 1000
/** Longest time of a timer, in milliseconds. */
const maxTimer = 2 ** 31 - 1

/**
 * Finds the people of a gallery who are probably enrolled twice, by the criterion of the audit. All people are compared with one
 * another once for the templates of the gallery, however many ask meanwhile.
 */
export class Duplicates {
  readonly #session: GallerySession
  #known: Ranking | undefined
  /** The templates of a ranking most of whose pairs were answered, so that it is replaced. */
  #exhausted: Ranking['templates'] | undefined
  #running: Comparison | undefined

  constructor(session: GallerySession) {
    this.#session = session
  }

  /** @throws AgnizeError `wrong-model`, `not-calibrated`, `overloaded` with a `patience`, `cancelled`, `gallery-*`. */
  async list({
    limit,
    after,
    patience = Number.POSITIVE_INFINITY,
    signal,
  }: DuplicatesPage = {}): Promise<PossibleDuplicates> {
    const deadline = performance.now() + 1000 * patience
    const { gallery, model } = await this.#session.galleryOfModel()
    let ranking = await this.#ranking(gallery, model, deadline, signal)
    let open = await openPairs(gallery, ranking)
    // Where there are more pairs than were told, they follow when half of these are answered.
    const before = ranking.pairs.filter(({ wasOpen }) => wasOpen).length
    if (ranking.isCut && open.length < before && open.length <= before / 2) {
      this.#exhausted = ranking.templates
      ranking = await this.#ranking(gallery, model, deadline, signal)
      open = await openPairs(gallery, ranking)
    }
    const from = after ? open.findIndex((pair) => inOrder(pair, after) > 0) : 0
    const rest = from < 0 ? [] : open.slice(from)
    const pairs = rest.slice(0, limit).map(({ keys: _, wasOpen: __, ...pair }) => pair)
    return { total: open.length, pairs, likeness: ranking.likeness }
  }

  async #ranking(
    { store }: Gallery,
    model: string,
    deadline: number,
    signal: AbortSignal | undefined,
  ): Promise<Ranking> {
    const [card, measure] = [await this.#session.calibratedCard(), await this.#session.measure()]
    const { version, people } = await store.state()
    const criterion = {
      basis: [store.id, model, measure.cohort].join(' '),
      ...{ version, people, threshold: thresholdOf(card, people), card, measure },
    }
    const known = await this.#upToDate(store, criterion)
    if (known) return known
    return deadline === Number.POSITIVE_INFINITY
      ? this.#newest(store, criterion, signal)
      : this.#inTime(store, criterion, deadline, signal)
  }

  /** The known pairs, where they are those of the gallery. Where only names and details changed, it takes over the names. */
  async #upToDate({ people: store }: Store, criterion: Criterion): Promise<Ranking | undefined> {
    const known = this.#known
    if (known?.basis !== criterion.basis || known.threshold !== criterion.threshold) return
    if (known.templates === this.#exhausted) return
    if (known.version === criterion.version) return known
    const changes = await store.changes(known.version)
    // A restored gallery may be of an earlier version.
    if (!changes || changes.version < known.version) return
    if (changes.changed.length > maxChanged) return
    if (changes.removed.some((key) => known.templates.has(key))) return
    const people = await store.people(changes.changed)
    const before = changes.changed.filter((key) => known.templates.has(key))
    if (before.length !== people.length) return
    if (people.some((person) => known.templates.get(person.key) !== templatesOf(person))) return
    const now = new Map(people.map(({ subject }) => [subject.id, subject]))
    const pairs = known.pairs.map((pair) => {
      const [one, other] = pair.subjects
      return { ...pair, subjects: [now.get(one.id) ?? one, now.get(other.id) ?? other] as const }
    })
    const renamed = { ...known, version: changes.version, pairs }
    // Another comparison may have ended meanwhile.
    if (this.#known === known) this.#known = renamed
    return renamed
  }

  /** The pairs of the gallery as it is now or, while it changes, as it was when the comparison began. */
  async #newest(store: Store, criterion: Criterion, signal?: AbortSignal): Promise<Ranking> {
    const before = this.#running
    // One of an earlier version, or by another calibration, is waited for, so that there is one at a time.
    while (
      this.#running &&
      (this.#running === before || !isOfSame(this.#running.criterion, criterion))
    ) {
      await this.#wait(this.#running, signal).catch(() => throwIfCanceled(signal))
      const known = await this.#upToDate(store, criterion)
      if (known) return withoutChanged(store, known)
    }
    this.#running ??= this.#start(store, criterion)
    return withoutChanged(store, await this.#wait(this.#running, signal))
  }

  /** The newest pairs, or the last ones where those are not there by the deadline. Whoever asks next gets the newer ones. */
  async #inTime(
    store: Store,
    criterion: Criterion,
    deadline: number,
    signal: AbortSignal | undefined,
  ): Promise<Ranking> {
    const left = new AbortController()
    const leave = () => left.abort(signal?.reason)
    signal?.addEventListener('abort', leave)
    if (signal?.aborted) leave()
    const last = this.#known && isStillTrue(this.#known, criterion) ? this.#known : undefined
    const most = deadline - performance.now()
    const newest = this.#newest(store, criterion, left.signal)
    // It may fail after its last waiter has left.
    newest.catch(() => {})
    let timer: NodeJS.Timeout | undefined
    try {
      const late = new Promise<null>((resolve) => {
        if (most <= 0 || (last && last.took > most)) resolve(null)
        else timer = setTimeout(resolve, Math.min(most, maxTimer), null)
      })
      const inTime = await Promise.race([newest, late])
      if (inTime) return inTime
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', leave)
    }
    // A comparison of an earlier version may have ended meanwhile.
    const known = this.#known
    if (known && isStillTrue(known, criterion)) return withoutChanged(store, known)
    throw new AgnizeError(
      'overloaded',
      'All people are still being compared, and this goes on: ask again in some seconds.',
    )
  }

  #start(store: Store, criterion: Criterion): Comparison {
    const abort = new AbortController()
    const signal = AbortSignal.any([abort.signal, this.#session.closing])
    const result = compare(store, criterion, signal)
      .then((ranking) => {
        this.#known = ranking
        return ranking
      })
      .finally(() => {
        if (this.#running === comparison) this.#running = undefined
      })
    const comparison: Comparison = { criterion, result, abort, waiting: 0 }
    return comparison
  }

  /** Waits for a comparison, and stops it where nobody waits any more. */
  async #wait(comparison: Comparison, signal: AbortSignal | undefined): Promise<Ranking> {
    comparison.waiting++
    let leave = () => {}
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(canceled(signal!))
    })
    signal?.addEventListener('abort', leave)
    if (signal?.aborted) leave()
    try {
      return await Promise.race([comparison.result, left])
    } catch (error) {
      this.#session.checkOpen()
      throw error
    } finally {
      signal?.removeEventListener('abort', leave)
      comparison.waiting--
      if (comparison.waiting === 0) {
        comparison.abort.abort()
        if (this.#running === comparison) this.#running = undefined
      }
    }
  }
}

const thresholdOf = (card: EmbeddingCard, people: number) =>
  thresholdFor(card, { fpir: defaultErrorRate }, Math.max(1, people)).value

/** Whether a comparison is of the same model, and by the same calibration, as one of now; the number of people may be another. */
const isOfSame = (one: Criterion, { basis, card }: Criterion) =>
  one.basis === basis && one.threshold === thresholdOf(card, one.people)

/** Whether pairs of an earlier version are of the same model, and by the same calibration, as a comparison of now would be. */
const isStillTrue = (known: Ranking, criterion: Criterion) =>
  isOfSame(known, criterion) && known.version <= criterion.version

/** The pairs whose people are in the gallery with the templates that were compared, by their names of now. */
async function withoutChanged(store: Store, ranking: Ranking): Promise<Ranking> {
  if ((await store.state()).version === ranking.version) return ranking
  const keys = new Set(ranking.pairs.flatMap((pair) => pair.keys))
  const now = new Map<string, Subject>()
  for (const person of await store.people.people([...keys])) {
    if (ranking.templates.get(person.key) !== templatesOf(person)) continue
    now.set(person.subject.id, person.subject)
  }
  const pairs = ranking.pairs.flatMap((pair) => {
    const [one, other] = pair.subjects.map(({ id }) => now.get(id))
    return one && other ? [{ ...pair, subjects: [one, other] as const }] : []
  })
  return { ...ranking, pairs }
}

/** The pairs that nobody answered, also since the comparison, which does not depend on it. */
async function openPairs({ store }: Gallery, { pairs }: Ranking): Promise<Ranking['pairs']> {
  const isDifferent = isAmong(await store.different.list())
  return pairs.filter(({ subjects }) => !isDifferent(subjects))
}
