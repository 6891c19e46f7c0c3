import { setImmediate } from 'node:timers/promises'
import { canceled, throwIfCanceled } from '../base/errors.js'
import type { Comparable, SimilarityMeasure } from '../faces/similarity-measure.js'
import { weightedMean } from '../faces/vectors.js'
import { isAmong } from '../gallery/different-people-store.js'
import type { Gallery } from '../gallery/gallery.js'
import type { Person } from '../gallery/people-store.js'
import type { Store } from '../gallery/store.js'
import type { Subject } from '../gallery/subject.js'
import type { EmbeddingCard } from '../models/card.js'
import { probabilityAt } from '../recognition/probability.js'
import { defaultErrorRate, thresholdFor } from '../recognition/threshold.js'
import type { GallerySession } from '../session/gallery-session.js'
import {
  countedPhotos,
  GenuineSimilarities,
  haveEnoughPairs,
  nearestOfEach,
  similarPairs,
} from './similar-people.js'

/** Two subjects who are probably one person, enrolled twice. */
export interface PossibleDuplicate {
  /** Both subjects; whoever was added first comes first. */
  readonly subjects: readonly [Subject, Subject]
  /** Similarity of their two most similar photos, −1…1. */
  readonly similarity: number
  /**
   * Probability that two photos of this similarity show one person, at even prior odds, 0…1; null where the calibration tells
   * none.
   */
  readonly probability: number | null
}

/** Options of `People.possibleDuplicates`. */
export interface DuplicatesPage {
  /** Maximum number of pairs; default all. */
  readonly limit?: number
  /** The last pair of the previous page. */
  readonly after?: Pick<PossibleDuplicate, 'subjects' | 'similarity'>
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

/** The pairs of a version of the gallery. */
interface Ranking {
  /** What the pairs depend on, besides the templates. */
  readonly key: string
  readonly version: number
  /** The templates of each person, by the person's key. */
  readonly templates: ReadonlyMap<number, string>
  readonly pairs: readonly PossibleDuplicate[]
  /** Number of pairs that nobody had answered. */
  readonly open: number
  /** Whether there are more pairs than these. */
  readonly isCut: boolean
  readonly likeness: number
}

/** A comparison that somebody waits for. */
interface Comparison {
  readonly result: Promise<Ranking>
  readonly abort: AbortController
  waiting: number
}

/** What a comparison needs of the model. */
interface Criterion {
  readonly key: string
  readonly version: number
  readonly card: EmbeddingCard
  readonly measure: SimilarityMeasure
  readonly threshold: number
}

/** Maximum number of changed people whose templates are looked at, before all are compared again. Judgment. */
const maxChanged = 1000

/**
 * Finds the people of a gallery who are probably enrolled twice, by the criterion of the audit. All people are compared with one
 * another once for the templates of the gallery, however many ask meanwhile.
 */
export class Duplicates {
  readonly #session: GallerySession
  #known: Ranking | undefined
  #running: Comparison | undefined

  constructor(session: GallerySession) {
    this.#session = session
  }

