import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { MetadataValue, SubjectDetails, SubjectSummary } from '../../gallery/subject.js'
import { personJson } from '../../json/people-json.js'
import type { Agnize } from '../../library/agnize.js'
import { requireMatch } from '../etag.js'
import { operation } from '../operation.js'
import { recordView } from '../record-view.js'
import {
  cursorAfter,
  defaultLimit,
  filterOf,
  filterQuery,
  inGallery,
  ofSubject,
  pageQuery,
  placeOf,
  subjectNamed,
  subjectNameSchema,
  subjectWordSchema,
} from './parameters.js'
import { pageOf, time } from './shared-schemas.js'

const subjectSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    templates: z.int().describe('Number of enrolled faces with a template of the model in use.'),
    created_at: time,
    external_id: z.string().nullable(),
    metadata: z.record(z.string(), z.unknown()),
    tags: z.array(z.string()),
    purpose: z.string().nullable(),
    consented_at: z.string().nullable(),
    keep_until: z.string().nullable(),
  })
  .meta({ id: 'Subject' })

export const receiptSchema = z
  .object({
    format: z.string(),
    version: z.int(),
    gallery: z.string(),
    subject: z.string(),
    externalId: z.string().nullable(),
    reference: z.string().nullable(),
    erasedAt: time,
    actor: z.string(),
    removed: z.record(z.string(), z.int()),
    checks: z.object({ notFound: z.boolean(), rows: z.int() }),
    backups: z.array(z.object({ path: z.string(), at: z.string(), readable: z.boolean() })),
    signature: z.record(z.string(), z.unknown()),
  })
  .describe('Signed receipt; its field names are those of the receipt file, not of this API.')
  .meta({ id: 'ErasureReceipt' })

const tag = 'Subjects'

/** An external id or a purpose: empty for none, as forms send it. */
const wordOrEmpty = z.union([subjectWordSchema, z.literal('')])

/** A date, or a time with its zone. */
const day = z.union([z.iso.date(), z.iso.datetime({ offset: true })])

const details = {
  external_id: wordOrEmpty.nullable().optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  tags: z.array(subjectWordSchema).max(1000).optional(),
  purpose: wordOrEmpty.nullable().optional(),
  consented_at: day.nullable().optional(),
  keep_until: day.nullable().optional(),
}

const name = subjectNameSchema

function detailsOf(body: {
  external_id?: string | null | undefined
  metadata?: Record<string, unknown> | undefined
  tags?: string[] | undefined
  purpose?: string | null | undefined
  consented_at?: string | null | undefined
  keep_until?: string | null | undefined
}): Partial<SubjectDetails> {
  const { external_id, metadata, tags, purpose, consented_at, keep_until } = body
  return {
    ...(external_id !== undefined && { externalId: external_id }),
    ...(metadata !== undefined && { metadata: metadata as Record<string, MetadataValue> }),
    ...(tags !== undefined && { tags }),
    ...(purpose !== undefined && { purpose }),
    ...(consented_at !== undefined && { consentedAt: consented_at }),
    ...(keep_until !== undefined && { keepUntil: keep_until }),
  }
}

/** Largest body with details: a thousand tags of 200 characters and metadata of 64,000, in four bytes each, take 1,060 kB. */
const detailKilobytes = 1200

const path = '/v1/galleries/{gallery}/subjects'

/** URL path of a subject. */
const locationOf = (gallery: string, id: string) => `/v1/galleries/${gallery}/subjects/${id}`

async function personNamed(agnize: Agnize, given: string) {
  return personJson(await agnize.people.get(await subjectNamed(agnize, given)))
}

