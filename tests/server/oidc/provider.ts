/// <reference path="./oidc-provider.d.ts" />
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Provider from 'oidc-provider'
import { onTestFinished } from 'vitest'
import type { GivenSettings } from '../../../dist/server/settings.js'

export const clientId = 'agnize'
const secret = 'a secret of the server at the provider'

/** Somebody whom the provider knows; `sub` is the key. */
export type Person = Readonly<Record<string, unknown>> & { readonly sub: string }

/** A real provider on this machine, which can be made to misbehave. */
export interface TestProvider {
  readonly issuer: string
  /** Settings of a server that uses it. */
  readonly settings: GivenSettings
  /** Begins to answer, for consoles at these addresses. */
  open(...consoles: string[]): Promise<void>
  /** Who sits before the browser. */
  person: Person
  /** Changes the claims of ID tokens, which are signed again with the provider's own key. */
  tamper: ((claims: Record<string, unknown>) => Record<string, unknown>) | undefined
  /** Signs ID tokens with a key that is not the provider's. */
  isForging: boolean
  /** What it answers in place of its own, by path. */
  readonly answers: Map<string, (response: ServerResponse) => void>
  /** Requests that it got, by path. */
  readonly asked: string[]
  stop(): Promise<void>
}

/** Starts a provider, which ends with the test unless it is kept. */
export async function startProvider({ keep = false } = {}): Promise<TestProvider> {
  let handler: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => {
    response.writeHead(503).end()
  }
  const asked: string[] = []
  const answers: TestProvider['answers'] = new Map()
  const http = createServer((request, response) => {
    const path = request.url!.split('?')[0]!
    asked.push(path)
    const other = answers.get(path)
    if (other) other(response)
    else handler(request, response)
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const [own, foreign] = [rsaKey(), rsaKey()]
  const key = { ...own.export({ format: 'jwk' }), kid: 'own', alg: 'RS256', use: 'sig' }
  const people = new Map<string, Person>()
  const folder = await mkdtemp(join(tmpdir(), 'agnize-provider-'))
  const oidcSecretFile = join(folder, 'oidc-secret')
  await writeFile(oidcSecretFile, `${secret}\n`)

  const test: TestProvider = {
    issuer,
    answers,
    asked,
    settings: { oidcIssuer: issuer, oidcClientId: clientId, oidcSecretFile, oidcLabel: 'Works' },
    person: { sub: 'anna-1', preferred_username: 'anna', email: 'anna@works.example' },
    tamper: undefined,
    isForging: false,
    async open(...consoles) {
      const provider = new Provider(issuer, {
        clients: [
          {
            ...{ client_id: clientId, client_secret: secret },
            redirect_uris: consoles.map((url) => `${url}/v1/session/oidc/callback`),
          },
        ],
        jwks: { keys: [key] },
        cookies: { keys: ['for the test'] },
        claims: {
          ...{ openid: ['sub'], email: ['email'], groups: ['groups'] },
          profile: ['preferred_username', 'groups', 'realm_access', 'https://works.example/roles'],
        },
        findAccount: (_: unknown, id: string) => ({
          accountId: id,
          claims: () => ({ ...people.get(id), sub: id }),
        }),
        features: { devInteractions: { enabled: false } },
        interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
        // Everybody agrees to everything.
        loadExistingGrant: async (ctx: any) => {
          const { client, session } = ctx.oidc
          const known = session.grantIdFor(client.clientId)
          if (known) return provider.Grant.find(known)
          const grant = new provider.Grant({
            ...{ clientId: client.clientId },
            accountId: session.accountId,
          })
          grant.addOIDCScope('openid profile email groups')
          await grant.save()
          return grant
        },
        ttl: {
          AccessToken: 60,
          AuthorizationCode: 60,
          IdToken: 60,
          Interaction: 60,
          Session: 60,
          Grant: 60,
        },
      })
      provider.use(async (ctx, next) => {
        await next()
        const given = ctx.path === '/token' ? ctx.body?.id_token : undefined
        if (given === undefined || (!test.tamper && !test.isForging)) return
        const claims = JSON.parse(Buffer.from(given.split('.')[1], 'base64url').toString())
        const signing = test.isForging ? foreign : own
        ctx.body = { ...ctx.body, id_token: signed(test.tamper?.(claims) ?? claims, signing) }
      })
      const answer = provider.callback()
      handler = (request, response) => {
        if (!request.url!.startsWith('/interaction/')) return answer(request, response)
        // Whoever is asked to sign in does.
        const { person } = test
        people.set(person.sub, person)
        void provider.interactionFinished(request, response, { login: { accountId: person.sub } })
      }
    },
    async stop() {
      await rm(folder, { recursive: true, force: true })
      http.closeAllConnections()
      if (http.listening) await new Promise<void>((done) => http.close(() => done()))
    },
  }
  if (!keep) onTestFinished(() => test.stop())
  return test
}

const rsaKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

/** A JSON Web Token (RS256) that names the provider's key, whichever signed it. */
function signed(claims: object, key: KeyObject): string {
  const text = [{ alg: 'RS256', kid: 'own', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
}
