import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import { maxPurposeLength, maxRetentionDays } from '../../gallery/gallery-settings.js'
import type { GallerySummary } from '../../gallery/store.js'
import { auditEntryJson } from '../../json/people-json.js'
import type { Agnize } from '../../library/agnize.js'
import { recordOfAccounts } from '../accounts/sign-in.js'
import { requireMatch } from '../etag.js'
import { requireAllGalleries, sees, unknownGallery } from '../keys/caller.js'
import { operation } from '../operation.js'
import { galleryName } from '../served-galleries.js'
import { cursorAfter, defaultLimit, inGallery, pageQuery, placeOf } from './parameters.js'
import { pageOf, time } from './shared-schemas.js'

const gallerySchema = z
  .object({
    name: z.string(),
    people: z.int().describe('Number of subjects with photos, who can be recognized.'),
    subjects: z.int().describe('Number of all subjects, those without a photo included.'),
    templates: z.int(),
    model: z.string().nullable(),
    protected: z.boolean(),
  })
  .meta({ id: 'Gallery' })

const gallerySettingsSchema = z
  .object({
    purpose: z.string().nullable().describe('Purpose for which subjects are kept.'),
    keep_days: z
      .int()
      .nullable()
      .describe('Number of days that subjects are kept; null for no limit.'),
    events: z
      .object({
        recording: z.boolean().describe('Whether identifications are recorded.'),
        keep_days: z.int().nullable(),
        faces: z.boolean().describe('Whether the faces are stored too.'),
      })
      .describe(
        'Records of identifications; off by default, so that nothing of a photo is stored.',
      ),
    visits: z
      .object({
        recording: z.boolean().describe('Whether visits at live cameras are recorded.'),
        keep_days: z.int(),
      })
      .describe(
        'Records of visits with the best face of each, including unknown visitors; off by default.',
      ),
  })
  .meta({ id: 'GallerySettings' })

