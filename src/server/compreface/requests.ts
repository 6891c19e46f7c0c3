import type { FastifyRequest } from 'fastify'
import { AgnizeError } from '../../base/errors.js'
import type { NamedBytes } from '../../image/photo.js'
import { fromBase64 } from '../photos/base64.js'
import { LongText, parseJson, parseJsonWithPhotos } from '../photos/json.js'
import { type Form, readForm } from '../photos/multipart.js'
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

/**
 * The query of a request. CompreFace's own client separates parameters with "?": before a known parameter, it is read as
 * "&".
 */
export function queryOf({ url = '' }: { readonly url?: string | undefined }): URLSearchParams {
  const mark = url.indexOf('?')
  const query = mark < 0 ? '' : url.slice(mark + 1)
  return new URLSearchParams(query.replaceAll(secondMark, '&'))
}

/** The query parameters that select faces and the fields of each. */
export interface FaceQuery {
  /** Most faces; 0 for all. */
  readonly limit: number
  readonly predictions: number
  /** Least detection score; null where the query sets none. */
  readonly minScore: number | null
  readonly plugins: ReadonlySet<string>
  readonly status: boolean
}

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
  const minScore = threshold === null || threshold === '' ? null : Number(threshold)
  // CompreFace's core rejects such a score, and reports every rejection with this error.
  if (minScore !== null && !(minScore >= 0 && minScore <= 1)) throw refusals.noFace()
  const plugins = (query.get('face_plugins') ?? '').split(',').map((name) => name.trim())
  return {
    limit,
    predictions,
    minScore,
    plugins: new Set(plugins.filter((name) => name !== '')),
    status: query.get('status') === 'true',
  }
}

function numberIn(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name)
  if (text === null || text === '' || text === 'undefined') return fallback
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

/** File extensions that CompreFace accepts; it checks only the name. */
const endings = /\.(tif|tiff|jpg|jpeg|png|bmp|ico|gif|webp)$/i

/**
 * The photos of a request by name: parts of a form, or base64 in JSON.
 *
 * @throws CompreFaceError
 */
export async function photosOf(
  request: FastifyRequest,
  bytes: Buffer,
  names: readonly string[],
  maxBytes: number,
): Promise<NamedBytes[]> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
  if (type === 'multipart/form-data') {
    const form = await formOf(request, bytes, maxBytes)
    return names.map((name) => {
      const [file] = form.files.get(name) ?? []
      if (!file) throw refusals.noPart(name)
      if (!endings.test(file.name)) throw refusals.extension(file.name)
      return file
    })
  }
  const json = jsonOf(request, bytes, parseJsonWithPhotos) as Record<string, unknown>
  const found: NamedBytes[] = []
  for (const name of names) {
    const value = json[name]
    if (value === undefined || value === null || value === '') throw refusals.emptyField(name)
    if (typeof value !== 'string' && !(value instanceof LongText)) throw refusals.notBase64()
    try {
      found.push({ name: '', bytes: await fromBase64(value, maxBytes) })
    } catch (error) {
      if (!(error instanceof AgnizeError)) throw error
      throw error.code === 'image-too-large' ? refusals.other() : refusals.notBase64()
    }
  }
  return found
}

async function formOf(request: FastifyRequest, bytes: Buffer, maxBytes: number): Promise<Form> {
  try {
    return await readForm(bytes, request.headers['content-type'] ?? '', maxBytes)
  } catch (error) {
    if (error instanceof AgnizeError) throw refusals.other()
    throw error
  }
}

/** A JSON body; an empty one is read as an empty object. @throws CompreFaceError */
export function jsonOf(
  request: FastifyRequest,
  bytes: Buffer,
  parse: (bytes: Buffer) => unknown = parseJson,
): object {
  if (bytes.length === 0) return {}
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
  if (type !== 'application/json') throw refusals.other()
  try {
    const json = parse(bytes)
    if (typeof json === 'object' && json !== null) return json
  } catch {
    // Invalid JSON is reported below.
  }
  throw refusals.other()
}

/** A subject's name in JSON. @throws CompreFaceError */
export function subjectIn(json: object): string {
  const { subject } = json as { subject?: unknown }
  if (typeof subject !== 'string' || subject.trim() === '') {
    throw refusals.validation('Subject name cannot be empty')
  }
  if (subject.length > 50) throw refusals.validation('Subject name size must be between 1 and 50')
  if (/[;/\\]/.test(subject)) throw refusals.characters()
  return subject
}

/** Embeddings in JSON. @throws CompreFaceError */
export function vectorsIn(json: object, name: string): number[][] {
  const given = (json as Record<string, unknown>)[name]
  if (!Array.isArray(given) || given.length === 0) throw refusals.noEmbeddings(1, 0)
  return given.map(vectorIn)
}

/** One embedding. @throws CompreFaceError */
export function vectorIn(value: unknown): number[] {
  if (!Array.isArray(value) || value.length === 0) throw refusals.noEmbeddings(1, 0)
  if (value.some((each) => typeof each !== 'number')) throw refusals.other()
  return value as number[]
}
