import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import { currentWord } from '../../base/renamed-words.js'
import { columnOf } from '../../gallery/json-columns.js'
import { newId, now } from '../../gallery/sql/rows.js'
import type { SqlDatabase } from '../../gallery/sql/sql-database.js'
import type { ServerSchema } from '../../gallery/sql/tables.js'

export const jobStates = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const
export const jobKinds = ['enroll', 'migrate', 'evaluate', 'calibrate'] as const

/** Kind of a job. */
export type JobKind = (typeof jobKinds)[number]
/** State of a job. */
export type JobState = (typeof jobStates)[number]

/** Parameters of a job; which of them apply depends on its kind. */
export interface JobParameters {
  /** Subfolder of the import folder; without it, the job works on an uploaded archive. */
  readonly folder?: string
  /** Whether to calibrate on the enrolled faces. */
  readonly enrolled?: boolean
  /** Whether to measure only, and save nothing. */
  readonly dryRun?: boolean
  /** The model to migrate to. */
  readonly model?: string
  /** Whether to search with the new model once every face is embedded. */
  readonly switch?: boolean
  /** Who started the job, as in the audit log; jobs of earlier versions do not say it. */
  readonly startedBy?: string
  /** The key whose daily quota the photos of the job count in. */
  readonly quota?: { readonly keyId: string; readonly photosPerDay: number }
}

/** A long-running task on a gallery. */
export interface Job {
  readonly id: string
  readonly gallery: string
  readonly kind: JobKind
  readonly state: JobState
  readonly done: number
  readonly total: number | null
  readonly parameters: JobParameters
  readonly result: Record<string, unknown> | null
  readonly error: { readonly code: string; readonly detail: string } | null
  readonly createdAt: string
  readonly finishedAt: string | null
}

/** Retention of finished jobs, in milliseconds; limited since results may name photos. Judgment. */
const retentionMs = 7 * 24 * 60 * 60 * 1000

/** Jobs in the store, so that they survive a restart and every server over the store can list them. */
export class JobStore {
  readonly #database: SqlDatabase
  readonly #owner: string

  /** @param owner - Id of the server whose jobs run here. */
  constructor(database: SqlDatabase, owner: string) {
    this.#database = database
    this.#owner = owner
  }

  /** A new id, before the job is created. */
  newId(): string {
    return newId()
  }

