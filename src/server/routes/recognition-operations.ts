import { z } from 'zod'
import { DetailsCache } from '../../application/details-cache.js'
import { compareProbes, largestFace } from '../../application/verification.js'
import { AgnizeError } from '../../base/errors.js'
import type { Face } from '../../faces/face.js'
import { qualityReasons } from '../../faces/quality.js'
import type { NamedBytes, Probe } from '../../index.js'
import {
  candidateJson,
  comparisonJson,
  faceJson,
  type PhotoResult,
  photoJson,
  verdictJson,
} from '../../json/photo-json.js'
import { livenessRefusals } from '../../liveness/liveness.js'
import type { GallerySession } from '../../session/gallery-session.js'
import { needingOneOf } from '../json-schema.js'
import { useResult } from '../live/challenge-result.js'
import { type Call, operation } from '../operation.js'
import {
  acceptOf,
  analysisOf,
  analysisQuery,
  embeddingSchema,
  identifyEmbeddingsQuery,
  identifyOptionsOf,
  identifyQuery,
  inGallery,
  photoErrors,
  photoJsonSchema,
  refusePhotoBesideResult,
  resultErrors,
  resultQuery,
  subjectNamed,
  subjectNameSchema,
  subjectReference,
  verifyQuery,
} from './parameters.js'
import {
  candidateSchema,
  faceSchema,
  givenQuality,
  similarity,
  thresholdSchema,
  verdictSchema,
} from './shared-schemas.js'

/** The faces of a photo. */
const photoSchema = z
  .object({
    width: z.int(),
    height: z.int(),
    faces: z.array(faceSchema).describe('The faces, largest first.'),
    faces_left_out: z.int().describe('Number of smaller faces beyond the limit.'),
    ms: z.number().describe('Processing time of the photo, in milliseconds.'),
  })
  .meta({ id: 'Photo' })

/** The faces of an identified photo, or the one that passed a challenge. */
const identifiedSchema = photoSchema
  .extend({
    greeting: z
      .string()
      .nullable()
      .optional()
      .describe(
        "The subject's own greeting phrase, `greeting` in its metadata; null where the gallery's phrase applies. Only with `liveness_result`.",
      ),
  })
  .meta({ id: 'IdentifiedPhoto' })

const verificationSchema = z
  .object({
    answer: z
      .enum(['match', 'no_match', 'not_judgeable'])
      .describe('`not_judgeable` if the quality score of a face is 0, whatever the similarity.'),
    match: z.boolean().describe('Whether the answer is `match`.'),
    reasons: z
      .array(z.enum([...qualityReasons, ...livenessRefusals]))
      .describe('Reason why the faces cannot be judged.'),
    similarity,
    cosine: z.number().describe('Cosine of the embeddings, before a cohort corrects it, −1 to 1.'),
    distance: z.number(),
    probability: z.number().nullable(),
    threshold: thresholdSchema,
    candidate: candidateSchema.nullable().describe('Null unless a subject is compared.'),
    faces: z
      .array(faceSchema.nullable())
      .describe('The faces compared; null where there was no photo.'),
  })
  .meta({ id: 'Verification' })

const tag = 'Recognition'

const onePhoto = { kind: 'photos', parts: ['photo'], many: false } as const

/** The response for a photo. */
function answerOf(result: PhotoResult, withEmbeddings: boolean) {
  const { schema_version: _, photo: __, ...answer } = photoJson('', result, withEmbeddings)
  return answer
}

/** The faces of a photo, with the time that the analysis took. */
async function analyzed(
  {
    session,
    photos,
    signal,
  }: Pick<Call<unknown, unknown, unknown>, 'session' | 'photos' | 'signal'>,
  query: z.infer<typeof analysisQuery>,
): Promise<PhotoResult> {
  return session.analyze(photos.one('photo'), { ...analysisOf(query), signal }, false)
}

const probe = z.strictObject({
  ...embeddingSchema.shape,
  quality: givenQuality
    .optional()
    .describe('Quality of the face from its detection; a face with score 0 is not judged.'),
})

function probeOf({ model, vector, quality }: z.infer<typeof probe>): Probe {
  return { embedding: { model, vector: Float32Array.from(vector) }, ...(quality && { quality }) }
}

const faceSide = z.strictObject({ ...photoJsonSchema.shape, embedding: probe.optional() })
const anySide = faceSide.extend({ subject: subjectReference.optional() })
const firstSide = faceSide.meta({
  id: 'VerificationFace',
  ...needingOneOf(faceSide, ['photo', 'photo_url', 'embedding']),
})
const side = anySide.meta({
  id: 'VerificationSide',
  ...needingOneOf(anySide, ['photo', 'photo_url', 'embedding', 'subject']),
})

