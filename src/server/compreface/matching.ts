import type { CheckedProbe } from '../../application/identification.js'
import { checkedEmbedding } from '../../application/identification.js'
import { AgnizeError } from '../../base/errors.js'
import type { Embedding } from '../../faces/embed.js'
import { blockingReasons } from '../../faces/quality.js'
import { modelId } from '../../models/card.js'
import type { GallerySession } from '../../session/gallery-session.js'
import { jsonOf, photosOf, vectorIn, vectorsIn } from './bodies.js'
import type { CompreFaceCall, CompreFaceRoute } from './compreface-route.js'
import {
  aboutNotGuessed,
  executionTime,
  faceJson,
  facesOf,
  only,
  pluginVersions,
  wanted,
  withScores,
} from './faces-json.js'
import { type FaceQuery, faceQueryOf } from './parameters.js'
import { predictionsOf } from './predictions.js'
import { refusals } from './refusal.js'
import { Scale } from './scale.js'

/** Compares pairs of embeddings on CompreFace's scale. */
async function comparison(session: GallerySession) {
  const [scale, measure] = [new Scale(await session.calibratedCard()), await session.measure()]
  return (a: Embedding, b: Embedding) => scale.between(measure, a, b)
}

type Comparison = Awaited<ReturnType<typeof comparison>>

/** The faces and fields that a request asks for; a header says which fields it will not get. @throws CompreFaceError */
function faceQueryIn({ query, reply }: CompreFaceCall): FaceQuery {
  const asked = faceQueryOf(query)
  const about = aboutNotGuessed(asked)
  if (about !== undefined) reply.header('warning', `299 - "${about}"`)
  return asked
}

/** The photos of a request. @throws CompreFaceError */
function photos({ server, request, bytes, form }: CompreFaceCall, names: readonly string[]) {
  return photosOf(request, bytes, form, names, server.settings.maxMegabytes * 1e6)
}

/** Reads embeddings and requires the length of the model in use. @throws CompreFaceError */
async function embeddingsOf(
  session: GallerySession,
  vectors: readonly number[][],
): Promise<Embedding[]> {
  const card = await session.card()
  return vectors.map((vector) => {
    try {
      return checkedEmbedding({ model: modelId(card), vector: Float32Array.from(vector) }, card)
    } catch (error) {
      if (error instanceof AgnizeError) throw refusals.other()
      throw error
    }
  })
}

/** The embedding of an enrolled photo and its subject; null where there is none. */
async function enrolled(session: GallerySession, id: string) {
  try {
    const { store } = await session.gallery()
    const face = await store.enrolled.get(id)
    const model = modelId(await session.card())
    return {
      face,
      embedding: { model, vector: await store.enrolled.vector(face.id) },
      quality: { score: face.quality, reasons: [] },
    }
  } catch (error) {
    if (error instanceof AgnizeError && error.code === 'unknown-face') return null
    throw error
  }
}

/** Similarity of two faces on CompreFace's scale; 0 where one is of too low quality, since CompreFace has no other answer. */
function likeness(compare: Comparison, a: CheckedProbe, b: CheckedProbe): number {
  const judged = [a, b].every(({ quality }) => blockingReasons(quality).length === 0)
  return judged ? compare(a.embedding, b.embedding) : 0
}

/** Quality of a probe that was sent as an embedding: nothing is known of its face. */
const unknownQuality = { score: 1, reasons: [] } as const

/** Each face is named by itself, as in CompreFace, and with as many candidates as the request lists. */
async function optionsOf({ session, query }: CompreFaceCall) {
  const { people } = await (await session.gallery()).store.state()
  const { predictions } = faceQueryOf(query)
  return { allowDuplicates: true, candidates: Math.max(1, Math.min(predictions, people)) }
}

const bySimilarity = (a: { similarity: number }, b: { similarity: number }) =>
  b.similarity - a.similarity

