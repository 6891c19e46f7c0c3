import { createHash } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { openSession } from '#runtime'
import { AgnizeError } from '../errors.js'
import { readPhoto } from '../image/photo.js'
import { analyzeImage, type Network, type Networks } from './analyze.js'
import { findFaces, lookAtFaces } from './frame.js'
import { RunGuard } from './run-guard.js'
import type { Job, KeptAnalysis, PhotoJob, Reply, Results, WorkerSetup } from './worker-protocol.js'

const { models, limits, guard: memory } = workerData as WorkerSetup
const guard = new RunGuard(memory)
const networks = (async () => ({
  detection: await openNetwork(models.detection),
  landmarks: await openNetwork(models.landmarks),
  embedding: await openNetwork(models.embedding),
}))() as Promise<Networks>
// A failure is reported with each job, not as an unhandled rejection.
networks.catch(() => {})

parentPort!.on('message', async (job: Job) => {
  parentPort!.postMessage(await answer(job))
})

async function answer(job: Job): Promise<Reply> {
  try {
    return { result: await done(job, await networks) }
  } catch (error) {
    const { message } = error as Error
    return { error: { code: error instanceof AgnizeError ? error.code : 'internal', message } }
  }
}

async function done(job: Job, networks: Networks): Promise<Results[keyof Results]> {
  if (job.kind === 'find') return findFaces(job.image, networks, job.minScore)
  if (job.kind === 'look') return lookAtFaces(job.image, job.wanted, networks)
  return analysed(job, networks)
}

async function analysed(
  { photo, options, keep }: PhotoJob,
  networks: Networks,
): Promise<KeptAnalysis> {
  const start = performance.now()
  const { image, bytes } = await readPhoto(photo, limits)
  const decode = performance.now() - start
  const { faces, crops, timings } = await analyzeImage(image, networks, options, keep)
  return {
    width: image.width,
    height: image.height,
    faces,
    crops,
    timings: { decode, ...timings },
    sha256: keep ? createHash('sha256').update(bytes).digest('hex') : '',
  }
}

async function openNetwork({
  card,
  bytes,
}: WorkerSetup['models'][keyof Networks]): Promise<Network> {
  const { width, height, channels } = card.input
  const shape = [1, channels === 'grey' ? 1 : 3, height, width]
  try {
    const session = await guarded(() => openSession(bytes, shape))
    const run = (input: Float32Array) => guarded(() => session.run(input))
    return { card, session: { ...session, run } }
  } catch (cause) {
    if (cause instanceof AgnizeError) throw cause
    const why = (cause as Error).message.split('\n')[0]
    throw new AgnizeError('model-invalid', `The model ${card.name} cannot be run (${why}).`, {
      cause,
    })
  }
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  const result = await guard.run(work)
  if (result === undefined)
    throw new AgnizeError('closed', 'agnize was closed while it worked on this photo.')
  return result
}
