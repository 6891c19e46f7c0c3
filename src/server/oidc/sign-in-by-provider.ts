import { AgnizeError } from '../../base/errors.js'
import { attemptFrom, beginAccountSession, type Visit } from '../accounts/sign-in.js'
import { isOwnOrigin, tokenIn } from '../authenticate.js'
import type { ServerContext } from '../context.js'
import { signInElsewhere } from '../problem.js'
import { actingAs } from '../served-galleries.js'
import { accountOfPerson } from './account-of-person.js'
import type { PendingSignIn } from './pending-sign-ins.js'
import type { OidcProvider } from './provider.js'
import { returnPath } from './return-path.js'

/** Where the provider sends browsers back, below the address of the console. */
export const callbackPath = 'v1/session/oidc/callback'

/** What a page of the console asks for. */
interface Wanted {
  /** The console's address in the browser, which only the browser knows behind proxies. */
  readonly console: string
  readonly to?: string | undefined
  readonly invitation?: string | undefined
}

/** @throws AgnizeError `not-found` at a server without a provider; `read-only`. */
export function requireProvider({ provider, settings }: ServerContext): OidcProvider {
  if (!provider) {
    throw new AgnizeError(
      'not-found',
      'This server has no OpenID Connect provider: sign in with a name and a password.',
    )
  }
  if (settings.readOnly) throw new AgnizeError('read-only', signInElsewhere)
  return provider
}

/** Begins a sign-in at the provider. @returns The address of its page. */
export async function beginAtProvider(
  { server, request, reply }: Visit,
  wanted: Wanted,
): Promise<string> {
  const provider = requireProvider(server)
  const invited = await invitedBy(server, wanted.invitation)
  const redirectUri = new URL(callbackPath, ownAddress(wanted.console, request)).href
  const { url, expected } = await provider.begin(redirectUri)
  await server.pendingSignIns.keep(request, reply, {
    ...{ ...expected, invited, former: tokenIn(request) ?? null },
    to: returnPath(wanted.to),
  })
  return url
}

/** Ends a sign-in that came back from the provider: the person has a session in this browser. */
export async function finishAtProvider(visit: Visit, pending: PendingSignIn): Promise<void> {
  const { server, request } = visit
  const provider = requireProvider(server)
  const query = request.url.slice(request.url.indexOf('?'))
  const person = await attemptFrom(visit, () => provider.finish(query, pending), [
    'provider-unreachable',
  ])
  const proven = await actingAs('provider', () => accountOfPerson(server, person, pending.invited))
  await beginAccountSession(visit, proven, pending.former)
}

/** What an invitation opens; null without one. */
async function invitedBy({ invitations }: ServerContext, invitation: string | undefined) {
  if (invitation === undefined) return null
  const { account, value } = await invitations.read(invitation.trim())
  return { account, value }
}

/** The console's address, which has to be one of this server. @throws AgnizeError `bad-argument`. */
function ownAddress(given: string, request: Visit['request']): URL {
  const { origin } = request.headers
  const url = URL.canParse(given) ? new URL(given) : undefined
  const isOwn =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    (origin === undefined ? isOwnOrigin(url.origin, request) : url.origin === origin)
  if (!isOwn || url.username !== '' || url.password !== '') {
    throw new AgnizeError(
      'bad-argument',
      'console is the address of the console at this server, such as https://faces.example/.',
    )
  }
  url.search = ''
  url.hash = ''
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}
