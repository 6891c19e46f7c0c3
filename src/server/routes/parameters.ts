import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import type { SubjectFilter } from '../../gallery/subject.js'
import { maxLengths } from '../../gallery/subject-details.js'
import { subjectNamePattern, wordPattern } from '../../gallery/subject-name.js'
import type { AnalyzeOptions, IdentifyOptions } from '../../index.js'
import type { Agnize } from '../../library/agnize.js'
import { livenessModes } from '../../liveness/liveness.js'
import type { AcceptedError } from '../../recognition/threshold.js'
import { describedAs, needingOneOf } from '../json-schema.js'

/** A UUID. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export const inGallery = z.object({
  gallery: z.string().min(1).max(100).describe('Name of the gallery.'),
})

/** Most characters (code points, as JSON Schema counts) of a text that is sent, with the white space around it. */
const maxSent = 500
const sentText = z
  .string()
  .refine((text) => [...text].length <= maxSent, `more than ${maxSent} characters`)

/** The name of a subject: the gallery checks it, and its errors say what is wrong; the document has its pattern. */
export const subjectNameSchema = sentText
  .min(1)
  .meta({ id: 'SubjectName', maxLength: maxSent, pattern: subjectNamePattern })

/** A subject by id or name. */
export const subjectReference = subjectNameSchema.describe('Id or name of the subject.')

/** A tag, a purpose or an external id, which the gallery checks too. */
export const subjectWordSchema = sentText.meta({
  id: 'SubjectWord',
  minLength: 1,
  maxLength: maxSent,
  pattern: wordPattern(maxLengths.word),
})

export const ofSubject = inGallery.extend({ subject: subjectReference })

/** The name of a subject given by id or by name. @throws AgnizeError `unknown-subject`. */
export async function subjectNamed(agnize: Agnize, given: string): Promise<string> {
  if (uuid.test(given)) {
    const found = await agnize.people.withId(given.toLowerCase())
    if (found) return found.name
  }
  return given
}

/** A query parameter that may be repeated. */
export const several = (item: z.ZodType<string>) =>
  z.union([item, z.array(item)]).transform((value) => (Array.isArray(value) ? value : [value]))

/** A boolean query parameter. */
export const flag = z
  .enum(['true', 'false'])
  .transform((value) => value === 'true')
  .meta({ type: 'boolean', enum: undefined })

/** A numeric query parameter. */
const inQuery = (schema: z.ZodNumber | z.ZodInt) =>
  z
    .string()
    .regex(/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i, 'Give a number.')
    .transform(Number)
    .pipe(schema)
    .meta(describedAs(schema))

export const pageQuery = z.object({
  limit: inQuery(z.int().min(1).max(1000))
    .optional()
    .describe('Maximum number of items; default 100.'),
  cursor: z
    .string()
    .max(1000)
    .regex(/^[A-Za-z0-9_-]*$/, 'Give the `next` of a page.')
    .optional()
    .describe('`next` of the previous page.'),
})

export const defaultLimit = 100

/** The cursor of the next page: it names the last item, so that changes to earlier items do not shift the pages. */
export const cursorAfter = (place: string) => Buffer.from(place).toString('base64url')

/** Inverse of {@link cursorAfter}. */
export const placeOf = (cursor: string) => Buffer.from(cursor, 'base64url').toString()

export const filterQuery = z.object({
  subject: several(subjectNameSchema).optional().describe('Only subjects with one of these names.'),
  tag: several(subjectWordSchema).optional().describe('Only subjects with all of these tags.'),
  where: several(
    z
      .string()
      .max(1000)
      .regex(/^[^=]+=/, 'Give field=value.'),
  )
    .optional()
    .describe(
      'Only subjects with this `field=value` in the metadata; the value is JSON, or otherwise a text.',
    ),
})

