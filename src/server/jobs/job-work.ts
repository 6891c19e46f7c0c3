import { relative } from 'node:path'
import type { ErrorCode } from '../../base/errors.js'
import { peopleIn } from '../../gallery/people-folder.js'
import { type Agnize, openAgnize } from '../../library/agnize.js'
import { migrationThreads, photoLimits } from '../memory.js'
import type { Settings } from '../settings.js'
import type { Job } from './job-store.js'

/** Refused photos that a job's result lists; further ones are only counted. Judgment. */
const maxListedRefusals = 500

/** The arguments of a job's work. */
interface Work {
  readonly settings: Settings
  readonly job: Job
  readonly agnize: Agnize
  readonly signal: AbortSignal
  /** Prepares the job's photos and returns their folder. */
  readonly photos: () => Promise<string>
  readonly progress: (done: number, total: number) => void
}

/** Does the work of a job, by its kind. @returns The job's result. */
export function doWork(work: Work): Promise<object> {
  const { kind } = work.job
  if (kind === 'enroll') return enroll(work)
  if (kind === 'evaluate') return evaluateGallery(work)
  if (kind === 'calibrate') return calibrateGallery(work)
  return migrateGallery(work)
}

/** A job in the audit log: whoever started it, and the job. */
export const actorOfJob = ({ id, parameters: { startedBy } }: Job) =>
  startedBy === undefined ? `job ${id}` : `${startedBy}, job ${id}`

async function enroll({ job, agnize, signal, photos, progress }: Work): Promise<object> {
  const folder = await photos()
  let leftOut = 0
  const entries = await peopleIn(folder, { onSkipped: () => leftOut++ })
  const counts = { added: 0, known: 0, refused: 0 }
  const refused: { photo: string; code: ErrorCode }[] = []
  const from = Math.min(job.done, entries.length)
  progress(from, entries.length)
  let done = from
  for await (const each of agnize.enrollEach(entries.slice(from), { signal })) {
    if ('error' in each) {
      counts.refused++
      if (refused.length < maxListedRefusals) {
        refused.push({ photo: relative(folder, each.photo), code: each.error.code })
      }
    } else counts[each.result.outcome]++
    progress(++done, entries.length)
  }
  return {
    photos: entries.length,
    left_out: leftOut,
    before_restart: from,
    ...counts,
    refusals: refused,
  }
}

async function evaluateGallery({ agnize, signal, photos, progress }: Work): Promise<object> {
  const { evaluate } = await import('../../evaluation/evaluate.js')
  const evaluation = await evaluate(
    agnize,
    { folder: await photos() },
    { signal, onProgress: (_stage, done, total) => progress(done, total) },
  )
  const { snakeCase } = await import('../../evaluation/evaluation-json.js')
  const { model, date, people, failures, threshold, verification, identification, warnings } =
    evaluation
  // Figures only: the result names no subjects and no photos.
  const { genuinePairs, impostorPairs, auc, eer, fmr, fnmr } = verification
  return snakeCase({
    ...{ model, date, people, photos: evaluation.photos, failures: failures.length, threshold },
    verification: { genuinePairs, impostorPairs, auc, eer, fmr, fnmr },
    identification: identification && {
      threshold: identification.threshold,
      fpir: identification.fpir,
      fnir: identification.fnir,
    },
    warnings,
  }) as object
}

async function calibrateGallery({ job, agnize, signal, photos, progress }: Work): Promise<object> {
  const { calibrate } = await import('../../evaluation/calibrate.js')
  const { enrolled, dryRun = false } = job.parameters
  const data = enrolled ? ({ enrolled: true } as const) : { folder: await photos() }
  const result = await calibrate(agnize, data, { signal, dryRun, onProgress: progress })
  const { snakeCase } = await import('../../evaluation/evaluation-json.js')
  const figures = snakeCase({ ...result, dryRun }) as object
  if (!dryRun) return figures
  const { calibrationEffect } = await import('../../evaluation/calibration-effect.js')
  const effect = await calibrationEffect(agnize, result.calibration, signal)
  // The calibration itself, under its own names and unrounded, so that it can be used later.
  return { ...figures, effect: snakeCase(effect), unused: result.calibration }
}

async function migrateGallery({ settings, job, signal, progress }: Work): Promise<object> {
  const { home, store, offline } = settings
  const { model = '' } = job.parameters
  await using other = await openAgnize({
    ...{ home, store, offline, model, gallery: job.gallery, actor: actorOfJob(job) },
    threads: migrationThreads(settings),
    limits: photoLimits(settings),
  })
  const { active, next, faces, embedded, lost } = await other.gallery.migrate({
    signal,
    onProgress: progress,
  })
  if (job.parameters.switch) await other.gallery.switchModel()
  return { active, next, faces, embedded, lost: lost.length }
}
