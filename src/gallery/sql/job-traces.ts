import type { Kysely } from 'kysely'
import { schemaOf } from '../../base/checked-json.js'
import { columnOf } from '../json-columns.js'
import type { Schema } from './tables.js'

/** Replacement for the name of an erased subject. */
const instead = '(erased)'

/**
 * Removes a subject's names from the jobs of a gallery: results list refused photos by the names of files and folders.
 * A pending job keeps its parameters, which it needs to run.
 *
 * @param texts - What the subject is known by: name, external id, file names.
 */
export async function cleanJobs(
  db: Kysely<Schema>,
  galleryId: string,
  texts: readonly string[],
): Promise<void> {
  const { name } = await db
    .selectFrom('galleries')
    .select('name')
    .where('id', '=', galleryId)
    .executeTakeFirstOrThrow()
  const jobs = await db
    .selectFrom('jobs')
    .select(['id', 'finished_at', 'parameters', 'result', 'error'])
    .where('gallery', '=', name)
    .execute()
  const clean = cleaner(texts)
  for (const { id, finished_at, parameters, result, error } of jobs) {
    const cleaned = {
      parameters: finished_at === null ? parameters : clean(parameters),
      result: result && clean(result),
      error: error && clean(error),
    }
    const same =
      cleaned.parameters === parameters && cleaned.result === result && cleaned.error === error
    if (!same) await db.updateTable('jobs').set(cleaned).where('id', '=', id).execute()
  }
}

/** Replaces the strings of a JSON text that name a subject: as a word, or as the start of a file name. */
function cleaner(texts: readonly string[]): (json: string) => string {
  const words = texts
    .map((text) => text.normalize('NFC').trim())
    .filter((text) => text !== '')
    .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
  if (words.length === 0) return (json) => json
  const named = new RegExp(`(?<!\\p{L})(?:${words.join('|')})(?!\\p{L})`, 'iu')
  const walked = (value: unknown): unknown => {
    if (typeof value === 'string') return named.test(value.normalize('NFC')) ? instead : value
    if (Array.isArray(value)) return value.map(walked)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        named.test(key.normalize('NFC')) ? instead : key,
        walked(inner),
      ]),
    )
  }
  return (json) =>
    named.test(json.normalize('NFC')) || json.includes('\\u')
      ? JSON.stringify(walked(columnOf(json, anything, 'what came of a job')))
      : json
}

const anything = schemaOf((_value): _value is unknown => true)
