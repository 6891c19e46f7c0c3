import { setImmediate } from 'node:timers/promises'
import { throwIfCanceled } from '../base/errors.js'
import type { Comparable, SimilarityMeasure } from '../faces/similarity-measure.js'
import { weightedMean } from '../faces/vectors.js'
import { isAmong } from '../gallery/different-people-store.js'
import type { Person } from '../gallery/people-store.js'
import type { Store } from '../gallery/store.js'
import type { Subject } from '../gallery/subject.js'
import type { EmbeddingCard } from '../models/card.js'
import { probabilityAt } from '../recognition/probability.js'
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

/** A pair, with what finds its people again. */
interface RankedPair extends PossibleDuplicate {
  /** Keys of both people. */
  readonly keys: readonly [number, number]
  /** Whether nobody had answered it when it was compared. */
  readonly wasOpen: boolean
}

/** The pairs of a version of the gallery. */
export interface Ranking extends Criterion {
  /** The templates of each person, by the person's key. */
  readonly templates: ReadonlyMap<number, string>
  readonly pairs: readonly RankedPair[]
  /** Whether there are more pairs than these. */
  readonly isCut: boolean
  readonly likeness: number
  /** Duration of the comparison, in milliseconds. */
  readonly took: number
}

/** What a comparison needs of the gallery and of its model. */
export interface Criterion {
  /** Store, model and cohort: similarities of two of these cannot be compared. */
  readonly basis: string
  readonly version: number
  /** Number of people, which determines the threshold. */
  readonly people: number
  readonly threshold: number
  readonly card: EmbeddingCard
  readonly measure: SimilarityMeasure
}

/**
 * Compares all people of a gallery with one another, and ranks the pairs who are probably one person.
 *
 * @throws AgnizeError `cancelled`.
 */
export async function compare(
  store: Store,
  criterion: Criterion,
  signal: AbortSignal,
): Promise<Ranking> {
  const { card, measure, threshold } = criterion
  const began = performance.now()
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
    people.map(({ key, subject }, i) => [key, { key, subject, templates: templates[i]! }]),
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
  const pairs = known.flatMap(([one, other], i): RankedPair[] => {
    const { similarity } = nearest[i]!
    if (similarity < likeness) return []
    const subjects = [one.subject, other.subject] as const
    const probability = map && probabilityAt(map, similarity)
    const wasOpen = !isDifferent(subjects)
    return [{ keys: [one.key, other.key], wasOpen, subjects, similarity, probability }]
  })
  return {
    ...criterion,
    templates: everyTemplate,
    pairs: pairs.sort(inOrder),
    isCut,
    likeness,
    took: performance.now() - began,
  }
}

/** The templates of a person, to be compared with those of later. */
export const templatesOf = ({ templates }: Person) => templates.map(({ key }) => key).join()

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
export function inOrder(
  a: Pick<PossibleDuplicate, 'subjects' | 'similarity'>,
  b: Pick<PossibleDuplicate, 'subjects' | 'similarity'>,
): number {
  const [one, other] = [a, b].map(({ subjects }) => subjects.map(({ id }) => id).join(' '))
  return b.similarity - a.similarity || (one! < other! ? -1 : Number(one! > other!))
}
