import { createHash } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { openSession } from '#runtime'
import { AgnizeError } from '../errors.js'
import { readPhoto } from '../image/photo.js'
import { analyzeImage, type Network, type Networks } from './analyze.js'
import { RunGuard } from './run-guard.js'
import type { PhotoJob, PhotoReply, WorkerSetup } from './worker-protocol.js'

const { models, limits, guard: memory } = workerData as WorkerSetup
const guard = new RunGuard(memory)
const networks = (async () => ({
  detection: await openNetwork(models.detection),
  landmarks: await openNetwork(models.landmarks),
  embedding: await openNetwork(models.embedding),
}))() as Promise<Networks>
// A failure is reported with each job, not as an unhandled rejection.
networks.catch(() => {})

parentPort!.on('message', async (job: PhotoJob) => {
  parentPort!.postMessage(await answer(job))
})

async function answer({ id, photo, options, keep }: PhotoJob): Promise<PhotoReply> {
  try {
    const ready = await networks
    const start = performance.now()
    const { image, bytes } = await readPhoto(photo, limits)
    const decode = performance.now() - start
    const { faces, crops, timings } = await analyzeImage(image, ready, options, keep)
    return {
      id,
      analysis: {
        width: image.width,
        height: image.height,
        faces,
        crops,
        timings: { decode, ...timings },
        sha256: keep ? createHash('sha256').update(bytes).digest('hex') : '',
      },
    }
  } catch (error) {
    const { message } = error as Error
    return { id, error: { code: error instanceof AgnizeError ? error.code : 'internal', message } }
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
