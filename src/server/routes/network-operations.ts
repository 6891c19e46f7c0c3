import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import {
  detectionCardSchema,
  embeddingCardSchema,
  landmarksCardSchema,
} from '../../models/card-schema.js'
import { operation } from '../operation.js'

const tag = 'Networks'

/** Operations for clients that detect and embed faces themselves, such as a browser. */
export const networkOperations = [
  operation({
    id: 'listNetworks',
    method: 'GET',
    path: '/v1/networks',
    scope: 'identify',
    tag,
    summary: 'List the networks in use with their model cards',
    answers: [
      {
        status: 200,
        description: 'One network for each step.',
        schema: z
          .object({
            detection: detectionCardSchema,
            landmarks: landmarksCardSchema,
            embedding: embeddingCardSchema,
          })
          .meta({ id: 'Networks' }),
      },
    ],
    handle: ({ agnize }) => agnize.cards(),
  }),
  operation({
    id: 'getNetwork',
    method: 'GET',
    path: '/v1/networks/{sha256}',
    scope: 'identify',
    tag,
    summary: 'Download the ONNX file of a network',
    params: z.object({
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .describe('SHA-256 of the file, from the model card.'),
    }),
    answers: [{ status: 200, description: 'ONNX.', type: 'application/octet-stream' }],
    errors: ['model-unknown', 'model-missing', 'model-corrupt'],
    handle: async ({ agnize, params, reply }) => {
      const cards = Object.values(await agnize.cards())
      const card = cards.find(({ sha256 }) => sha256 === params.sha256)
      if (!card) {
        throw new AgnizeError(
          'model-unknown',
          'No network in use has that hash: list the networks to find it.',
        )
      }
      // A changed file gets another URL.
      reply.header('cache-control', 'private, max-age=31536000, immutable')
      return agnize.models.read(card)
    },
  }),
]
