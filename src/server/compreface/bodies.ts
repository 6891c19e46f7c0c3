import type { FastifyRequest } from 'fastify'
import { AgnizeError } from '../../base/errors.js'
import type { NamedBytes } from '../../image/photo.js'
import { fromBase64 } from '../photos/base64.js'
import { LongText, parseJson, parseJsonWithPhotos } from '../photos/json.js'
import { type Form, readForm } from '../photos/multipart.js'
import { refusals } from './refusal.js'

const emptyForm: Form = { files: new Map(), fields: {} }

/** Media type of a request's body, without parameters; empty where the request names none. */
const typeOf = ({ headers }: FastifyRequest) =>
  (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()

/** The form of a request; null for a body that is none. @throws CompreFaceError */
export async function formOf(
  request: FastifyRequest,
  bytes: Buffer,
  maxBytes: number,
): Promise<Form | null> {
  const type = typeOf(request)
  if (type === 'application/x-www-form-urlencoded') {
    return { ...emptyForm, fields: Object.fromEntries(new URLSearchParams(bytes.toString())) }
  }
  if (type !== 'multipart/form-data') return null
  if (bytes.length === 0) return emptyForm
  try {
    return await readForm(bytes, request.headers['content-type'] ?? '', maxBytes)
  } catch (error) {
    if (error instanceof AgnizeError) throw refusals.other()
    throw error
  }
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
  form: Form | null,
  names: readonly string[],
  maxBytes: number,
): Promise<NamedBytes[]> {
  if (form) {
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

/** A JSON body; an empty one is read as an empty object. @throws CompreFaceError */
export function jsonOf(
  request: FastifyRequest,
  bytes: Buffer,
  parse: (bytes: Buffer) => unknown = parseJson,
): object {
  if (bytes.length === 0) return {}
  if (typeOf(request) !== 'application/json') throw refusals.other()
  try {
    const json = parse(bytes)
    if (typeof json === 'object' && json !== null) return json
  } catch {
    // Invalid JSON is reported below.
  }
  throw refusals.other()
}

/** A subject's name in JSON; a number is read as its digits, as Jackson does. @throws CompreFaceError */
export function subjectIn(json: object): string {
  const given = (json as { subject?: unknown }).subject
  const subject = ['number', 'boolean'].includes(typeof given) ? String(given) : given
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
