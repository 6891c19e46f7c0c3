import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import { wayUp } from '../console.js'
import { refusedPath } from '../oidc/return-path.js'
import { beginAtProvider, finishAtProvider, requireProvider } from '../oidc/sign-in-by-provider.js'
import { operation } from '../operation.js'
import { agnizeError } from '../problem.js'
import { requireNoStranger } from '../session-cookie.js'

const tag = 'Session'
const parameter = z.string().max(8192).optional()

/** Signing in at an OpenID Connect provider. */
export const providerOperations = [
  operation({
    id: 'beginSessionAtProvider',
    method: 'POST',
    path: '/v1/session/oidc',
    scope: null,
    tag,
    summary: 'Begin a sign-in at the OpenID Connect provider',
    description:
      "Returns the address of the provider's page, and sets a cookie that the callback requires. The sign-in must be completed within 10 minutes. Afterwards the provider redirects the browser to `v1/session/oidc/callback` below `console`: register that address there.",
    body: {
      kind: 'json',
      schema: z.strictObject({
        console: z
          .string()
          .min(1)
          .max(500)
          .describe('Address of the console in the browser, such as `https://faces.example/`.'),
        to: z
          .string()
          .max(1000)
          .optional()
          .describe('Page of the console to which the browser returns; default the first page.'),
        invitation: z
          .string()
          .min(1)
          .max(200)
          .optional()
          .describe('Invitation that links an account to the person who signs in.'),
      }),
      kilobytes: 6,
    },
    secret: true,
    answers: [
      {
        status: 201,
        description: "The address of the provider's page.",
        schema: z.object({ url: z.string() }),
      },
    ],
    errors: ['not-found', 'forbidden', 'read-only', 'sign-in-expired', ...providerErrors()],
    handle: async ({ body, ...visit }) => {
      requireNoStranger(visit.request)
      return { url: await beginAtProvider(visit, body) }
    },
  }),
  operation({
    id: 'finishSessionAtProvider',
    method: 'GET',
    path: '/v1/session/oidc/callback',
    scope: null,
    tag,
    summary: 'Complete a sign-in at the OpenID Connect provider',
    description:
      'Sets the session cookie and redirects to the page of the console where the sign-in began. If the sign-in fails, the redirect has the error code as `refused`; programs get the error itself.',
    query: z.object({
      state: parameter,
      code: parameter,
      iss: parameter,
      error: parameter,
    }),
    answers: [{ status: 303, description: 'Redirect to the console.' }],
    errors: [
      ...(['not-found', 'sign-in-expired', 'no-account', 'account-exists', 'bad-name'] as const),
      ...(['read-only', 'overloaded'] as const),
      ...providerErrors(),
    ],
    handle: async ({ query, ...visit }) => {
      const { server, request, reply } = visit
      reply.header('cache-control', 'no-store')
      let to = ''
      try {
        requireProvider(server)
        const { state = '' } = query
        const pending = await server.pendingSignIns.take(request, reply, state)
        if (!pending) {
          throw new AgnizeError(
            'sign-in-expired',
            'This sign-in was begun in another browser, took more than 10 minutes, or has ended: begin again.',
          )
        }
        to = pending.to
        await finishAtProvider(visit, pending)
      } catch (error) {
        const known = agnizeError(error)
        if (!(request.headers.accept ?? '').includes('text/html')) throw known
        server.metrics.refused(known.code)
        server.log.warn(
          { request_id: request.id, code: known.code, err: error },
          'sign-in at the provider failed',
        )
        to = refusedPath(to, known.code)
      }
      reply.code(303).header('location', `${wayUp(request.url)}${to}`)
    },
  }),
]

function providerErrors() {
  return ['provider-unreachable', 'provider-refused', 'provider-untrusted'] as const
}
