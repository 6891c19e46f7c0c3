import { Cohort } from '../faces/cohort.js'
import {
  cohortMeasure,
  cosineMeasure,
  type SimilarityMeasure,
} from '../faces/similarity-measure.js'
import { type EmbeddingCard, modelId } from '../models/card.js'
import { readCohort } from '../models/cohort-file.js'
import { ModelStore } from '../models/model-store.js'

/** The measure that a card's cohort makes; the cosine without one. @throws AgnizeError `model-missing`, `model-corrupt`. */
export async function measureOf(
  { cohort }: Pick<EmbeddingCard, 'cohort'>,
  home: string,
): Promise<SimilarityMeasure> {
  if (!cohort) return cosineMeasure
  const { neighbors, ordinary, sha256 } = cohort
  return cohortMeasure(new Cohort(await readCohort(cohort, home), neighbors), ordinary, sha256)
}

/** The measure of a model by its id; the cosine for a model that a home does not have. */
export async function measureOfModel(model: string, home: string): Promise<SimilarityMeasure> {
  const name = model.slice(0, model.lastIndexOf('@'))
  const card = await new ModelStore(home, true).embeddingCard(name).catch(() => undefined)
  return card && modelId(card) === model ? measureOf(card, home) : cosineMeasure
}