export const subjectOperations = [
  operation({
    id: 'listSubjects',
    method: 'GET',
    path,
    scope: 'read',
    tag,
    summary: 'List the subjects of a gallery',
    params: inGallery,
    query: pageQuery.extend(filterQuery.shape).extend({
      search: z
        .string()
        .max(500)
        .optional()
        .describe(
          'Words or parts of words of the name, in any order; case and accents are ignored.',
        ),
    }),
    answers: [
      {
        status: 200,
        description: 'One page of subjects, sorted by name.',
        schema: pageOf(subjectSchema),
      },
    ],
    handle: async ({ agnize, query }) => {
      const { limit = defaultLimit, cursor, search } = query
      const filter = filterOf(query)
      const people = await agnize.people.list({
        ...(filter && { filter }),
        ...(search && { search }),
        ...(cursor && { after: placeOf(cursor) }),
        limit: limit + 1,
      })
      const items = people.slice(0, limit)
      return {
        items: items.map(personJson),
        next: people.length > limit ? cursorAfter(items.at(-1)!.name) : null,
      }
    },
  }),
  operation({
    id: 'listTags',
    method: 'GET',
    path: '/v1/galleries/{gallery}/tags',
    scope: 'read',
    tag,
    summary: 'List the tags of subjects',
    params: inGallery,
    answers: [
      {
        status: 200,
        description: 'The tags in use, sorted by name.',
        schema: z.object({
          items: z.array(z.object({ tag: z.string(), subjects: z.int() })),
        }),
      },
    ],
    handle: async ({ agnize }) => ({ items: await agnize.people.tags() }),
  }),
  operation({
    id: 'createSubject',
    method: 'POST',
    path,
    scope: 'enroll',
    tag,
    summary: 'Create a subject without a face',
    params: inGallery,
    body: {
      kind: 'json',
      schema: z.strictObject({ name, ...details }),
      kilobytes: detailKilobytes,
    },
    answers: [{ status: 201, description: 'Added.', schema: subjectSchema }],
    errors: ['subject-exists', 'bad-name'],
    handle: async ({ agnize, gallery, body, reply }) => {
      const { name, ...rest } = body
      const person = await agnize.people.create(name, detailsOf(rest))
      reply.header('location', locationOf(gallery, person.id))
      return personJson(person)
    },
  }),
  operation({
    id: 'getSubject',
    method: 'GET',
    path: `${path}/{subject}`,
    scope: 'read',
    tag,
    summary: 'Get a subject',
    params: ofSubject,
    answers: [{ status: 200, description: 'The subject, with its ETag.', schema: subjectSchema }],
    errors: ['unknown-subject'],
    handle: ({ agnize, params }) => personNamed(agnize, params.subject),
  }),
  operation({
    id: 'getSubjectImage',
    method: 'GET',
    path: `${path}/{subject}/image`,
    scope: 'read',
    tag,
    summary: 'Get the picture that stands for a subject',
    description:
      'The face whose id is in the metadata as `portrait`, otherwise the best stored one.',
    params: ofSubject,
    answers: [{ status: 200, description: 'JPEG.', type: 'image/jpeg' }],
    errors: ['unknown-subject', 'unknown-face'],
    handle: async ({ session, agnize, params, reply }) => {
      const { id, name } = await agnize.people.get(await subjectNamed(agnize, params.subject))
      const image = await agnize.people.picture(name)
      await recordView(session, id)
      reply.header('cache-control', 'private, no-cache')
      return image
    },
  }),
  operation({
    id: 'updateSubject',
    method: 'PATCH',
    path: `${path}/{subject}`,
    scope: 'enroll',
    tag,
    summary: 'Change name, tags, metadata and other details of a subject',
    description:
      'Omitted fields stay unchanged. With `If-Match`, the change is made only if the subject is unchanged since it was read.',
    params: ofSubject,
    body: {
      kind: 'json',
      schema: z.strictObject({ name: name.optional(), ...details }),
      kilobytes: detailKilobytes,
    },
    answers: [{ status: 200, description: 'The subject after the change.', schema: subjectSchema }],
    errors: ['unknown-subject', 'subject-exists', 'bad-name', 'changed-meanwhile'],
    handle: async ({ agnize, params, body, request }) => {
      const { name: newName, ...rest } = body
      const name = await subjectNamed(agnize, params.subject)
      const updated = await agnize.people.update(
        name,
        { ...detailsOf(rest), ...(newName !== undefined && { name: newName }) },
        { check: (before) => requireMatch(request, personJson(before)) },
      )
      return personJson(updated)
    },
  }),
  operation({
    id: 'deleteSubject',
    method: 'DELETE',
    path: `${path}/{subject}`,
    scope: 'enroll',
    tag,
    summary: 'Delete a subject with all faces, corrections and events',
    params: ofSubject,
    answers: [{ status: 200, description: 'The deleted subject.', schema: subjectSchema }],
    errors: ['unknown-subject', 'changed-meanwhile'],
    handle: async ({ agnize, params, request }) => {
      const name = await subjectNamed(agnize, params.subject)
      const check = (before: SubjectSummary) => requireMatch(request, personJson(before))
      return personJson(await agnize.people.remove(name, { check }))
    },
  }),
  operation({
    id: 'mergeSubject',
    method: 'POST',
    path: `${path}/{subject}/merge`,
    scope: 'enroll',
    tag,
    summary: 'Merge a subject into another',
    description:
      'The other subject receives the faces, and this one is deleted. With `If-Match`, they are merged only if this subject is unchanged since it was read.',
    params: ofSubject,
    body: {
      kind: 'json',
      schema: z.strictObject({
        into: subjectNameSchema.describe('Id or name of the other subject.'),
      }),
    },
    answers: [{ status: 200, description: 'The other subject.', schema: subjectSchema }],
    errors: ['unknown-subject', 'changed-meanwhile'],
    handle: async ({ agnize, params, body, request }) => {
      const from = await subjectNamed(agnize, params.subject)
      const into = await subjectNamed(agnize, body.into)
      const check = (before: SubjectSummary) => requireMatch(request, personJson(before))
      return personJson(await agnize.people.merge(from, into, { check }))
    },
  }),
  operation({
    id: 'eraseSubject',
    method: 'POST',
    path: `${path}/{subject}/erase`,
    scope: 'admin',
    tag,
    summary: 'Erase a subject and return a signed receipt',
    description: 'Deletes the subject and checks that no data remains.',
    params: ofSubject,
    query: z.strictObject({
      reference: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe('Reference of the erasure request, included in the receipt.'),
    }),
    answers: [{ status: 200, description: 'The receipt.', schema: receiptSchema }],
    errors: ['unknown-subject'],
    handle: async ({ agnize, params, query }) =>
      agnize.people.erase(await subjectNamed(agnize, params.subject), {
        ...(query.reference !== undefined && { reference: query.reference }),
      }),
  }),
  operation({
    id: 'exportSubject',
    method: 'GET',
    path: `${path}/{subject}/export`,
    scope: 'admin',
    tag,
    summary: 'Export all data about a subject as one archive',
    params: ofSubject,
    answers: [{ status: 200, description: 'A .tar.gz archive.', type: 'application/gzip' }],
    errors: ['unknown-subject'],
    handle: async ({ server, agnize, params, reply }) => {
      // The next start deletes files that a crash leaves in this folder.
      const jobs = join(server.settings.home, 'jobs')
      await mkdir(jobs, { recursive: true, mode: 0o700 })
      const folder = await mkdtemp(join(jobs, 'export-'))
      try {
        const file = join(folder, 'export.tar.gz')
        await agnize.people.export(await subjectNamed(agnize, params.subject), file)
        const stream = createReadStream(file)
        stream.once('close', () => rm(folder, { recursive: true, force: true }))
        reply.header('content-disposition', 'attachment; filename="export.tar.gz"')
        reply.header('cache-control', 'no-store')
        return stream
      } catch (error) {
        await rm(folder, { recursive: true, force: true })
        throw error
      }
    },
  }),
]