  async create(
    id: string,
    gallery: string,
    kind: JobKind,
    parameters: JobParameters,
  ): Promise<Job> {
    const row: ServerSchema['jobs'] = {
      id,
      gallery,
      kind,
      owner: this.#owner,
      state: 'waiting',
      done: 0,
      total: null,
      attempts: 0,
      parameters: JSON.stringify(parameters),
      result: null,
      error: null,
      created_at: now(),
      finished_at: null,
    }
    await this.#database.transact(async (db) => {
      await db
        .deleteFrom('jobs')
        .where('finished_at', '<', new Date(Date.now() - retentionMs).toISOString())
        .execute()
      await db.insertInto('jobs').values(row).execute()
    })
    return job(row)
  }

  /** One page of a gallery's jobs, newest first, starting with the one before the id `before`. */
  async list(gallery: string, before: string | undefined, limit: number): Promise<Job[]> {
    const rows = await this.#database.read((db) => {
      let query = db.selectFrom('jobs').selectAll().where('gallery', '=', gallery)
      if (before) query = query.where('id', '<', before)
      return query.orderBy('id', 'desc').limit(limit).execute()
    })
    return rows.map(job)
  }

  /** A job by its id. @throws AgnizeError `unknown-job`. */
  async get(gallery: string, id: string): Promise<Job> {
    const row = await this.#database.read((db) =>
      db
        .selectFrom('jobs')
        .selectAll()
        .where('gallery', '=', gallery)
        .where('id', '=', id)
        .executeTakeFirst(),
    )
    if (row) return job(row)
    throw new AgnizeError('unknown-job', `There is no job ${JSON.stringify(id)} in this gallery.`)
  }

  /** The next job for this server: the oldest, so that an interrupted one comes first. */
  async next(): Promise<Job | undefined> {
    const row = await this.#database.read((db) =>
      db
        .selectFrom('jobs')
        .selectAll()
        .where('owner', '=', this.#owner)
        .where('state', 'in', ['running', 'waiting'])
        .orderBy('id')
        .limit(1)
        .executeTakeFirst(),
    )
    return row && job(row)
  }

  /** Ids of all unfinished jobs of this server. */
  async open(): Promise<string[]> {
    const rows = await this.#database.read((db) =>
      db
        .selectFrom('jobs')
        .select('id')
        .where('owner', '=', this.#owner)
        .where('state', 'in', ['running', 'waiting'])
        .execute(),
    )
    return rows.map(({ id }) => id)
  }

  /**
   * Records the start of a job, before its work begins.
   *
   * @param isFirst - Whether this process starts the job for the first time.
   * @returns Number of processes that have started it since it last progressed; null where it is no longer open.
   */
  async begin(id: string, isFirst: boolean): Promise<number | null> {
    const row = await this.#database.transact((db) =>
      db
        .updateTable('jobs')
        .set((column) => ({
          state: 'running',
          attempts: column('attempts', '+', isFirst ? 1 : 0),
        }))
        .where('id', '=', id)
        .where('state', 'in', ['running', 'waiting'])
        .returning('attempts')
        .executeTakeFirst(),
    )
    return row ? Number(row.attempts) : null
  }

  /** Resets the count of attempts, since the process stops for a reason other than the job. */
  async putBack(id: string): Promise<void> {
    await this.#update(id, { attempts: 0 })
  }

  /** Whether the job is still running: any server over the store may have canceled it. */
  async isOpen(id: string): Promise<boolean> {
    const row = await this.#database.read((db) =>
      db.selectFrom('jobs').select('state').where('id', '=', id).executeTakeFirst(),
    )
    return row?.state === 'running'
  }

  /**
   * Records a job's progress.
   *
   * @param madeProgress - Whether it has progressed since it was started: such a job does not crash its process.
   * @returns Whether the job is still open.
   */
  async progress(
    id: string,
    {
      done,
      total,
      madeProgress,
    }: { readonly done: number; readonly total: number | null; readonly madeProgress: boolean },
  ): Promise<boolean> {
    return this.#update(id, { state: 'running', done, total, ...(madeProgress && { attempts: 1 }) })
  }

  async finish(
    id: string,
    state: 'done' | 'failed' | 'cancelled',
    { result, error }: { readonly result?: object; readonly error?: Job['error'] },
  ): Promise<boolean> {
    return this.#update(id, {
      state,
      finished_at: now(),
      ...(result && { result: JSON.stringify(result) }),
      ...(error && { error: JSON.stringify(error) }),
    })
  }

  /** Cancels unfinished jobs: one, or all of a gallery. */
  async cancel(gallery: string, id?: string): Promise<void> {
    await this.#database.transact((db) => {
      let query = db
        .updateTable('jobs')
        .set({ state: 'cancelled', finished_at: now() })
        .where('gallery', '=', gallery)
        .where('state', 'in', ['waiting', 'running'])
      if (id) query = query.where('id', '=', id)
      return query.execute()
    })
  }

  /** Deletes the jobs of a deleted gallery. */
  async forget(gallery: string): Promise<void> {
    await this.#database.transact((db) =>
      db.deleteFrom('jobs').where('gallery', '=', gallery).execute(),
    )
  }

  async #update(id: string, set: Partial<ServerSchema['jobs']>): Promise<boolean> {
    const { numUpdatedRows } = await this.#database.transact((db) =>
      db
        .updateTable('jobs')
        .set(set)
        .where('id', '=', id)
        .where('state', 'in', ['waiting', 'running'])
        .executeTakeFirst(),
    )
    return Number(numUpdatedRows) > 0
  }
}

/** Jobs that earlier versions stored use the former names. */
const kindAndState = z.object({
  kind: z.string().transform(currentWord).pipe(z.enum(jobKinds)),
  state: z.enum(jobStates),
})
const resultSchema = z.record(z.string(), z.unknown())
const errorSchema = z.object({ code: z.string(), detail: z.string() })
const parametersSchema: z.ZodType<JobParameters> = z.object({
  folder: z.string().exactOptional(),
  enrolled: z.boolean().exactOptional(),
  dryRun: z.boolean().exactOptional(),
  model: z.string().exactOptional(),
  switch: z.boolean().exactOptional(),
  startedBy: z.string().exactOptional(),
  quota: z.object({ keyId: z.string(), photosPerDay: z.number() }).exactOptional(),
})

function job(row: ServerSchema['jobs']): Job {
  const what = `the job ${row.id}`
  return {
    id: row.id,
    gallery: row.gallery,
    done: Number(row.done),
    total: row.total === null ? null : Number(row.total),
    ...kindAndState.parse(row),
    parameters: columnOf(row.parameters, parametersSchema, what),
    result: row.result === null ? null : columnOf(row.result, resultSchema, what),
    error: row.error === null ? null : columnOf(row.error, errorSchema, what),
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  }
}