/** One side of a comparison. */
type Side =
  | { readonly photo: NamedBytes }
  | { readonly probe: Probe; readonly face?: Face }
  | { readonly subject: string }

function sideOf(
  part: 'a' | 'b',
  { photos, body }: Pick<Call<unknown, unknown, unknown>, 'photos' | 'body'>,
  subject: string | undefined,
): Side {
  if (photos.has(part)) return { photo: photos.one(part) }
  const given = (body as Partial<Record<string, z.infer<typeof side> | string>>)[part]
  if (typeof given === 'object') {
    const { embedding, subject } = given
    if (embedding) return { probe: probeOf(embedding) }
    if (subject !== undefined) return { subject }
  }
  if (part === 'b' && subject !== undefined) return { subject }
  throw new AgnizeError(
    'bad-argument',
    `Side "${part}" is missing: send a photo, an embedding${part === 'b' ? ' or a subject' : ''}.`,
  )
}

export const recognitionOperations = [
  operation({
    id: 'detect',
    method: 'POST',
    path: '/v1/detect',
    scope: 'identify',
    tag,
    summary: 'Detect the faces in a photo',
    query: analysisQuery,
    body: { ...onePhoto, json: photoJsonSchema },
    heavy: true,
    answers: [{ status: 200, description: 'The faces.', schema: photoSchema }],
    errors: photoErrors,
    handle: async (call) => answerOf(await analyzed(call, call.query), false),
  }),
  operation({
    id: 'embed',
    method: 'POST',
    path: '/v1/embed',
    scope: 'identify',
    tag,
    summary: 'Detect the faces in a photo and compute their embeddings',
    query: analysisQuery,
    body: { ...onePhoto, json: photoJsonSchema },
    heavy: true,
    answers: [{ status: 200, description: 'The faces.', schema: photoSchema }],
    errors: photoErrors,
    handle: async (call) => {
      const result = await analyzed(call, call.query)
      const vectors = result.faces.map(({ embedding }) => embedding.vector)
      await call.server.quotas.computed(call.caller, 'embed', vectors)
      return answerOf(result, true)
    },
  }),
  operation({
    id: 'identify',
    method: 'POST',
    path: '/v1/galleries/{gallery}/identify',
    scope: 'identify',
    tag,
    summary: 'Identify the subjects in a photo',
    description:
      'The photo is not stored, unless recording is switched on for the gallery. With `liveness_result`, the face that passed the challenge is identified, and no body is sent.',
    params: inGallery,
    query: identifyQuery.extend(resultQuery.shape),
    body: { ...onePhoto, optional: true, json: photoJsonSchema },
    heavy: true,
    answers: [
      { status: 200, description: 'Every face with its answer.', schema: identifiedSchema },
    ],
    errors: [
      ...photoErrors,
      ...resultErrors,
      ...['unknown-subject', 'wrong-model', 'wrong-cohort', 'not-calibrated'],
    ] as const,
    handle: async (call) => {
      const { server, agnize, photos, query, signal } = call
      if (query.liveness_result !== undefined) return identifyPassed(call, query.liveness_result)
      const options = { ...identifyOptionsOf(query), signal }
      const result = await agnize.identifyPhoto(photos.one('photo'), options)
      server.metrics.identified(result.faces.map(({ answer }) => answer))
      return answerOf(result, query.embeddings ?? false)
    },
  }),
  operation({
    id: 'identifyEmbeddings',
    method: 'POST',
    path: '/v1/galleries/{gallery}/identify/embeddings',
    scope: 'identify',
    tag,
    summary: 'Identify the subjects of embeddings',
    description: 'The embeddings are those of one photo, computed elsewhere.',
    params: inGallery,
    query: identifyEmbeddingsQuery,
    body: {
      kind: 'json',
      schema: z.strictObject({ embeddings: z.array(probe).min(1).max(100) }),
      // A hundred embeddings of 512 numbers with all their digits take 1,041 kB.
      kilobytes: 1200,
    },
    heavy: true,
    embeddingsIn: ({ embeddings }) => embeddings.map(({ vector }) => vector),
    answers: [
      {
        status: 200,
        description: 'An answer for each embedding, in their order.',
        schema: z.object({ faces: z.array(verdictSchema) }),
      },
    ],
    errors: ['unknown-subject', 'wrong-model', 'wrong-cohort', 'not-calibrated'],
    handle: async ({ server, agnize, body, query }) => {
      const verdicts = await agnize.identifyEmbeddings(
        body.embeddings.map(probeOf),
        identifyOptionsOf(query),
      )
      server.metrics.identified(verdicts.map(({ answer }) => answer))
      return { faces: verdicts.map(verdictJson) }
    },
  }),
  operation({
    id: 'verify',
    method: 'POST',
    path: '/v1/galleries/{gallery}/verify',
    scope: 'identify',
    tag,
    summary: 'Compare two faces, or a face and a subject',
    description:
      'Uses the largest face of a photo. Side `a` is a photo or an embedding, side `b` the same or a subject; in a form, parts `a` and `b`, or `a` and a field `subject`. With `liveness_result`, side `a` is the face that passed the challenge.',
    params: inGallery,
    query: verifyQuery.extend(resultQuery.shape).extend({
      subject: subjectNameSchema.optional().describe('Id or name of the subject, as side `b`.'),
    }),
    body: {
      kind: 'photos',
      parts: ['a', 'b'],
      many: false,
      optional: true,
      json: z.strictObject({ a: firstSide.optional(), b: side.optional() }),
    },
    heavy: true,
    answers: [{ status: 200, description: 'The comparison.', schema: verificationSchema }],
    errors: [
      ...photoErrors,
      ...resultErrors,
      'no-face',
      'unknown-subject',
      'wrong-model',
      'wrong-cohort',
      'not-calibrated',
    ],
    handle: async (call) => {
      const { session, agnize, query, signal } = call
      const accept = acceptOf(query)
      const options = { ...analysisOf(query), ...(accept && { accept }), signal }
      const { subject = query.subject } = call.body as { subject?: string }
      const b = sideOf('b', call, subject)
      const a = await firstSideOf(call, query.liveness_result)
      if ('subject' in a) throw new AgnizeError('bad-argument', 'Only side "b" may be a subject.')
      const json = (face: Face | null) => face && faceJson(face, query.embeddings ?? false)
      const passed = 'probe' in a ? (a.face ?? null) : null
      if ('subject' in b) {
        const probe = 'photo' in a ? a.photo : a.probe
        const name = await subjectNamed(agnize, b.subject)
        const found = await agnize.verifySubject(probe, name, options)
        return {
          ...comparisonJson(found),
          candidate: candidateJson(found.candidate),
          faces: [json(found.face ?? passed), null],
        }
      }
      const [one, other] = await Promise.all([a, b].map((each) => faceOf(session, each, options)))
      const compared = await compareProbes(session, one!.probe, other!.probe, options)
      return {
        ...comparisonJson(compared),
        candidate: null,
        faces: [json(one!.face ?? passed), json(other!.face)],
      }
    },
  }),
]