const auditEntrySchema = z
  .object({
    number: z.int(),
    at: time,
    actor: z.string(),
    action: z.string(),
    subject_id: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEntry' })

const tag = 'Galleries'

const galleryJson = ({ isProtected, ...gallery }: GallerySummary, subjects = 0) => ({
  ...gallery,
  subjects,
  protected: isProtected,
})

async function settingsJson(agnize: Agnize) {
  const { purpose, days } = await agnize.gallery.retention()
  const events = await agnize.decisions.settings()
  const visits = await agnize.visits.settings()
  return {
    purpose,
    keep_days: days,
    events: { recording: events.recording, keep_days: events.days, faces: events.faces },
    visits: { recording: visits.recording, keep_days: visits.days },
  }
}

const days = z.int().min(1).max(maxRetentionDays)

export const galleryOperations = [
  operation({
    id: 'listGalleries',
    method: 'GET',
    path: '/v1/galleries',
    scope: 'read',
    tag,
    summary: 'List the galleries of the key',
    answers: [
      {
        status: 200,
        description: 'The galleries, sorted by name.',
        schema: z.object({ items: z.array(gallerySchema) }),
      },
    ],
    handle: async ({ server, caller }) => {
      const all = await server.galleries.list()
      const counts = await server.galleries.subjectCounts()
      const own = all.filter(({ name }) => sees(caller, name))
      return { items: own.map((each) => galleryJson(each, counts.get(each.name))) }
    },
  }),
  operation({
    id: 'createGallery',
    method: 'POST',
    path: '/v1/galleries',
    scope: 'admin',
    tag,
    summary: 'Create a gallery',
    description: 'Requires a key for all galleries.',
    body: {
      kind: 'json',
      schema: z.strictObject({
        name: z.string().max(200).meta({ maxLength: undefined, pattern: galleryName.source }),
      }),
    },
    answers: [{ status: 201, description: 'The created gallery.', schema: gallerySchema }],
    errors: ['gallery-exists', 'bad-name'],
    handle: async ({ server, caller, body, reply }) => {
      requireAllGalleries(caller)
      const made = await server.galleries.create(body.name)
      reply.header('location', `/v1/galleries/${made.name}`)
      return galleryJson(made)
    },
  }),
  operation({
    id: 'getGallery',
    method: 'GET',
    path: '/v1/galleries/{gallery}',
    scope: 'read',
    tag,
    summary: 'Get a gallery',
    params: inGallery,
    answers: [{ status: 200, description: 'The gallery.', schema: gallerySchema }],
    handle: async ({ server, gallery }) => {
      const found = (await server.galleries.list()).find(({ name }) => name === gallery)
      if (!found) throw unknownGallery(gallery)
      return galleryJson(found, (await server.galleries.subjectCounts()).get(gallery))
    },
  }),
  operation({
    id: 'deleteGallery',
    method: 'DELETE',
    path: '/v1/galleries/{gallery}',
    scope: 'admin',
    tag,
    summary: 'Delete a gallery with all its subjects',
    description:
      'Keys lose access to the gallery. Its audit log is deleted too; that of `default` contains the changes of accounts. The deletion is recorded in the audit log of the default gallery, which is created again if it was deleted. Requires a key for all galleries. `confirm` must repeat the name of the gallery, so that an address shortened on its way, as by a subject named "..", deletes nothing.',
    params: inGallery,
    query: z.object({ confirm: z.string().max(100).describe('The name of the deleted gallery.') }),
    answers: [{ status: 204, description: 'Deleted.' }],
    handle: async ({ server, agnize, caller, gallery, query }) => {
      requireAllGalleries(caller)
      if (query.confirm !== gallery) {
        throw new AgnizeError(
          'bad-argument',
          'confirm is not the name of the gallery: repeat the name to delete it.',
        )
      }
      const [last] = await agnize.gallery.latestAudit({ limit: 1 })
      await server.jobs.cancelOf(gallery)
      // First the rights: who is stopped between leaves none on a later gallery of that name.
      await server.keys.forgetGallery(gallery)
      await server.accounts.forgetGallery(gallery)
      await server.galleries.remove(gallery)
      // A key that was created for it meanwhile.
      await server.keys.forgetGallery(gallery)
      // The default gallery always exists: it is created again, empty.
      if (gallery === 'default') await server.galleries.create(gallery)
      await recordOfAccounts(server, 'gallery-delete', { gallery, entries: last?.number ?? 0 })
    },
  }),
  operation({
    id: 'getGallerySettings',
    method: 'GET',
    path: '/v1/galleries/{gallery}/settings',
    scope: 'read',
    tag,
    summary: 'Get the settings for retention and recording',
    params: inGallery,
    answers: [{ status: 200, description: 'The settings.', schema: gallerySettingsSchema }],
    handle: ({ agnize }) => settingsJson(agnize),
  }),
  operation({
    id: 'updateGallerySettings',
    method: 'PATCH',
    path: '/v1/galleries/{gallery}/settings',
    scope: 'admin',
    tag,
    summary: 'Change the settings for retention and recording',
    description:
      'Omitted settings stay unchanged. With `If-Match`, the change is made only if the settings are unchanged since they were read.',
    params: inGallery,
    body: {
      kind: 'json',
      schema: z.strictObject({
        purpose: z.string().min(1).max(maxPurposeLength).nullable().optional(),
        keep_days: days.nullable().optional(),
        events: z
          .strictObject({
            recording: z.boolean().optional(),
            keep_days: days.nullable().optional(),
            faces: z.boolean().optional(),
          })
          .optional(),
        visits: z
          .strictObject({ recording: z.boolean().optional(), keep_days: days.optional() })
          .optional(),
      }),
    },
    answers: [
      { status: 200, description: 'The settings after the change.', schema: gallerySettingsSchema },
    ],
    errors: ['changed-meanwhile'],
    handle: async ({ agnize, body, request }) => {
      requireMatch(request, await settingsJson(agnize))
      const { purpose, keep_days, events, visits } = body
      if (purpose !== undefined || keep_days !== undefined) {
        await agnize.gallery.setRetention({
          ...(purpose !== undefined && { purpose }),
          ...(keep_days !== undefined && { days: keep_days }),
        })
      }
      if (events) {
        const before = await agnize.decisions.settings()
        const {
          recording = before.recording,
          // Unlimited retention must be requested explicitly.
          keep_days: kept = before.days ?? 30,
          faces = before.faces,
        } = events
        await agnize.decisions.record({ days: kept, faces })
        if (!recording) await agnize.decisions.stop()
      }
      if (visits) {
        const { recording, keep_days: days } = visits
        await agnize.visits.configure({
          ...(recording !== undefined && { recording }),
          ...(days !== undefined && { days }),
        })
      }
      return settingsJson(agnize)
    },
  }),
  operation({
    id: 'listAuditLog',
    method: 'GET',
    path: '/v1/galleries/{gallery}/audit',
    scope: 'admin',
    tag,
    summary: 'List the audit log',
    params: inGallery,
    query: pageQuery.extend({
      order: z.enum(['oldest', 'newest']).default('oldest').describe('Order of the results.'),
      subject_id: z.string().max(100).optional().describe('Only entries about this subject.'),
      erased: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe(
          'Only erasures of a subject with this name, external id or reference, all on one page.',
        ),
    }),
    answers: [{ status: 200, description: 'Entries.', schema: pageOf(auditEntrySchema) }],
    handle: async ({ agnize, query }) => {
      const { limit = defaultLimit, cursor, subject_id } = query
      if (query.erased !== undefined) {
        const entries = await agnize.gallery.erasuresOf(query.erased)
        if (query.order === 'newest') entries.reverse()
        return { items: entries.map(auditEntryJson), next: null }
      }
      if (query.order === 'newest') {
        const entries = await agnize.gallery.latestAudit({
          before: cursor ? Number(placeOf(cursor)) || undefined : undefined,
          limit: limit + 1,
          subjectId: subject_id,
        })
        const items = entries.slice(0, limit).map(auditEntryJson)
        const more = entries.length > limit
        return { items, next: more ? cursorAfter(String(items.at(-1)!.number)) : null }
      }
      const after = cursor ? Number(placeOf(cursor)) || 0 : 0
      const items = []
      let next: string | null = null
      for await (const entry of agnize.gallery.auditLog(subject_id, after)) {
        if (items.length === limit) {
          next = cursorAfter(String(items.at(-1)!.number))
          break
        }
        items.push(auditEntryJson(entry))
      }
      return { items, next }
    },
  }),
]
