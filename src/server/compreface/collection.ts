import { enroll } from '../../application/enrollment.js'
import { AgnizeError } from '../../base/errors.js'
import type { EnrolledFace } from '../../gallery/enrolled-faces.js'
import { recordView } from '../record-view.js'
import { jsonOf, photosOf, subjectIn } from './bodies.js'
import type { CompreFaceCall, CompreFaceRoute } from './compreface-route.js'
import { onlyOf } from './faces-json.js'
import { faceQueryOf, pageOf, subjectOf } from './parameters.js'
import { refusals } from './refusal.js'
import { knownName, requireName } from './subject-lookup.js'

/**
 * As CompreFace, this API also enrolls a face of too low quality, which is kept and listed but never searched; and a photo that is
 * there already, so that a client may delete the older ones when it has added the new.
 */
const likeCompreFace = { keepUnjudgeable: true, repeated: true } as const

const own = { service: 'recognition' } as const

/**
 * Refuses a request to delete everything that was meant for one thing: clients write an empty name or id of a variable into the
 * address, and CompreFace deletes the whole collection then.
 *
 * @throws CompreFaceError
 */
function refuseEmptyName({ request }: CompreFaceCall, refusal: () => Error): void {
  if (request.url.split('?')[0]!.endsWith('/')) throw refusal()
}

const exampleJson = ({ id, subject }: EnrolledFace) => ({ image_id: id, subject: subject.name })

/** The crop of an enrolled face; empty where none was kept. */
async function image({ session, agnize, params, reply }: CompreFaceCall): Promise<Uint8Array> {
  // Pages of other origins show the image by its address.
  if (params.key !== undefined) reply.header('cross-origin-resource-policy', 'cross-origin')
  // CompreFace sends `public`; here shared caches must not keep crops, which only key holders may see.
  reply.header('cache-control', 'private, max-age=31536000').type('application/octet-stream')
  try {
    const face = await agnize.people.face(params.id!)
    const bytes = await agnize.people.faceImage(face.id)
    await recordView(session, face.subject.id)
    return bytes
  } catch (error) {
    if (error instanceof AgnizeError && error.code === 'unknown-face') return new Uint8Array(0)
    throw error
  }
}

/** Deletes all subjects of the gallery, one transaction each, so that no lock is held for long. */
async function removeAll({ agnize }: CompreFaceCall): Promise<{ people: number; faces: number }> {
  const removed = { people: 0, faces: 0 }
  for (;;) {
    const people = await agnize.people.list({ limit: 500 })
    if (people.length === 0) return removed
    for (const { name } of people) {
      const { templates } = await agnize.people.remove(name)
      removed.people++
      removed.faces += templates
    }
  }
}

