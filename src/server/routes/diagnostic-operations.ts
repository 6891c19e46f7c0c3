import { z } from 'zod'
import { checkServer, withoutPlaces } from '../diagnostics.js'
import { requireAllGalleries } from '../keys/caller.js'
import { operation } from '../operation.js'

const checkSchema = z
  .object({
    name: z.string().describe('What was examined, such as `model`; several may share a name.'),
    state: z
      .enum(['ok', 'missing', 'warning', 'wrong'])
      .describe(
        '`missing`: not there yet, because nothing was done yet that makes it; `warning`: it works, but needs care; `wrong`: it does not work.',
      ),
    code: z.string().describe('The finding, such as `model-corrupt`.'),
    facts: z
      .record(
        z.string(),
        z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]),
      )
      .describe('The values of the finding.'),
    detail: z.string().describe('The finding in English, with what to do.'),
  })
  .meta({ id: 'DiagnosticCheck' })

export const diagnosticOperations = [
  operation({
    id: 'getDiagnostics',
    method: 'GET',
    path: '/v1/diagnostics',
    scope: 'admin',
    tag: 'Server',
    summary: 'Examine machine, models, store and server',
    description:
      'The checks of `agnize doctor`, and those that only a running server can make; without reading the store whole (`agnize gallery verify`). No path, no secret and no person is named. Requires a key for all galleries.',
    query: z.object({
      gallery: z
        .string()
        .min(1)
        .max(100)
        .default('default')
        .describe('The gallery that is examined.'),
    }),
    answers: [
      {
        status: 200,
        description: 'The checks.',
        schema: z.object({
          at: z.iso.datetime().describe('When they were made: ISO 8601, UTC.'),
          checks: z.array(checkSchema),
        }),
      },
    ],
    errors: ['forbidden', 'unknown-gallery'],
    handle: async ({ server, caller, query }) => {
      requireAllGalleries(caller)
      const { agnize } = await server.galleries.get(query.gallery)
      // Reading a file whole would keep every other request waiting.
      const checks = [...(await agnize.diagnose({ reads: false })), ...(await checkServer(server))]
      return {
        at: new Date().toISOString(),
        checks: checks.map(({ detail, ...check }) => ({
          ...check,
          detail: withoutPlaces(detail, server.settings),
        })),
      }
    },
  }),
]
