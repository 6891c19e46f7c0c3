import type { Probe } from '../../application/identification.js'
import { checkedEmbedding } from '../../application/identification.js'
import { AgnizeError } from '../../base/errors.js'
import type { Embedding } from '../../faces/embed.js'
import { blockingReasons } from '../../faces/quality.js'
import { modelId } from '../../models/card.js'
import type { GallerySession } from '../../session/gallery-session.js'
import type { CompreFaceCall, CompreFaceRoute } from './compreface-route.js'
import { executionTime, faceJson, facesOf, only, pluginVersions, wanted } from './faces-json.js'
import { refusals } from './refusal.js'
import { faceQueryOf, jsonOf, photosOf, vectorIn, vectorsIn } from './requests.js'
import { Scale } from './scale.js'
import { examplesOf, predictions } from './subject-lookup.js'

async function scaleOf(session: GallerySession): Promise<Scale> {
  return new Scale(await session.calibratedCard(), await session.measure())
}

/** The photos of a request. @throws CompreFaceError */
function photos({ server, request, bytes }: CompreFaceCall, names: readonly string[]) {
  return photosOf(request, bytes, names, server.settings.maxMegabytes * 1e6)
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
function likeness(scale: Scale, a: Required<Probe>, b: Required<Probe>): number {
  const judged = [a, b].every(({ quality }) => blockingReasons(quality).length === 0)
  return judged ? scale.between(a.embedding, b.embedding) : 0
}

/** Quality of a probe that was sent as an embedding: nothing is known of its face. */
const unknownQuality = { score: 1, reasons: [] } as const

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
      const query = faceQueryOf(call.query)
      const [photo] = await photos(call, ['file'])
      const found = await agnize.identifyPhoto(photo!, { signal })
      server.metrics.identified(found.faces.map(({ answer }) => answer))
      const scale = await scaleOf(session)
      const leaveOut = server.settings.strangers === 'leave-out'
      const result = []
      for (const face of wanted(found.faces, query)) {
        result.push({
          ...faceJson(face, query, executionTime(found, query)),
          subjects: await predictions(session, face, { count: query.predictions, leaveOut, scale }),
        })
      }
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
      const query = faceQueryOf(call.query)
      const [photo] = await photos(call, ['file'])
      const found = await facesOf(session, photo!, signal)
      const known = await enrolled(session, params.id!)
      const scale = await scaleOf(session)
      const result = wanted(found.faces, query).map((face) => ({
        ...faceJson(face, query, executionTime(found, query)),
        subject: known?.face.subject.name ?? '',
        similarity: known ? likeness(scale, known, face) : 0,
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
      const { predictions: count } = faceQueryOf(call.query)
      const vectors = vectorsIn(jsonOf(request, bytes), 'embeddings')
      const embeddings = await embeddingsOf(session, vectors)
      const scale = await scaleOf(session)
      const leaveOut = server.settings.strangers === 'leave-out'
      const verdicts = leaveOut
        ? await agnize.identifyEmbeddings(
            embeddings.map((embedding) => ({ embedding })),
            { allowDuplicates: true },
          )
        : []
      const result = []
      for (const [i, { vector }] of embeddings.entries()) {
        const examples =
          leaveOut && verdicts[i]!.answer !== 'match'
            ? []
            : await examplesOf(session, vector, count)
        const minSimilarity = leaveOut ? verdicts[i]!.threshold.value : -1
        result.push({
          embedding: vectors[i],
          similarities: examples
            .filter((example, place) => place === 0 || example.similarity >= minSimilarity)
            .map(({ subject, similarity }) => ({ subject, similarity: scale.of(similarity) })),
        })
      }
      return { result }
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
      const scale = await scaleOf(session)
      const result = embeddings.map((embedding, i) => ({
        embedding: vectors[i],
        similarity: known ? likeness(scale, known, { embedding, quality: unknownQuality }) : 0,
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
      const query = faceQueryOf(call.query)
      const [photo] = await photos(call, ['file'])
      const found = await facesOf(session, photo!, signal)
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
      const query = faceQueryOf(call.query)
      const [source, target] = await photos(call, ['source_image', 'target_image'])
      const [from, to] = await Promise.all(
        [source!, target!].map((photo) => facesOf(session, photo, signal)),
      )
      const face = only(from!.faces, query)
      const scale = await scaleOf(session)
      const matches = wanted(to!.faces, query).map((other) => ({
        ...faceJson(other, query, executionTime(to!, query)),
        similarity: likeness(scale, face, other),
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
      const scale = await scaleOf(session)
      const result = targets.map((target, i) => ({
        embedding: vectors[i],
        similarity: scale.between(source!, target),
      }))
      return { result: result.sort(bySimilarity) }
    },
  },
]
