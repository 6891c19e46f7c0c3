import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ServerContext } from '../context.js'
import { orDeprecated } from '../deprecated-values.js'
import { archiveTypes } from '../jobs/archive.js'
import type { Job, JobParameters } from '../jobs/job-store.js'
import { jobKinds, jobStates } from '../jobs/job-store.js'
import { actorOf, type Caller, requireScope } from '../keys/caller.js'
import { operation } from '../operation.js'
import { cursorAfter, defaultLimit, flag, inGallery, pageQuery, placeOf } from './parameters.js'
import { pageOf, time } from './shared-schemas.js'

const jobSchema = z
  .object({
    id: z.string(),
    gallery: z.string(),
    kind: z.enum(jobKinds),
    state: z.enum(jobStates),
    done: z.int(),
    total: z.int().nullable().describe('Null while unknown.'),
    result: z.record(z.string(), z.unknown()).nullable(),
    error: z.object({ code: z.string(), detail: z.string() }).nullable(),
    created_at: time,
    finished_at: time.nullable(),
  })
  .meta({ id: 'Job' })

const tag = 'Jobs'
const path = '/v1/galleries/{gallery}/jobs'
const ofJob = inGallery.extend({ job: z.string().min(1).max(100) })

const jobJson = ({ createdAt, finishedAt, parameters: _, ...job }: Job) => ({
  ...job,
  created_at: createdAt,
  finished_at: finishedAt,
})

const folder = z
  .string()
  .min(1)
  .max(1000)
  .describe("Path of a folder inside the server's `importFolder`.")

/** Polling interval of a followed job, in milliseconds. Judgment. */
const interval = 300

/** Polls after which the caller is looked up again. Judgment. */
const checkEvery = 4

/** Events of a job's progress and state changes; the last one has the final state. */
async function* follow(
  server: ServerContext,
  { gallery, id }: { readonly gallery: string; readonly id: string },
  { request, signal }: { readonly request: FastifyRequest; readonly signal: AbortSignal },
): AsyncGenerator<string> {
  let last = ''
  let quiet = 0
  for (let round = 1; !signal.aborted && !server.isStopping; round++) {
    const isDue = round % checkEvery === 0
    if (isDue && !(await server.authentication.stillAdmits(request, 'read', gallery))) return
    const job = await server.jobs.get(gallery, id)
    const data = JSON.stringify(jobJson(job))
    if (data !== last) {
      yield `event: job\ndata: ${data}\n\n`
      last = data
      quiet = 0
    } else if (++quiet % 50 === 0) yield ': still there\n\n'
    if (job.finishedAt !== null) return
    await pause(interval, undefined, { signal }).catch(() => {})
  }
}

const newJob = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('enroll'), folder }),
  z
    .strictObject({ kind: z.literal('enrol'), folder })
    .meta({ deprecated: true, description: 'Deprecated: use `enroll`.' }),
  z.strictObject({ kind: z.literal('evaluate'), folder }),
  z.strictObject({
    kind: z.literal('calibrate'),
    folder: folder.optional().describe('Without a folder, the job uses the enrolled faces.'),
    dry_run: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal('migrate'),
    model: z.string().min(1).max(100),
    switch: z
      .boolean()
      .optional()
      .describe('Whether to switch to the model once every face is embedded.'),
  }),
])

function parametersOf(body: z.infer<typeof newJob>): JobParameters {
  if (body.kind === 'migrate') {
    return { model: body.model, ...(body.switch !== undefined && { switch: body.switch }) }
  }
  if (body.kind !== 'calibrate') return { folder: body.folder }
  const { folder, dry_run: dryRun } = body
  return {
    ...(folder === undefined ? { enrolled: true } : { folder }),
    ...(dryRun !== undefined && { dryRun }),
  }
}

/** Who starts a job, and the quota that its photos count in. */
function starterOf(caller: Caller): JobParameters {
  const { keyId, photosPerDay } = caller
  const quota = keyId !== null && photosPerDay !== null ? { keyId, photosPerDay } : undefined
  return { startedBy: actorOf(caller), ...(quota && { quota }) }
}

