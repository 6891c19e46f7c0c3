import { setImmediate } from 'node:timers/promises'
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

/** What the pairs depend on, and the pairs. */
interface Ranking {
  readonly key: string
  readonly pairs: readonly PossibleDuplicate[]
  readonly likeness: number
}

/**
 * Finds the people of a gallery who are probably enrolled twice, by the criterion of the audit. All people are compared with one
 * another once for a version of the gallery, however many ask meanwhile.
 */
export class Duplicates {
  readonly #session: GallerySession
  #known: Ranking | undefined
  #running: Promise<Ranking> | undefined

  constructor(session: GallerySession) {
    this.#session = session
  }

  /** @throws AgnizeError `wrong-model`, `not-calibrated`, `gallery-*`. */
  async list({ limit, after }: DuplicatesPage = {}): Promise<PossibleDuplicates> {
    const { gallery, model } = await this.#session.galleryOfModel()
    const { pairs, likeness } = await this.#ranking(gallery, model)
    // Recorded since the comparison, which does not depend on it.
    const isDifferent = isAmong(await gallery.store.different.list())
    const open = pairs.filter(({ subjects }) => !isDifferent(subjects))
    const from = after ? open.findIndex((pair) => inOrder(pair, after) > 0) : 0
    const rest = from < 0 ? [] : open.slice(from)
    return { total: open.length, pairs: rest.slice(0, limit), likeness }
  }

  async #ranking({ store }: Gallery, model: string): Promise<Ranking> {
    const [card, measure] = [await this.#session.calibratedCard(), await this.#session.measure()]
    const { version, people } = await store.state()
    const threshold = thresholdFor(card, { fpir: defaultErrorRate }, Math.max(1, people)).value
    const key = [store.id, version, model, measure.cohort, threshold].join(' ')
    if (this.#known?.key === key) return this.#known
    // A comparison of an earlier version is waited for, so that there is one at a time.
    await this.#running?.catch(() => {})
    if (this.#known?.key === key) return this.#known
    this.#running ??= ranking(store, { key, card, measure, threshold }).finally(() => {
      this.#running = undefined
    })
    this.#known = await this.#running
    return this.#known
  }
}

async function ranking(
  store: Store,
  {
    key,
    card,
    measure,
    threshold,
  }: {
    readonly key: string
    readonly card: EmbeddingCard
    readonly measure: SimilarityMeasure
    readonly threshold: number
  },
): Promise<Ranking> {
  const means: Float32Array[] = []
  const keys: number[] = []
  const sampled: Pick<Person, 'templates'>[] = []
  let hasEnough = false
  for await (const people of store.people.everybody()) {
    // An embedded database reads without a pause: other work gets its turn.
    await setImmediate()
    for (const person of people) {
      keys.push(person.key)
      means.push(store.people.reveal(weightedMean(person.templates)))
      if (hasEnough || person.templates.length < 2) continue
      sampled.push({ templates: countedPhotos(person.templates) })
      hasEnough = haveEnoughPairs(sampled.map(({ templates }) => templates.length))
    }
  }
  const genuine = new GenuineSimilarities(measure)
  for (const templates of await prepared(store, sampled, measure)) genuine.add(templates)
  const likeness = genuine.likeness(threshold, card)
  const found = await similarPairs(means, measure, threshold)
  const concerned = found.flatMap(({ i, j }) => [keys[i]!, keys[j]!])
  const people = await store.people.people([...new Set(concerned)])
  const templates = await prepared(store, people, measure)
  const byKey = new Map(
    people.map(({ key, subject }, i) => [key, { subject, templates: templates[i]! }]),
  )
  const map = card.calibration?.probability ?? null
  const known = found.flatMap(({ i, j }) => {
    const [one, other] = [byKey.get(keys[i]!), byKey.get(keys[j]!)]
    // A person may have been removed since the comparison.
    return one && other ? [[one, other] as const] : []
  })
  const nearest = await nearestOfEach(
    known.map(([one, other]) => [one.templates, other.templates] as const),
    measure,
  )
  const pairs = known.flatMap(([one, other], i): PossibleDuplicate[] => {
    const { similarity } = nearest[i]!
    if (similarity < likeness) return []
    const subjects = [one.subject, other.subject] as const
    return [{ subjects, similarity, probability: map && probabilityAt(map, similarity) }]
  })
  return { key, pairs: pairs.sort(inOrder), likeness }
}

/** The templates of people, ready to be compared; other work gets its turn meanwhile. */
async function prepared(
  { people: store }: Store,
  people: readonly Pick<Person, 'templates'>[],
  measure: SimilarityMeasure,
): Promise<Comparable[][]> {
  const vectors: Float32Array[][] = []
  for (const { templates } of people) {
    // A protected gallery takes some 20 µs a template.
    await setImmediate()
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