export function filterOf({
  subject,
  tag,
  where,
}: z.infer<typeof filterQuery>): SubjectFilter | undefined {
  if (!subject && !tag && !where) return undefined
  return {
    ...(subject && { subjects: subject }),
    ...(tag && { tags: tag }),
    ...(where && { metadata: Object.fromEntries(where.map(field)) }),
  }
}

function field(text: string): [string, string | number | boolean | null] {
  const at = text.indexOf('=')
  if (at < 1)
    throw new AgnizeError('bad-argument', `where: ${text} is not of the form field=value.`)
  const value = text.slice(at + 1)
  try {
    const json = JSON.parse(value) as unknown
    if (json === null || typeof json !== 'object') return [text.slice(0, at), json as string]
  } catch {
    // A value that is not JSON counts as text.
  }
  return [text.slice(0, at), value]
}

export const analysisQuery = z.object({
  detail: z
    .enum(['fast', 'auto', 'full'])
    .optional()
    .describe('Thoroughness of the search for small faces; default auto.'),
  flip: flag
    .optional()
    .describe('Whether to average each embedding with that of the mirrored face; default false.'),
  liveness: z
    .enum(livenessModes)
    .optional()
    .describe(
      'Whether faces are told from pictures of faces: `observe` reports it, `require` recognizes live faces only; default `off`.',
    ),
})

export function analysisOf(query: z.infer<typeof analysisQuery>): AnalyzeOptions {
  const { detail, flip, liveness } = query
  return { ...(detail && { detail }), ...(flip && { flip }), ...(liveness && { liveness }) }
}

const livenessNeedsPhoto = 'Liveness is judged on a photo, not on an embedding: send the photo.'

/** @throws AgnizeError `bad-argument` where liveness is asked for without a photo. */
export function refuseLiveness({ liveness = 'off' }: z.infer<typeof analysisQuery>): void {
  if (liveness !== 'off') throw new AgnizeError('bad-argument', livenessNeedsPhoto)
}

export const embeddingQuery = z.object({
  embeddings: flag
    .optional()
    .describe('Whether to return the embedding of each face; default false.'),
})

const rate = inQuery(z.number().gt(0).lt(1))

export const resultQuery = z.object({
  liveness_result: z
    .string()
    .max(2000)
    .optional()
    .describe('Result of a challenge, in place of the photo: the face that passed it.'),
})

/** Errors of operations that take the result of a challenge. */
export const resultErrors = [
  'liveness-result-unknown',
  'liveness-result-used',
  'liveness-result-expired',
  'liveness-result-elsewhere',
  'liveness-result-photo',
] as const

/** @throws AgnizeError `liveness-result-photo` where a face is sent along with a result. */
export function refusePhotoBesideResult(isThere: boolean): void {
  if (!isThere) return
  throw new AgnizeError(
    'liveness-result-photo',
    'The result of a challenge takes the place of the photo: leave out the photo.',
  )
}

export const identifyQuery = analysisQuery.extend(filterQuery.shape).extend({
  ...embeddingQuery.shape,
  fpir: rate
    .optional()
    .describe('Share of strangers who may be named by a search, between 0 and 1; default 0.001.'),
  fmr: rate
    .optional()
    .describe('False match rate of a single comparison, between 0 and 1, instead of `fpir`.'),
  threshold: inQuery(z.number().min(-1).max(1))
    .optional()
    .describe('Fixed similarity from −1 to 1, instead of a rate.'),
  candidates: inQuery(z.int().min(1).max(100)).optional().describe('Default 5.'),
  fusion: z
    .enum(['mean', 'best'])
    .optional()
    .describe('How the similarities of several templates are combined.'),
  allow_duplicates: flag
    .optional()
    .describe(
      'Whether a subject may appear more than once in a photo, as in mirrors; default false.',
    ),
})

/** {@link identifyQuery} of embeddings, whose liveness cannot be judged. */
export const identifyEmbeddingsQuery = identifyQuery.extend({
  liveness: z.enum(['off'], { error: livenessNeedsPhoto }).optional().describe(livenessNeedsPhoto),
})

