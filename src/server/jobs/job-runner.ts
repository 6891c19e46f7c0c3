import { mkdir, readdir, realpath, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { AgnizeError, diskError } from '../../base/errors.js'
import { peopleIn } from '../../gallery/people-folder.js'
import type { SqlDatabase } from '../../gallery/sql/sql-database.js'
import { agnizeError, publicDetail, statusOf } from '../problem.js'
import type { Quotas } from '../quotas.js'
import { actingAs, type ServedGallery } from '../served-galleries.js'
import type { Settings } from '../settings.js'
import { receive } from './archive.js'
import { folderIn, requireInside } from './import-folder.js'
import { type Job, type JobKind, type JobParameters, JobStore } from './job-store.js'
import { actorOfJob, doWork } from './job-work.js'
import { unpack } from './unpack.js'

/** Interval between writes of a job's progress, in milliseconds. Judgment. */
const writeIntervalMs = 500
/** Wait before a job that was interrupted by an error of the store is resumed, in milliseconds. Judgment. */
const retryDelayMs = 5000
/** Server processes that a job may crash before it fails. Judgment. */
const maxAttempts = 2

/** The parts of the server that jobs use. */
interface JobHost {
  readonly settings: Settings
  readonly log: Logger
  readonly root: ServedGallery
  readonly quotas: Quotas
}

/** An archive that was received and belongs to no job yet. */
export interface ReceivedArchive {
  /** Id of the job that will process it. */
  readonly id: string
  /** SHA-256 of the archive. */
  readonly digest: Buffer
  readonly discard: () => Promise<void>
}

/** Runs jobs, one after the other, and resumes an interrupted job after a restart. */
export class JobRunner {
  readonly #server: JobHost
  readonly #store: JobStore
  readonly #folder: string
  readonly #stopping = new AbortController()
  #current:
    | { readonly id: string; readonly gallery: string; readonly abort: AbortController }
    | undefined
  #running: Promise<void> | undefined
  /** Ids of the jobs that this process has started. */
  readonly #begun = new Set<string>()

  constructor(server: JobHost, database: SqlDatabase, owner: string) {
    this.#server = server
    this.#store = new JobStore(database, owner)
    this.#folder = join(server.settings.home, 'jobs')
  }

  /** Resumes jobs that a stop or a crash interrupted, and deletes files that belong to no job. */
  async start(): Promise<void> {
    const open = new Set(await this.#store.open())
    const left = await readdir(this.#folder).catch(() => [])
    for (const id of left) {
      if (!open.has(id)) await rm(join(this.#folder, id), { recursive: true, force: true })
    }
    if (open.size > 0) this.#wake()
  }

  /** Stops before the next photo; finished work is kept. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#current?.abort.abort()
    await this.#running
  }

  get(gallery: string, id: string): Promise<Job> {
    return this.#store.get(gallery, id)
  }

  list(gallery: string, before: string | undefined, limit: number): Promise<Job[]> {
    return this.#store.list(gallery, before, limit)
  }

  /** Queues a job. @throws AgnizeError `bad-argument` for a folder outside the import folder. */
  async create(gallery: string, kind: JobKind, parameters: JobParameters): Promise<Job> {
    if (parameters.folder !== undefined) await this.#importFolder(parameters.folder)
    const job = await this.#store.create(this.#store.newId(), gallery, kind, parameters)
    this.#wake()
    return job
  }

  /** Receives a whole archive, for a job that {@link JobRunner.createFrom} queues. @throws AgnizeError as {@link receive}. */
  async receive(archive: Readable): Promise<ReceivedArchive> {
    const id = this.#store.newId()
    const folder = join(this.#folder, id)
    const { maxArchiveMegabytes, requestSeconds } = this.#server.settings
    const discard = () => rm(folder, { recursive: true, force: true })
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const limits = { maxBytes: maxArchiveMegabytes * 1e6, seconds: requestSeconds }
      return { id, discard, digest: await receive(archive, join(folder, 'archive'), limits) }
    } catch (error) {
      await discard()
      throw diskError(error, folder)
    }
  }

  async createFrom(
    gallery: string,
    kind: JobKind,
    archive: ReceivedArchive,
    parameters: JobParameters = {},
  ): Promise<Job> {
    try {
      const job = await this.#store.create(archive.id, gallery, kind, parameters)
      this.#wake()
      return job
    } catch (error) {
      await archive.discard()
      throw error
    }
  }

  /** Cancels a job. @throws AgnizeError `unknown-job`. */
  async cancel(gallery: string, id: string): Promise<Job> {
    await this.#store.get(gallery, id)
    await this.#store.cancel(gallery, id)
    if (this.#current?.id === id) this.#current.abort.abort()
    return this.#store.get(gallery, id)
  }

  /** Cancels and deletes the jobs of a gallery that is about to be deleted. */
  async cancelOf(gallery: string): Promise<void> {
    await this.#store.cancel(gallery)
    if (this.#current?.gallery === gallery) {
      this.#current.abort.abort()
      await this.#running
    }
    await this.#store.forget(gallery)
  }

  #wake(): void {
    this.#running ??= this.#run().finally(() => (this.#running = undefined))
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        const job = await this.#store.next()
        if (!job) return
        await this.#runJob(job)
      } catch (error) {
        // For example, the store is unreachable: the job is resumed once it answers.
        this.#server.log.error({ err: error }, 'job interrupted')
        await sleep(retryDelayMs, undefined, { signal: this.#stopping.signal }).catch(() => {})
      }
    }
  }

  async #runJob(job: Job): Promise<void> {
    const abort = new AbortController()
    this.#current = { id: job.id, gallery: job.gallery, abort }
    const { log } = this.#server
    log.info({ job_id: job.id, kind: job.kind, gallery: job.gallery }, 'job started')
    let latest = { done: job.done, total: job.total }
    let written = latest
    const write = async () => {
      const now = latest
      // Another server over the same store may have canceled the job.
      const isStillOpen =
        now === written
          ? await this.#store.isOpen(job.id)
          : await this.#store.progress(job.id, { ...now, madeProgress: now.done > job.done })
      written = now
      if (!isStillOpen) abort.abort()
    }
    const writeLater = () => write().catch(() => {})
    const timer = setInterval(writeLater, writeIntervalMs)
    // A separate gallery object, so that the job's photos run in the background.
    const agnize = this.#server.root.agnize.inGallery(job.gallery, {
      background: true,
      create: false,
    })
    try {
      const attempts = await this.#store.begin(job.id, !this.#begun.has(job.id))
      this.#begun.add(job.id)
      if (attempts === null) return
      if (attempts > maxAttempts) {
        const detail = `The job crashed the server ${attempts - 1} times and is not started again.`
        await this.#finish(job, 'failed', { error: { code: 'internal', detail } })
        return
      }
      const result = await actingAs(actorOfJob(job), () =>
        doWork({
          settings: this.#server.settings,
          job,
          agnize,
          signal: abort.signal,
          photos: async () => {
            const folder = await this.#photosOf(job, abort.signal)
            await this.#count(job, folder)
            return folder
          },
          progress: (done, total) => {
            const isFirstProgress = latest.done === job.done && done > job.done
            latest = { done, total }
            // The first step is written at once: progress shows that the job does not crash the process.
            if (isFirstProgress) void writeLater()
          },
        }),
      )
      if (latest !== written) await write()
      await this.#finish(job, 'done', { result })
    } catch (error) {
      // The server stops: the job is resumed after the restart.
      if (this.#stopping.signal.aborted) {
        if (latest !== written) await writeLater()
        await this.#store.putBack(job.id).catch(() => {})
        return
      }
      const known = agnizeError(error)
      if (known.code === 'cancelled') await this.#finish(job, 'cancelled', {})
      else {
        const level = statusOf[known.code] >= 500 ? 'error' : 'warn'
        log[level]({ job_id: job.id, code: known.code, err: known }, 'job failed')
        const detail = await this.#withoutPaths(publicDetail(known), job)
        await this.#finish(job, 'failed', { error: { code: known.code, detail } })
      }
    } finally {
      clearInterval(timer)
      await agnize.close()
      this.#current = undefined
    }
  }

  async #finish(
    job: Job,
    state: 'done' | 'failed' | 'cancelled',
    outcome: { readonly result?: object; readonly error?: Job['error'] },
  ): Promise<void> {
    await this.#store.finish(job.id, state, outcome)
    await rm(join(this.#folder, job.id), { recursive: true, force: true })
    this.#server.log.info({ job_id: job.id, state }, 'job ended')
  }

  async #photosOf({ id, parameters }: Job, signal: AbortSignal): Promise<string> {
    if (parameters.folder !== undefined) {
      const folder = await this.#importFolder(parameters.folder)
      await requireInside(this.#server.settings.importFolder!, folder, signal)
      return folder
    }
    const photos = join(this.#folder, id, 'photos')
    // The archive is unpacked again after a restart, since unpacking may have been interrupted.
    await rm(photos, { recursive: true, force: true })
    const maxBytes = this.#server.settings.maxArchiveMegabytes * 1e6
    await unpack(join(this.#folder, id, 'archive'), photos, { maxBytes, signal })
    return onlyFolderIn(photos)
  }

  /** Counts the photos of a folder in the quota of the key that started the job, once. @throws AgnizeError `quota-exceeded`. */
  async #count({ total, parameters: { quota } }: Job, folder: string): Promise<void> {
    // One that is resumed was counted.
    if (quota === undefined || total !== null) return
    await this.#server.quotas.use(quota, (await peopleIn(folder)).length)
  }

  /** Resolves a folder to import. @throws AgnizeError `bad-argument` without an import folder, or for one outside it. */
  #importFolder(folder: string): Promise<string> {
    const { importFolder } = this.#server.settings
    if (importFolder === undefined) {
      throw new AgnizeError(
        'bad-argument',
        'This server has no import folder: send an archive, or set importFolder on the server.',
      )
    }
    return folderIn(importFolder, folder)
  }

  /** Replaces the server's paths in a message, which clients should not see. */
  async #withoutPaths(text: string, { id }: Job): Promise<string> {
    const { home, importFolder } = this.#server.settings
    const places: [path: string, called: string][] = [
      [join(this.#folder, id, 'photos'), 'the archive'],
      ...(importFolder === undefined ? [] : [[importFolder, 'importFolder'] as [string, string]]),
      [home, "the server's home"],
    ]
    let redacted = text
    for (const [path, called] of places) {
      for (const form of [await realpath(path).catch(() => path), resolve(path), path]) {
        redacted = redacted.replaceAll(form, called)
      }
    }
    return redacted
  }
}

/** The folder that holds the subjects' folders: archives often wrap everything in one top-level folder. */
async function onlyFolderIn(folder: string): Promise<string> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(
    ({ name }) => !name.startsWith('.') && name !== '__MACOSX',
  )
  const [only] = entries
  if (entries.length !== 1 || !only?.isDirectory()) return folder
  const inside = await readdir(join(folder, only.name), { withFileTypes: true })
  // An only folder without subfolders is a subject's own, and is not unwrapped.
  return inside.some((entry) => entry.isDirectory()) ? join(folder, only.name) : folder
}
