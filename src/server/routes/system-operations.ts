import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import { version } from '../../base/version.js'
import { requireAllGalleries } from '../keys/caller.js'
import { operation } from '../operation.js'

export const systemOperations = [
  operation({
    id: 'getHealth',
    method: 'GET',
    path: '/v1/health',
    scope: null,
    tag: 'Server',
    summary: 'Check that the process is running',
    answers: [
      { status: 200, description: 'It does.', schema: z.object({ status: z.literal('ok') }) },
    ],
    handle: async () => ({ status: 'ok' }),
  }),
  operation({
    id: 'getReady',
    method: 'GET',
    path: '/v1/ready',
    scope: null,
    tag: 'Server',
    summary: 'Check that the server accepts requests',
    description: 'The models are loaded, the store answers, and the server is not stopping.',
    answers: [
      { status: 200, description: 'It does.', schema: z.object({ status: z.literal('ready') }) },
    ],
    errors: ['closed', 'store-unreachable', 'gallery-locked'],
    handle: async ({ server }) => {
      if (!server.isReady) throw new AgnizeError('closed', 'The server is starting or stopping.')
      await server.galleries.list()
      return { status: 'ready' }
    },
  }),
  operation({
    id: 'getVersion',
    method: 'GET',
    path: '/v1/version',
    scope: null,
    tag: 'Server',
    summary: 'Get the versions of the program and of its JSON',
    answers: [
      {
        status: 200,
        description: 'The versions.',
        schema: z.object({ name: z.literal('agnize'), version: z.string(), api: z.literal('v1') }),
      },
    ],
    handle: async () => ({ name: 'agnize', version, api: 'v1' }),
  }),
  operation({
    id: 'getMetrics',
    method: 'GET',
    path: '/v1/metrics',
    scope: 'metrics',
    tag: 'Server',
    summary: 'Get metrics for Prometheus',
    description: 'Covers all galleries and requires a key for all galleries.',
    answers: [
      {
        status: 200,
        description: 'The metrics in the text format of Prometheus.',
        type: 'text/plain; version=0.0.4; charset=utf-8',
      },
    ],
    errors: ['forbidden'],
    handle: async ({ server, caller, reply }) => {
      requireAllGalleries(caller)
      const { registry } = server.metrics
      reply.type(registry.contentType)
      return registry.metrics()
    },
  }),
  operation({
    id: 'getModel',
    method: 'GET',
    path: '/v1/model',
    scope: 'read',
    tag: 'Server',
    summary: 'Get the model in use',
    description:
      'Returns its id, which embeddings must carry, its license and the basis of its thresholds.',
    answers: [
      {
        status: 200,
        description: 'The model.',
        schema: z
          .object({
            id: z.string(),
            name: z.string(),
            dimensions: z.int(),
            license: z.string(),
            calibrated: z.boolean(),
          })
          .meta({ id: 'Model' }),
      },
    ],
    handle: async ({ agnize }) => {
      const { modelId } = await import('../../models/card.js')
      const card = await agnize.embeddingCard()
      return {
        id: modelId(card),
        name: card.name,
        dimensions: card.dimensions,
        license: card.license,
        calibrated: Boolean(card.calibration),
      }
    },
  }),
]
