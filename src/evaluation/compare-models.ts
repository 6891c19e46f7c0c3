import { AgnizeError } from '../base/errors.js'
import type { Agnize } from '../library/agnize.js'
import { compareSets } from './compare.js'
import type { Comparison } from './comparison.js'
import type { EvaluationSet, Sample } from './evaluation-set.js'

const storedTemplates =
  'The templates are compared as they are stored: those made before enrolled faces were averaged over views let their model look somewhat worse than it is. Where the difference is small, compare the models on photos: agnize evaluate with each, then agnize compare.'

/**
 * Compares the active and the next model of a gallery in migration, on its own faces.
 *
 * The templates of both are compared as they are stored, since an opened agnize has one of the two models only. A warning says that
 * templates of earlier versions, which are not averaged over views, let their model miss somewhat more.
 *
 * @param options - `out`: folder for the report and the figures.
 * @throws AgnizeError `bad-argument` without a migration; `too-few-photos`.
 * @example
 * ```ts
 * import { openAgnize } from 'agnize'
 * import { compareModels } from 'agnize/evaluation'
 *
 * await using agnize = await openAgnize()
 * const { runs } = await compareModels(agnize)
 * for (const { model, figures } of runs) console.log(model, figures)
 * ```
 */
export async function compareModels(
  agnize: Agnize,
  options: { readonly out?: string; readonly signal?: AbortSignal } = {},
): Promise<Comparison> {
  const { active, next, previous } = await agnize.gallery.migration()
  const other = next ?? previous
  if (!active || !other) {
    throw new AgnizeError(
      'bad-argument',
      'No migration to another model is in progress: start one with "agnize gallery migrate --to MODEL".',
    )
  }
  const samples = new Map<string, Sample[]>([
    [active, []],
    [other, []],
  ])
  for (const { id, name } of await agnize.people.list()) {
    for (const face of await agnize.people.keptFaces(name)) {
      for (const { model, vector, quality } of face.templates) {
        samples.get(model)?.push({
          ...{ photo: face.id, person: id, role: null, vector, quality },
          ...{ sha256: null, box: null, attributes: {} },
        })
      }
    }
  }
  const measures = await Promise.all(
    [active, other].map((model) => agnize.similarityMeasure(model)),
  )
  const sets = [active, other].map(
    (model, i): EvaluationSet => ({
      name: 'the enrolled faces',
      model,
      measure: measures[i]!,
      samples: samples.get(model)!,
      failures: [],
      pairs: null,
      failedPairs: { same: 0, different: 0 },
      warnings: [],
      timings: null,
    }),
  )
  return compareSets(sets, [active, other], { ...options, warnings: [storedTemplates] })
}
