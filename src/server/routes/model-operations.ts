import { z } from 'zod'
import { type ModelCard, modelId } from '../../models/card.js'
import type { ModelStatus } from '../../models/model-store.js'
import { requireAllGalleries } from '../keys/caller.js'
import { operation } from '../operation.js'

const tag = 'Models'

const modelSchema = z
  .object({
    name: z.string(),
    task: z.enum(['detection', 'landmarks', 'embedding', 'liveness']),
    id: z.string().nullable().describe('Model id of its embeddings; null for other networks.'),
    origin: z.enum(['builtin', 'catalog', 'added']),
    state: z.enum(['ready', 'missing', 'corrupt']),
    in_use: z.boolean().describe('Whether the server uses it.'),
    bytes: z.int(),
    from: z.string().describe('Source of the file.'),
    license: z.string(),
    use: z.string().describe('Permitted use, and what is unknown about it.'),
    calibrated: z.boolean().describe('Whether its model card has thresholds.'),
  })
  .meta({ id: 'ModelFile' })

function modelJson({ card, origin, state }: ModelStatus, used: ReadonlySet<string>) {
  return {
    name: card.name,
    task: card.task,
    id: card.task === 'embedding' ? modelId(card) : null,
    origin,
    state,
    in_use: used.has(card.sha256),
    bytes: card.bytes,
    from: card.source.from,
    license: card.license,
    use: card.use,
    calibrated: card.task === 'embedding' && card.calibration !== null,
  }
}

async function used(engine: { cards(): Promise<Record<string, ModelCard>> }) {
  return new Set(Object.values(await engine.cards()).map(({ sha256 }) => sha256))
}

export const modelOperations = [
  operation({
    id: 'listModels',
    method: 'GET',
    path: '/v1/models',
    scope: 'read',
    tag,
    summary: 'List the models on the server with their licenses and the state of their files',
    answers: [
      { status: 200, description: 'All.', schema: z.object({ items: z.array(modelSchema) }) },
    ],
    handle: async ({ session }) => {
      const { engine } = session
      const inUse = await used(engine)
      return { items: (await engine.models.list()).map((each) => modelJson(each, inUse)) }
    },
  }),
  operation({
    id: 'pullModels',
    method: 'POST',
    path: '/v1/models/pull',
    scope: 'admin',
    tag,
    summary: 'Download missing or damaged built-in models',
    description: 'Requires a key for all galleries.',
    endless: true,
    answers: [
      {
        status: 200,
        description: 'The downloaded models.',
        schema: z.object({ fetched: z.array(z.string()) }),
      },
    ],
    errors: ['offline', 'download-failed', 'disk-full', 'read-only'],
    handle: async ({ agnize, caller, signal }) => {
      requireAllGalleries(caller)
      const fetched = await agnize.models.pull({ signal })
      return { fetched: fetched.map(({ name }) => name) }
    },
  }),
]