async function faceOf(
  session: GallerySession,
  side: Exclude<Side, { subject: string }>,
  options: Parameters<typeof largestFace>[2],
): Promise<{ probe: Probe; face: Face | null }> {
  if ('probe' in side) return { probe: side.probe, face: null }
  const face = await largestFace(session, side.photo, options)
  return { probe: face, face }
}

/** Identifies the face that passed a challenge. */
async function identifyPassed(
  call: Call<unknown, z.infer<typeof identifyQuery>, unknown>,
  result: string,
) {
  const { server, session, agnize, caller, photos, query } = call
  const start = performance.now()
  refusePhotoBesideResult(photos.count > 0)
  const { width, height, face } = await useResult(server, session, caller, result)
  const [verdict] = await agnize.identifyEmbeddings([face], identifyOptionsOf(query))
  server.metrics.identified([verdict!.answer])
  return {
    ...{ width, height, faces_left_out: 0 },
    faces: [faceJson({ ...face, ...verdict! }, query.embeddings ?? false)],
    greeting: await new DetailsCache().phraseOf(agnize.people, verdict!.subject),
    ms: Math.round(10 * (performance.now() - start)) / 10,
  }
}

/** Side `a` of a comparison: what was sent, or the face that passed a challenge. */
async function firstSideOf(
  call: Call<unknown, unknown, unknown>,
  result: string | undefined,
): Promise<Side> {
  if (result === undefined) return sideOf('a', call, undefined)
  const { server, session, caller, photos, body } = call
  refusePhotoBesideResult(photos.has('a') || (body as { a?: unknown }).a !== undefined)
  const { face } = await useResult(server, session, caller, result)
  return { probe: face, face }
}
