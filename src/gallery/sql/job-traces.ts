import type { Kysely } from 'kysely'
import { schemaOf } from '../../base/checked-json.js'
import { columnOf } from '../json-columns.js'
import type { Schema } from './tables.js'

/** Replacement for the name of an erased subject. */
const replacement = '(erased)'

/**
 * Removes a subject's names from the jobs of a gallery: results list refused photos by the names of files and folders.
 * A pending job keeps its parameters, which it needs to run.
 *
 * @param texts - What the subject is known by: name, external id, file names.
 */
export async function redactJobs(
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
  const redact = createRedactor(texts)
  for (const { id, finished_at, parameters, result, error } of jobs) {
    const redacted = {
      parameters: finished_at === null ? parameters : redact(parameters),
      result: result && redact(result),
      error: error && redact(error),
    }
    const same =
      redacted.parameters === parameters && redacted.result === result && redacted.error === error
    if (!same) await db.updateTable('jobs').set(redacted).where('id', '=', id).execute()
  }
}

/** Replaces the strings of a JSON text that name a subject: as a word, or as the start of a file name. */
function createRedactor(texts: readonly string[]): (json: string) => string {
  const words = texts
    .map((text) => text.normalize('NFC').trim())
    .filter((text) => text !== '')
    .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
  if (words.length === 0) return (json) => json
  const namePattern = new RegExp(`(?<!\\p{L})(?:${words.join('|')})(?!\\p{L})`, 'iu')
  const redactValue = (value: unknown): unknown => {
    if (typeof value === 'string')
      return namePattern.test(value.normalize('NFC')) ? replacement : value
    if (Array.isArray(value)) return value.map(redactValue)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        namePattern.test(key.normalize('NFC')) ? replacement : key,
        redactValue(inner),
      ]),
    )
  }
  return (json) =>
    namePattern.test(json.normalize('NFC')) || json.includes('\\u')
      ? JSON.stringify(redactValue(columnOf(json, anyJson, 'what came of a job')))
      : json
}

const anyJson = schemaOf((_value): _value is unknown => true)
