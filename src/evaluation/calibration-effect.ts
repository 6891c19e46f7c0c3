import { throwIfCanceled } from '../base/errors.js'
import type { StoredTemplate } from '../gallery/template.js'
import type { Agnize } from '../library/agnize.js'
import type { Calibration, EmbeddingCard } from '../models/card.js'
import { defaultErrorRate, thresholdFor } from '../recognition/threshold.js'
import { replay } from './replay.js'

/** A figure under the present calibration and under another. */
export interface BeforeAndAfter {
  readonly before: number
  readonly after: number
}

/** What another calibration of a gallery would change. */
export interface CalibrationEffect {
  /** Similarity from which a search in the gallery matches, at the default error rate. */
  readonly search: BeforeAndAfter
  /** Similarity from which two photos match, at the default error rate. */
  readonly comparison: BeforeAndAfter
  /** Enrolled people with several photos, on whom the next figure rests. */
  readonly people: number
  /** Enrolled people with a photo that would not be recognized by their other photos. */
  readonly notRecognized: BeforeAndAfter
  /** Recorded decisions, and how many of them would be answered otherwise; null where none are recorded. */
  readonly decisions: { readonly total: number; readonly changed: number } | null
}

/** Measures what another calibration would change in a gallery. It changes nothing. @throws AgnizeError as `replay`. */
export async function calibrationEffect(
  agnize: Agnize,
  calibration: Calibration,
  signal?: AbortSignal,
): Promise<CalibrationEffect> {
  const before = await agnize.calibratedCard()
  const after: EmbeddingCard = { ...before, calibration }
  const templates = await agnize.people.templates()
  const people = bySubject(templates)
  const search = (card: EmbeddingCard) =>
    thresholdFor(card, { fpir: defaultErrorRate }, Math.max(1, people.length)).value
  const comparison = (card: EmbeddingCard) => thresholdFor(card, { fmr: defaultErrorRate }).value
  const [low, high] = [search(before), search(after)]
  const weakest = await weakestPhotos(
    agnize,
    people.filter(({ length }) => length > 1),
    signal,
  )
  const { entries } = await agnize.decisions.verify()
  const repeated =
    entries > 0 ? await replay(agnize, { calibration, ...(signal && { signal }) }) : null
  return {
    search: { before: low, after: high },
    comparison: { before: comparison(before), after: comparison(after) },
    people: weakest.length,
    notRecognized: {
      before: weakest.filter((similarity) => similarity < low).length,
      after: weakest.filter((similarity) => similarity < high).length,
    },
    decisions: repeated && { total: repeated.decisions, changed: repeated.changed.length },
  }
}

function bySubject(templates: readonly StoredTemplate[]): StoredTemplate[][] {
  const people = new Map<string, StoredTemplate[]>()
  for (const template of templates) {
    const own = people.get(template.subject.id)
    if (own) own.push(template)
    else people.set(template.subject.id, [template])
  }
  return [...people.values()]
}

/** Of each person, the similarity of the photo that resembles the person's other photos least. */
async function weakestPhotos(
  agnize: Agnize,
  people: readonly (readonly StoredTemplate[])[],
  signal?: AbortSignal,
): Promise<number[]> {
  const measure = await agnize.similarityMeasure()
  const weakest: number[] = []
  for (const photos of people) {
    throwIfCanceled(signal)
    const vectors = photos.map(({ vector }) => vector)
    const offsets = await measure.offsets(vectors)
    const faces = vectors.map((vector, i) => ({ vector, offset: offsets[i]! }))
    const best = faces.map((face) =>
      faces.reduce(
        (most, other) => (other === face ? most : Math.max(most, measure.similarity(face, other))),
        -1,
      ),
    )
    weakest.push(best.reduce((least, each) => Math.min(least, each)))
  }
  return weakest
}
