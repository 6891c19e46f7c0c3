import { basename } from 'node:path'
import { counted } from '../base/counted.js'
import { AgnizeError } from '../base/errors.js'
import type { SimilarityMeasure } from '../faces/similarity-measure.js'
import { normalize } from '../faces/vectors.js'
import { readEmbeddings } from './embedding-file.js'
import {
  comparable,
  countFailedPairs,
  type EvaluationSet,
  type FailedSample,
  listed,
  type Sample,
} from './evaluation-set.js'

/**
 * Reads a file of embeddings as an evaluation set.
 *
 * @param measureOf - Returns the measure of a model's similarities.
 * @throws AgnizeError `photo-not-found`, `bad-argument` for a file without embeddings.
 */
export async function readEmbeddingSet(
  path: string,
  measureOf: (model: string) => Promise<SimilarityMeasure>,
): Promise<EvaluationSet> {
  const found: (Sample & { model: string })[] = []
  const failures: FailedSample[] = []
  const bad: number[] = []
  const lengths = new Map<string, number>()
  for await (const line of readEmbeddings(path, (number) => bad.push(number))) {
    const { photo, person, role, vector, model, sha256, quality, box, attributes, failure } = line
    if (failure || !vector) {
      failures.push({ photo, person, role, ...failure! })
    } else if (!vector.every(Number.isFinite) || normalize(vector) === 0) {
      failures.push({
        photo,
        person,
        role,
        code: 'bad-argument',
        message: 'The embedding contains a value that is not a number, or only zeros.',
      })
    } else {
      const kind = `${model ?? 'unnamed'}, ${vector.length} numbers`
      lengths.set(kind, (lengths.get(kind) ?? 0) + 1)
      found.push({ photo, person, role, vector, sha256, quality, box, attributes, model: kind })
    }
  }
  const warnings: string[] = []
  if (bad.length > 0) {
    warnings.push(
      `${counted(bad.length, 'line lacks', 'lines lack')} an embedding or a subject and ${bad.length === 1 ? 'is' : 'are'} left out: ${listed(bad.map((n) => `line ${n}`))}.`,
    )
  }
  const numbers = failures.filter(({ code }) => code === 'bad-argument')
  if (numbers.length > 0) {
    warnings.push(
      `${counted(numbers.length, 'embedding contains', 'embeddings contain')} a value that is not a number, or only zeros, and ${numbers.length === 1 ? 'counts' : 'count'} as failed: ${listed(numbers.map(({ photo }) => photo))}.`,
    )
  }
  const [most, ...others] = [...lengths].sort((a, b) => b[1] - a[1])
  if (!most) {
    throw new AgnizeError('bad-argument', `There is no embedding with a subject in ${path}.`)
  }
  for (const [kind, count] of others) {
    warnings.push(
      `${counted(count, 'embedding', 'embeddings')} of another model (${kind}) left out: embeddings of different models cannot be compared.`,
    )
  }
  const kept = comparable(found.filter(({ model }) => model === most[0]))
  const model = most[0].slice(0, most[0].lastIndexOf(', '))
  return {
    name: basename(path),
    model,
    measure: await measureOf(model),
    samples: kept.samples,
    failures,
    pairs: null,
    failedPairs: countFailedPairs(kept.samples, failures),
    warnings: [...warnings, ...kept.warnings],
    timings: null,
  }
}
