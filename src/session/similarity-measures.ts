import { Cohort } from '../faces/cohort.js'
import {
  cohortMeasure,
  cosineMeasure,
  type SimilarityMeasure,
} from '../faces/similarity-measure.js'
import { type CohortCard, type EmbeddingCard, modelId, type OwnCohort } from '../models/card.js'
import { decodeCohort, type GroupMeans, readCohort } from '../models/cohort-file.js'
import type { ModelStore } from '../models/model-store.js'

/** The measure that a card's cohort makes; the cosine without one. @throws AgnizeError `model-missing`, `model-corrupt`. */
export async function measureOf(
  { cohort }: Pick<EmbeddingCard, 'cohort'>,
  home: string,
): Promise<SimilarityMeasure> {
  return cohort ? measureBy(cohort, await readCohort(cohort, home)) : cosineMeasure
}

/** The measure that a gallery's own cohort makes. @throws AgnizeError `model-corrupt`. */
export function measureOfOwn(cohort: OwnCohort): SimilarityMeasure {
  return measureBy(cohort, decodeCohort(Buffer.from(cohort.file, 'base64')))
}

/** The measure of a model by its id; the cosine for a model that a home does not have. */
export async function measureOfModel(
  model: string,
  models: ModelStore,
  home: string,
): Promise<SimilarityMeasure> {
  const name = model.slice(0, model.lastIndexOf('@'))
  const card = await models.embeddingCard(name).catch(() => undefined)
  return card && modelId(card) === model ? measureOf(card, home) : cosineMeasure
}

function measureBy(card: CohortCard, means: GroupMeans): SimilarityMeasure {
  return cohortMeasure(new Cohort(means, card.neighbors), card)
}
