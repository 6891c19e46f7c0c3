import { AgnizeError } from '../base/errors.js'
import type { SubjectDetails, SubjectFilter } from './subject.js'
import { subjectName } from './subject-name.js'

/** Maximum number of characters of a tag, a purpose or an external id, and of the metadata as JSON. Judgment. */
export const maxLengths = { word: 200, metadata: 64_000 } as const

/** Validates a subject's details, and converts times to UTC. @throws AgnizeError `bad-argument`. */
export function subjectDetails(details: Partial<SubjectDetails>): Partial<SubjectDetails> {
  const { externalId, metadata, tags, purpose, consentedAt, keepUntil } = details
  return {
    ...(externalId !== undefined && {
      externalId: externalId && checkedText('external id', externalId),
    }),
    ...(metadata !== undefined && { metadata: checkedMetadata(metadata) }),
    ...(tags && { tags: [...new Set(tags.map((tag) => checkedText('tag', tag)))].sort() }),
    ...(purpose !== undefined && { purpose: purpose && checkedText('purpose', purpose) }),
    ...(consentedAt !== undefined && {
      consentedAt: consentedAt && checkedTime('consent', consentedAt),
    }),
    ...(keepUntil !== undefined && {
      keepUntil: keepUntil && checkedTime('keep-until', keepUntil),
    }),
  }
}

/** Normalizes the names and tags of a filter. @throws AgnizeError `bad-name`, `bad-argument`. */
export function subjectFilter({ subjects, tags, metadata }: SubjectFilter): SubjectFilter {
  return {
    ...(subjects && { subjects: subjects.map(subjectName) }),
    ...(tags && { tags: tags.map((tag) => checkedText('tag', tag)) }),
    ...(metadata && { metadata }),
  }
}

function checkedText(what: string, text: string): string {
  const normal = typeof text === 'string' ? text.normalize('NFC').trim() : ''
  const bad =
    normal === '' || [...normal].length > maxLengths.word || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(normal)
  if (!bad) return normal
  throw new AgnizeError(
    'bad-argument',
    `The ${what} must be 1 to ${maxLengths.word} characters without line breaks.`,
  )
}

function checkedMetadata(metadata: SubjectDetails['metadata']): SubjectDetails['metadata'] {
  const isObject = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)
  const text = isObject ? JSON.stringify(metadata) : ''
  if (isObject && text.length <= maxLengths.metadata) return JSON.parse(text) as typeof metadata
  throw new AgnizeError(
    'bad-argument',
    `The metadata must be a JSON object of at most ${maxLengths.metadata} characters.`,
  )
}

function checkedTime(what: string, text: string): string {
  const date = new Date(text)
  if (!Number.isNaN(date.getTime())) return date.toISOString()
  throw new AgnizeError(
    'bad-argument',
    `The ${what} time ${JSON.stringify(text)} is not a date: give one such as 2026-12-31 or 2026-12-31T18:00:00Z.`,
  )
}