  /** @throws AgnizeError `wrong-model`, `not-calibrated`, `cancelled`, `gallery-*`. */
  async list({ limit, after, signal }: DuplicatesPage = {}): Promise<PossibleDuplicates> {
    const { gallery, model } = await this.#session.galleryOfModel()
    let ranking = await this.#ranking(gallery, model, signal)
    let open = await openPairs(gallery, ranking)
    // Where there are more pairs than were told, they follow when half of these are answered.
    if (ranking.isCut && open.length < ranking.open && open.length <= ranking.open / 2) {
      if (this.#known === ranking) this.#known = undefined
      ranking = await this.#ranking(gallery, model, signal)
      open = await openPairs(gallery, ranking)
    }
    const from = after ? open.findIndex((pair) => inOrder(pair, after) > 0) : 0
    const rest = from < 0 ? [] : open.slice(from)
    return { total: open.length, pairs: rest.slice(0, limit), likeness: ranking.likeness }
  }

  async #ranking({ store }: Gallery, model: string, signal?: AbortSignal): Promise<Ranking> {
    const [card, measure] = [await this.#session.calibratedCard(), await this.#session.measure()]
    const { version, people } = await store.state()
    const threshold = thresholdFor(card, { fpir: defaultErrorRate }, Math.max(1, people)).value
    const key = [store.id, model, measure.cohort, threshold].join(' ')
    if (await this.#isUpToDate(store, key, version)) return this.#known!
    if (this.#running) {
      // A comparison of an earlier version is waited for, so that there is one at a time.
      await this.#wait(this.#running, signal).catch(() => throwIfCanceled(signal))
      if (await this.#isUpToDate(store, key, version)) return this.#known!
    }
    this.#running ??= this.#start(store, { key, version, card, measure, threshold })
    return this.#wait(this.#running, signal)
  }

  /** Whether the known pairs are those of the gallery. Where only names and details changed, it takes over the names. */
  async #isUpToDate({ people: store }: Store, key: string, version: number): Promise<boolean> {
    const known = this.#known
    if (known?.key !== key) return false
    if (known.version === version) return true
    const changes = await store.changes(known.version)
    // A restored gallery may be of an earlier version.
    if (!changes || changes.version < known.version) return false
    if (changes.changed.length > maxChanged) return false
    if (changes.removed.some((key) => known.templates.has(key))) return false
    const people = await store.people(changes.changed)
    const before = changes.changed.filter((key) => known.templates.has(key))
    if (before.length !== people.length) return false
    if (people.some((person) => known.templates.get(person.key) !== templatesOf(person))) {
      return false
    }
    const now = new Map(people.map(({ subject }) => [subject.id, subject]))
    const pairs = known.pairs.map((pair) => {
      const [one, other] = pair.subjects
      return { ...pair, subjects: [now.get(one.id) ?? one, now.get(other.id) ?? other] as const }
    })
    this.#known = { ...known, version: changes.version, pairs }
    return true
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
    const comparison: Comparison = { result, abort, waiting: 0 }
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

/** The pairs that nobody answered, also since the comparison, which does not depend on it. */
async function openPairs({ store }: Gallery, { pairs }: Ranking): Promise<PossibleDuplicate[]> {
  const isDifferent = isAmong(await store.different.list())
  return pairs.filter(({ subjects }) => !isDifferent(subjects))
}

async function compare(
  store: Store,
  { key, version, card, measure, threshold }: Criterion,
  signal: AbortSignal,
): Promise<Ranking> {
  const means: Float32Array[] = []
  const everybody: Pick<Person, 'key' | 'subject'>[] = []
  const everyTemplate = new Map<number, string>()
  const sampled: Pick<Person, 'templates'>[] = []
  let hasEnough = false
  for await (const people of store.people.everybody()) {
    // An embedded database reads without a pause: other work gets its turn.
    await setImmediate()
    throwIfCanceled(signal)
    for (const person of people) {
      everybody.push({ key: person.key, subject: person.subject })
      everyTemplate.set(person.key, templatesOf(person))
      means.push(store.people.reveal(weightedMean(person.templates)))
      if (hasEnough || person.templates.length < 2) continue
      sampled.push({ templates: countedPhotos(person.templates) })
      hasEnough = haveEnoughPairs(sampled.map(({ templates }) => templates.length))
    }
  }
  const genuine = new GenuineSimilarities(measure)
  for (const templates of await prepared(store, sampled, measure, signal)) genuine.add(templates)
  const likeness = genuine.likeness(threshold, card)
  const isDifferent = isAmong(await store.different.list())
  const { pairs: found, isCut } = await similarPairs(means, measure, threshold, {
    isAnswered: (i, j) => isDifferent([everybody[i]!.subject, everybody[j]!.subject]),
    signal,
  })
  const concerned = found.flatMap(({ i, j }) => [everybody[i]!.key, everybody[j]!.key])
  const people = await store.people.people([...new Set(concerned)])
  const templates = await prepared(store, people, measure, signal)
  const byKey = new Map(
    people.map(({ key, subject }, i) => [key, { subject, templates: templates[i]! }]),
  )
  const map = card.calibration?.probability ?? null
  const known = found.flatMap(({ i, j }) => {
    const [one, other] = [byKey.get(everybody[i]!.key), byKey.get(everybody[j]!.key)]
    // A person may have been removed since the comparison.
    return one && other ? [[one, other] as const] : []
  })
  const nearest = await nearestOfEach(
    known.map(([one, other]) => [one.templates, other.templates] as const),
    measure,
    { signal },
  )
  const pairs = known.flatMap(([one, other], i): PossibleDuplicate[] => {
    const { similarity } = nearest[i]!
    if (similarity < likeness) return []
    const subjects = [one.subject, other.subject] as const
    return [{ subjects, similarity, probability: map && probabilityAt(map, similarity) }]
  })
  const open = pairs.filter(({ subjects }) => !isDifferent(subjects)).length
  return {
    key,
    version,
    templates: everyTemplate,
    pairs: pairs.sort(inOrder),
    open,
    isCut,
    likeness,
  }
}

/** The templates of a person, to be compared with those of later. */
const templatesOf = ({ templates }: Person) => templates.map(({ key }) => key).join()

/** The templates of people, ready to be compared; other work gets its turn meanwhile. */
async function prepared(
  { people: store }: Store,
  people: readonly Pick<Person, 'templates'>[],
  measure: SimilarityMeasure,
  signal: AbortSignal,
): Promise<Comparable[][]> {
  const vectors: Float32Array[][] = []
  for (const { templates } of people) {
    // A protected gallery takes some 20 µs a template.
    await setImmediate()
    throwIfCanceled(signal)
    vectors.push(templates.map(({ vector }) => store.reveal(vector)))
  }
  const offsets = await measure.offsets(vectors.flat())
  let at = 0
  return vectors.map((own) => own.map((vector) => ({ vector, offset: offsets[at++]! })))
}

/** Order of pairs: most similar first; of equal ones by their ids. */
function inOrder(
  a: Pick<PossibleDuplicate, 'subjects' | 'similarity'>,
  b: Pick<PossibleDuplicate, 'subjects' | 'similarity'>,
): number {
  const [one, other] = [a, b].map(({ subjects }) => subjects.map(({ id }) => id).join(' '))
  return b.similarity - a.similarity || (one! < other! ? -1 : Number(one! > other!))
}