export const jobOperations = [
  operation({
    id: 'listJobs',
    method: 'GET',
    path,
    scope: 'read',
    tag,
    summary: 'List jobs',
    description: 'Finished jobs are listed for seven days.',
    params: inGallery,
    query: pageQuery,
    answers: [
      { status: 200, description: 'One page of jobs, newest first.', schema: pageOf(jobSchema) },
    ],
    handle: async ({ server, gallery, query }) => {
      const { limit = defaultLimit, cursor } = query
      const jobs = await server.jobs.list(gallery, cursor && placeOf(cursor), limit + 1)
      const items = jobs.slice(0, limit)
      return {
        items: items.map(jobJson),
        next: jobs.length > limit ? cursorAfter(items.at(-1)!.id) : null,
      }
    },
  }),
  operation({
    id: 'createJob',
    method: 'POST',
    path,
    scope: 'enroll',
    tag,
    summary: 'Start a job on a folder of the server, or a migration to another model',
    description:
      'Jobs enroll, evaluate, calibrate or migrate; all but enrolling require the scope `admin`. The gallery uses a new calibration at once, unless `dry_run` is set: then `result.effect` tells what it would change, and `PUT /calibration` with the id of the job has the gallery use it. A migration to a model that the server does not run with creates its templates beside the present ones; restart the server with that model after the switch.',
    params: inGallery,
    body: {
      kind: 'json',
      schema: newJob,
    },
    answers: [{ status: 202, description: 'The job.', schema: jobSchema }],
    errors: ['forbidden', 'bad-argument'],
    handle: async ({ server, gallery, caller, body, reply }) => {
      const kind = body.kind === 'enrol' ? 'enroll' : body.kind
      if (kind !== 'enroll') requireScope(caller, 'admin')
      const parameters = { ...parametersOf(body), ...starterOf(caller) }
      const job = await server.jobs.create(gallery, kind, parameters)
      reply.header('location', `/v1/galleries/${gallery}/jobs/${job.id}`)
      return jobJson(job)
    },
  }),
  operation({
    id: 'createJobFromArchive',
    method: 'POST',
    path: `${path}/archive`,
    scope: 'enroll',
    tag,
    summary: 'Start a job on an archive of photos in the body',
    description:
      'The job enrolls the photos, or evaluates or calibrates on them. The archive is a .zip, .tar or .tar.gz with one folder per person, or one photo per person, and is deleted when the job ends.',
    params: inGallery,
    query: z.object({
      kind: orDeprecated(z.enum(['enroll', 'evaluate', 'calibrate']), 'enrol').default('enroll'),
      dry_run: flag
        .optional()
        .describe('Whether to measure a calibration without using it; default false.'),
    }),
    body: { kind: 'stream', types: archiveTypes },
    endless: true,
    answers: [{ status: 202, description: 'The job.', schema: jobSchema }],
    errors: ['forbidden', 'request-too-large', 'unsupported-media-type'],
    handle: async ({ server, gallery, caller, query, body, reply, wasAnswered }) => {
      if (query.kind !== 'enroll') requireScope(caller, 'admin')
      const archive = await server.jobs.receive(body as unknown as Readable)
      const answered = await wasAnswered(archive.digest).catch(async (error: unknown) => {
        await archive.discard()
        throw error
      })
      if (answered) return archive.discard()
      const job = await server.jobs.createFrom(gallery, query.kind, archive, {
        ...(query.kind === 'calibrate' && query.dry_run && { dryRun: true }),
        ...starterOf(caller),
      })
      reply.header('location', `/v1/galleries/${gallery}/jobs/${job.id}`)
      return jobJson(job)
    },
  }),
  operation({
    id: 'getJob',
    method: 'GET',
    path: `${path}/{job}`,
    scope: 'read',
    tag,
    summary: 'Get the state of a job',
    params: ofJob,
    answers: [{ status: 200, description: 'The job.', schema: jobSchema }],
    errors: ['unknown-job'],
    handle: async ({ server, gallery, params }) =>
      jobJson(await server.jobs.get(gallery, params.job)),
  }),
  operation({
    id: 'followJob',
    method: 'GET',
    path: `${path}/{job}/events`,
    scope: 'read',
    tag,
    summary: 'Follow a job as Server-Sent Events',
    description:
      'Sends events `job` with the job as data, until the job ends, or the key or session of the request does.',
    params: ofJob,
    endless: true,
    answers: [
      {
        status: 200,
        description: 'Events.',
        type: 'text/event-stream',
        events: { name: 'job', data: jobSchema },
      },
    ],
    errors: ['unknown-job'],
    handle: async ({ server, gallery, params, signal, request, reply }) => {
      await server.jobs.get(gallery, params.job)
      reply.header('cache-control', 'no-store')
      reply.header('x-accel-buffering', 'no')
      return Readable.from(follow(server, { gallery, id: params.job }, { request, signal }))
    },
  }),
  operation({
    id: 'cancelJob',
    method: 'POST',
    path: `${path}/{job}/cancel`,
    scope: 'enroll',
    tag,
    summary: 'Cancel a job',
    params: ofJob,
    answers: [{ status: 200, description: 'The job after the request.', schema: jobSchema }],
    description:
      'Completed work is kept. Jobs that require the scope `admin` to start require it to cancel.',
    errors: ['unknown-job', 'forbidden'],
    handle: async ({ server, gallery, caller, params }) => {
      const { kind } = await server.jobs.get(gallery, params.job)
      if (kind !== 'enroll') requireScope(caller, 'admin')
      return jobJson(await server.jobs.cancel(gallery, params.job))
    },
  }),
]