/** Routes for subjects and their examples (CompreFace's word for enrolled photos). */
export const collectionRoutes: readonly CompreFaceRoute[] = [
  {
    ...own,
    id: 'addSubject',
    method: 'POST',
    path: '/recognition/subjects',
    scope: 'enroll',
    body: { kilobytes: 64 },
    status: 201,
    handle: async ({ agnize, request, bytes }) => {
      const subject = subjectIn(jsonOf(request, bytes))
      if (await knownName(agnize, subject)) throw refusals.subjectExists()
      return { subject: (await agnize.people.create(subject)).name }
    },
  },
  {
    ...own,
    id: 'listSubjects',
    method: 'GET',
    path: '/recognition/subjects',
    scope: 'read',
    handle: async ({ agnize }) => ({
      subjects: (await agnize.people.list()).map(({ name }) => name),
    }),
  },
  {
    ...own,
    id: 'renameSubject',
    method: 'PUT',
    path: '/recognition/subjects/:subject',
    scope: 'enroll',
    body: { kilobytes: 64 },
    handle: async ({ agnize, params, request, bytes }) => {
      const old = subjectOf(params.subject!)
      const name = subjectIn(jsonOf(request, bytes))
      const known = await requireName(agnize, old)
      if (known === name) return { updated: false }
      const there = await knownName(agnize, name)
      if (there !== undefined && there !== known) await agnize.people.merge(known, there)
      else await agnize.people.rename(known, name)
      return { updated: true }
    },
  },
  {
    ...own,
    id: 'deleteSubject',
    method: 'DELETE',
    path: '/recognition/subjects/:subject',
    scope: 'enroll',
    handle: async ({ agnize, params }) => {
      const name = await requireName(agnize, subjectOf(params.subject!))
      await agnize.people.remove(name)
      return { subject: name }
    },
  },
  {
    ...own,
    id: 'deleteSubjects',
    method: 'DELETE',
    path: '/recognition/subjects',
    scope: 'enroll',
    handle: async (call) => {
      refuseEmptyName(call, refusals.blankSubject)
      const subject = call.query.get('subject')
      if (subject !== null) throw subject.trim() === '' ? refusals.blankSubject() : refusals.other()
      return { deleted: (await removeAll(call)).people }
    },
  },
  {
    ...own,
    id: 'addExample',
    method: 'POST',
    path: '/recognition/faces',
    scope: 'enroll',
    body: { photos: 1 },
    heavy: true,
    status: 201,
    handle: async ({ server, session, agnize, query, request, bytes, form, signal }) => {
      const subject = subjectOf(query.get('subject'))
      const faces = faceQueryOf(query)
      const { maxMegabytes } = server.settings
      const [photo] = await photosOf(request, bytes, form, ['file'], maxMegabytes * 1e6)
      const name = (await knownName(agnize, subject)) ?? subject
      const { enrolled } = await enroll(session, name, photo!, {
        ...likeCompreFace,
        choose: onlyOf(await session.detectionCard(), faces),
        signal,
      })
      return exampleJson(await agnize.people.face(enrolled[0]!.templateId))
    },
  },
  {
    ...own,
    id: 'listExamples',
    method: 'GET',
    path: '/recognition/faces',
    scope: 'read',
    handle: async ({ agnize, query }) => {
      const { page, size } = pageOf(query)
      const subject = query.get('subject')
      const { total, faces } = await agnize.people.faces({
        ...(subject && { subject }),
        offset: page * size,
        limit: size,
      })
      return {
        faces: faces.map(exampleJson),
        page_number: page,
        page_size: size,
        total_pages: Math.ceil(total / size),
        total_elements: total,
      }
    },
  },
  {
    ...own,
    id: 'deleteExamples',
    method: 'DELETE',
    path: '/recognition/faces',
    scope: 'enroll',
    handle: async (call) => {
      const { agnize, query } = call
      refuseEmptyName(call, refusals.blankImage)
      if (!query.has('subject')) return { deleted: (await removeAll(call)).faces }
      const name = await knownName(agnize, subjectOf(query.get('subject')))
      if (name === undefined) return { deleted: 0 }
      return { deleted: (await agnize.people.remove(name)).templates }
    },
  },
  {
    ...own,
    id: 'deleteExample',
    method: 'DELETE',
    path: '/recognition/faces/:id',
    scope: 'enroll',
    handle: async ({ agnize, params }) => {
      const [face] = await agnize.people.removeFaces([params.id!])
      if (!face) throw refusals.unknownImage(params.id!)
      return exampleJson(face)
    },
  },
  {
    ...own,
    id: 'deleteSomeExamples',
    method: 'POST',
    path: '/recognition/faces/delete',
    scope: 'enroll',
    body: { kilobytes: 1000 },
    handle: async ({ agnize, request, bytes }) => {
      const ids = jsonOf(request, bytes)
      if (!Array.isArray(ids) || ids.some((id) => typeof id !== 'string')) throw refusals.other()
      return (await agnize.people.removeFaces(ids as string[])).map(exampleJson)
    },
  },
  {
    ...own,
    id: 'getExampleImage',
    method: 'GET',
    path: '/recognition/faces/:id/img',
    scope: 'read',
    handle: image,
  },
  {
    ...own,
    id: 'getStaticImage',
    method: 'GET',
    path: '/static/:key/images/:id',
    scope: 'read',
    handle: image,
  },
]