/** Recognition, detection and verification. */
export const matchingRoutes: readonly CompreFaceRoute[] = [
  {
    id: 'recognize',
    method: 'POST',
    path: '/recognition/recognize',
    service: 'recognition',
    scope: 'identify',
    body: { photos: 1 },
    heavy: true,
    handle: async (call) => {
      const { server, session, agnize, signal } = call
      const query = faceQueryIn(call)
      const [photo] = await photos(call, ['file'])
      const found = await agnize.identifyPhoto(photo!, {
        ...{ signal, detect: query.detect },
        ...(await optionsOf(call)),
      })
      server.metrics.identified(found.faces.map(({ answer }) => answer))
      const faces = wanted(await withScores(session, found.faces), query)
      const subjects = await predictionsOf(agnize, session, faces, {
        count: query.predictions,
        strangers: server.settings.strangers,
      })
      const result = faces.map((face, i) => ({
        ...faceJson(face, query, executionTime(found, query)),
        subjects: subjects[i],
      }))
      return { result, ...(await pluginVersions(session, query)) }
    },
  },
  {
    id: 'verifyExample',
    method: 'POST',
    path: '/recognition/faces/:id/verify',
    service: 'recognition',
    scope: 'identify',
    body: { photos: 1 },
    heavy: true,
    handle: async (call) => {
      const { session, params, signal } = call
      const query = faceQueryIn(call)
      const [photo] = await photos(call, ['file'])
      const found = await facesOf(session, photo!, query, signal)
      const known = await enrolled(session, params.id!)
      const compare = await comparison(session)
      const result = wanted(found.faces, query).map((face) => ({
        ...faceJson(face, query, executionTime(found, query)),
        subject: known?.face.subject.name ?? '',
        similarity: known ? likeness(compare, known, face) : 0,
      }))
      return { result, ...(await pluginVersions(session, query)) }
    },
  },
  {
    id: 'recognizeEmbeddings',
    method: 'POST',
    path: '/recognition/embeddings/recognize',
    service: 'recognition',
    scope: 'identify',
    body: { kilobytes: 1200 },
    heavy: true,
    handle: async (call) => {
      const { server, session, agnize, request, bytes } = call
      const vectors = vectorsIn(jsonOf(request, bytes), 'embeddings')
      const embeddings = await embeddingsOf(session, vectors)
      const verdicts = await agnize.identifyEmbeddings(
        embeddings.map((embedding) => ({ embedding })),
        await optionsOf(call),
      )
      const similarities = await predictionsOf(agnize, session, verdicts, {
        count: faceQueryOf(call.query).predictions,
        strangers: server.settings.strangers,
      })
      return {
        result: vectors.map((embedding, i) => ({ embedding, similarities: similarities[i] })),
      }
    },
  },
  {
    id: 'verifyExampleEmbeddings',
    method: 'POST',
    path: '/recognition/embeddings/faces/:id/verify',
    service: 'recognition',
    scope: 'identify',
    body: { kilobytes: 1200 },
    handle: async ({ session, params, request, bytes }) => {
      const vectors = vectorsIn(jsonOf(request, bytes), 'embeddings')
      const embeddings = await embeddingsOf(session, vectors)
      const known = await enrolled(session, params.id!)
      const compare = await comparison(session)
      const result = embeddings.map((embedding, i) => ({
        embedding: vectors[i],
        similarity: known ? likeness(compare, known, { embedding, quality: unknownQuality }) : 0,
      }))
      return { result: result.sort(bySimilarity) }
    },
  },
  {
    id: 'detectFaces',
    method: 'POST',
    path: '/detection/detect',
    service: 'detection',
    scope: 'identify',
    body: { photos: 1 },
    heavy: true,
    handle: async (call) => {
      const { session, signal } = call
      const query = faceQueryIn(call)
      const [photo] = await photos(call, ['file'])
      const found = await facesOf(session, photo!, query, signal)
      return {
        result: wanted(found.faces, query).map((face) =>
          faceJson(face, query, executionTime(found, query)),
        ),
        ...(await pluginVersions(session, query)),
      }
    },
  },
  {
    id: 'verifyFaces',
    method: 'POST',
    path: '/verification/verify',
    service: 'verification',
    scope: 'identify',
    body: { photos: 2 },
    heavy: true,
    handle: async (call) => {
      const { session, signal } = call
      const query = faceQueryIn(call)
      const [source, target] = await photos(call, ['source_image', 'target_image'])
      const [from, to] = await Promise.all(
        [source!, target!].map((photo) => facesOf(session, photo, query, signal)),
      )
      const face = only(from!.faces, query)
      const compare = await comparison(session)
      const matches = wanted(to!.faces, query).map((other) => ({
        ...faceJson(other, query, executionTime(to!, query)),
        similarity: likeness(compare, face, other),
      }))
      return {
        result: [
          {
            source_image_face: faceJson(face, query, executionTime(from!, query)),
            face_matches: matches,
            ...(await pluginVersions(session, query)),
          },
        ],
      }
    },
  },
  {
    id: 'verifyEmbeddings',
    method: 'POST',
    path: '/verification/embeddings/verify',
    service: 'verification',
    scope: 'identify',
    body: { kilobytes: 1200 },
    handle: async ({ session, request, bytes }) => {
      const json = jsonOf(request, bytes) as Record<string, unknown>
      const [source] = await embeddingsOf(session, [vectorIn(json.source)])
      const vectors = vectorsIn(json, 'targets')
      const targets = await embeddingsOf(session, vectors)
      const compare = await comparison(session)
      const result = targets.map((target, i) => ({
        embedding: vectors[i],
        similarity: compare(source!, target),
      }))
      return { result: result.sort(bySimilarity) }
    },
  },
]
