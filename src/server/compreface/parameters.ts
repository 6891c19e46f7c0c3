import { refusals } from './refusal.js'

/** Every query parameter that CompreFace knows. */
const parameters = [
  'subject',
  'limit',
  'prediction_count',
  'det_prob_threshold',
  'face_plugins',
  'status',
  'detect_faces',
  'page',
  'size',
  'sort',
]
const secondMark = new RegExp(`\\?(?=(?:${parameters.join('|')})=)`, 'g')

/** The least score of a face that CompreFace's default build counts. */
export const defaultMinScore = 0.85

/**
 * The query of a request. CompreFace's own client separates parameters with "?": before a known parameter, it is read as
 * "&".
 */
export function queryOf({ url = '' }: { readonly url?: string | undefined }): URLSearchParams {
  const mark = url.indexOf('?')
  const query = mark < 0 ? '' : url.slice(mark + 1)
  return new URLSearchParams(query.replaceAll(secondMark, '&'))
}

/**
 * Adds fields of a form to the parameters, as Spring reads both.
 *
 * @param fields - Of the form, without its files.
 */
export function withFields(
  query: URLSearchParams,
  fields: Readonly<Record<string, string>> | URLSearchParams,
): URLSearchParams {
  const all = new URLSearchParams(query)
  const entries = fields instanceof URLSearchParams ? fields : Object.entries(fields)
  for (const [name, value] of entries) if (parameters.includes(name)) all.append(name, value)
  return all
}

/** The query parameters that select faces and the fields of each. */
export interface FaceQuery {
  /** Most faces; 0 for all. */
  readonly limit: number
  readonly predictions: number
  /** Least detection score, on CompreFace's scale. */
  readonly minScore: number
  /** Whether the request sets that score; else a photo with only doubtful faces has its clearest. */
  readonly isScoreGiven: boolean
  readonly plugins: ReadonlySet<string>
  readonly status: boolean
  /** Whether faces are detected; else the whole photo is one face. */
  readonly detect: boolean
}

/** Plugins of CompreFace that agnize has no counterpart of and cannot leave out in silence. */
const unsupportedPlugins = ['landmarks2d106'] as const

/** Parses the query. @throws CompreFaceError as CompreFace's validation does. */
export function faceQueryOf(query: URLSearchParams): FaceQuery {
  const limit = numberIn(query, 'limit', 0)
  const predictions = numberIn(query, 'prediction_count', 1)
  const wrong = [
    ...(limit < 0 ? ['Limit should be equal or greater than 0; '] : []),
    ...(predictions < 1 ? ['prediction_count should be equal or greater than 1; '] : []),
  ]
  if (wrong.length > 0) throw refusals.validation(wrong.join(''))
  const threshold = query.get('det_prob_threshold')
  const isScoreGiven = !isAbsent(threshold)
  const minScore = isScoreGiven ? Number(threshold) : defaultMinScore
  // CompreFace's core rejects such a score, and reports every rejection with this error.
  if (!(minScore >= 0 && minScore <= 1)) throw refusals.noFace()
  // A repeated parameter is a list for Spring.
  const names = query.getAll('face_plugins').join(',').split(',')
  const plugins = new Set(names.map((name) => name.trim()).filter((name) => name !== ''))
  for (const name of unsupportedPlugins) if (plugins.has(name)) throw refusals.noPlugin(name)
  const status = isTrue(query.get('status'))
  const detect = !isFalse(query.get('detect_faces'))
  return { limit, predictions, minScore, isScoreGiven, plugins, status, detect }
}

/** A truth value as Spring reads it. */
const isTrue = (text: string | null) => isOneOf(text, ['true', '1', 'yes', 'on'])
const isFalse = (text: string | null) => isOneOf(text, ['false', '0', 'no', 'off'])
const isOneOf = (text: string | null, words: readonly string[]) =>
  text !== null && words.includes(text.trim().toLowerCase())

/** Whether a value is missing: absent, empty, or what JavaScript writes for none. */
const isAbsent = (text: string | null): text is null | '' | 'undefined' =>
  text === null || text === '' || text === 'undefined'

function numberIn(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name)
  if (isAbsent(text)) return fallback
  if (!/^-?\d{1,9}$/.test(text)) throw refusals.other()
  return Number(text)
}

/** The page parameters of a list as Spring reads them: a value that is not a number means the default. */
export function pageOf(query: URLSearchParams): { readonly page: number; readonly size: number } {
  const read = (name: string, fallback: number, min: number) => {
    const value = Number(query.get(name) ?? fallback)
    return Number.isInteger(value) && value >= min ? value : fallback
  }
  return { page: Math.min(read('page', 0, 0), 1e9), size: Math.min(read('size', 20, 1), 2000) }
}

/** The name of the subject in a path or a parameter. @throws CompreFaceError where it is missing or blank. */
export function subjectOf(text: string | null | undefined): string {
  if (text === null || text === undefined) throw refusals.noParameter('subject')
  if (text.trim() === '') throw refusals.blankSubject()
  return text
}
