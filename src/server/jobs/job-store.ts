import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import { currentWord } from '../../base/renamed-words.js'
import { columnOf } from '../../gallery/json-columns.js'
import { newId, now } from '../../gallery/sql/rows.js'
import type { SqlDatabase } from '../../gallery/sql/sql-database.js'
import type { ServerSchema } from '../../gallery/sql/tables.js'

export const jobStates = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const
export const jobKinds = ['enroll', 'migrate', 'evaluate', 'calibrate'] as const

/** What a job does. */
export type JobKind = (typeof jobKinds)[number]
/** How far it is. */
export type JobState = (typeof jobStates)[number]

/** What a job is to do. */
export interface JobParameters {
  /** Name of a subfolder of the folder that may be imported from; without it, an archive that was sent. */
  readonly folder?: string
  /** To calibrate on the faces that are enrolled. */
  readonly enrolled?: boolean
  /** Whether to measure only. */
  readonly dryRun?: boolean
  /** The model to go over to. */
  readonly model?: string
  /** Whether to search with it once every face is embedded. */
  readonly switch?: boolean
}

/** A piece of long work. */
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

/** How long finished jobs are listed, in milliseconds: their results may name photos. */
const keep = 7 * 24 * 60 * 60 * 1000

/** Jobs, in the store, so that they outlive the server and other servers can tell of them. */
export class JobStore {
  readonly #database: SqlDatabase
  readonly #owner: string

  /** @param owner - Whose jobs are done here. */
  constructor(database: SqlDatabase, owner: string) {
    this.#database = database
    this.#owner = owner
  }

  /** A new id, before the job is there. */
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
        .where('finished_at', '<', new Date(Date.now() - keep).toISOString())
        .execute()
      await db.insertInto('jobs').values(row).execute()
    })
    return job(row)
  }

  /** Newest first, from the one before an id on. */
  async list(gallery: string, before: string | undefined, limit: number): Promise<Job[]> {
    const rows = await this.#database.read((db) => {
      let query = db.selectFrom('jobs').selectAll().where('gallery', '=', gallery)
      if (before) query = query.where('id', '<', before)
      return query.orderBy('id', 'desc').limit(limit).execute()
    })
    return rows.map(job)
  }

  /** @throws AgnizeError `unknown-job`. */
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

  /** The next that is to be done here: first what was broken off. */
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

  /** Ids of all jobs that are to be done here. */
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
   * Writes down that work on it begins, before it does.
   *
   * @param isFirst - Whether it is the first time in this process.
   * @returns How many processes have begun it since it came on last; null where it is not to be done.
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

  /** Writes down that the process ends for another reason than the job. */
  async putBack(id: string): Promise<void> {
    await this.#update(id, { attempts: 0 })
  }

  /** Whether it is to go on: somebody may have cancelled it, also at another server. */
  async isOpen(id: string): Promise<boolean> {
    const row = await this.#database.read((db) =>
      db.selectFrom('jobs').select('state').where('id', '=', id).executeTakeFirst(),
    )
    return row?.state === 'running'
  }

  /**
   * Writes down how far it is.
   *
   * @param comesOn - Whether it did more than when it was begun: such a job is not what ends its process.
   * @returns Whether it is to go on.
   */
  async progress(
    id: string,
    {
      done,
      total,
      comesOn,
    }: { readonly done: number; readonly total: number | null; readonly comesOn: boolean },
  ): Promise<boolean> {
    return this.#update(id, { state: 'running', done, total, ...(comesOn && { attempts: 1 }) })
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

  /** Cancels jobs that are not finished: one, or all of a gallery. */
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

  /** Forgets the jobs of a gallery that is deleted. */
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

/** Jobs of earlier versions have the old words. */
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