export function identifyOptionsOf(query: z.infer<typeof identifyQuery>): IdentifyOptions {
  const { candidates, fusion, allow_duplicates: allowDuplicates } = query
  const among = filterOf(query)
  const accept = acceptOf(query)
  return {
    ...analysisOf(query),
    ...(accept && { accept }),
    ...(candidates && { candidates }),
    ...(fusion && { fusion }),
    ...(among && { among }),
    ...(allowDuplicates && { allowDuplicates }),
  }
}

export const verifyQuery = analysisQuery.extend({
  ...embeddingQuery.shape,
  fmr: rate
    .optional()
    .describe(
      'Share of different people who may pass as the same, between 0 and 1; default 0.001.',
    ),
  threshold: inQuery(z.number().min(-1).max(1))
    .optional()
    .describe('Fixed similarity from −1 to 1, instead of a rate.'),
})

/** The acceptance rule in a query. @throws AgnizeError `bad-argument` where the query gives more than one. */
export function acceptOf({
  fpir,
  fmr,
  threshold,
}: {
  readonly fpir?: number | undefined
  readonly fmr?: number | undefined
  readonly threshold?: number | undefined
}): AcceptedError | undefined {
  const given = [fpir, fmr, threshold].filter((value) => value !== undefined)
  if (given.length > 1) {
    throw new AgnizeError('bad-argument', 'Give only one of fpir, fmr and threshold.')
  }
  if (fpir !== undefined) return { fpir }
  if (fmr !== undefined) return { fmr }
  return threshold === undefined ? undefined : { similarity: threshold }
}

/** A point in a photo, as `x,y` in pixels. */
export const atQuery = z
  .string()
  .regex(/^\d+(\.\d+)?,\d+(\.\d+)?$/, 'Give two numbers, such as 812,430.')
  .transform((text): [number, number] => {
    const [x, y] = text.split(',').map(Number)
    return [x!, y!]
  })

/** Errors of operations that take a photo. */
export const photoErrors = [
  'not-an-image',
  'image-damaged',
  'image-too-large',
  'photo-crashed',
  'photo-not-found',
  'url-refused',
] as const

/** A photo in JSON. */
const photoFields = z.object({
  // Decoding checks it: this schema gets a body without the photo's text.
  photo: z.string().optional().meta({
    description: 'The photo in base64, or as a data: URL.',
    minLength: 1,
    format: 'byte',
    contentEncoding: 'base64',
  }),
  photo_url: z
    .string()
    .max(4000)
    .optional()
    .meta({ format: 'uri' })
    .describe('Address from which the server fetches the photo, if its settings permit it.'),
  name: z.string().max(500).optional().describe('File name of the photo.'),
})

export const photoJsonSchema = photoFields.meta({
  id: 'PhotoInput',
  ...needingOneOf(photoFields, ['photo', 'photo_url']),
})

export const embeddingSchema = z
  .object({
    model: z.string().max(500).describe('Id of the model that computed the embedding.'),
    vector: z.array(z.number()).min(1).max(4096),
  })
  .meta({ id: 'Embedding' })

/**
 * The name of the subject that receives faces: given by id or by name; a name may be new.
 *
 * @throws AgnizeError `unknown-subject` for a UUID that is no subject's id.
 */
export async function recipientNamed(agnize: Agnize, given: string): Promise<string> {
  const name = await subjectNamed(agnize, given)
  if (!uuid.test(name)) return name
  throw new AgnizeError(
    'unknown-subject',
    `There is no subject with the id ${name}: list the subjects to find it.`,
  )
}

/** The query of a live connection. */
export const liveQuery = identifyQuery.extend({
  camera: z.string().max(100).default('camera').describe('Name of the camera in recorded visits.'),
  challenge: z
    .string()
    .max(100)
    .optional()
    .describe('Id of a challenge: the frames follow it, and nobody is identified.'),
})
