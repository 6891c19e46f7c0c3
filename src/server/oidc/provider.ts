import type { Configuration } from 'openid-client'
import { AgnizeError } from '../../base/errors.js'
import type { Identity } from '../accounts/account.js'
import { type Claims, claimAt, merged } from './claim-at.js'
import { fetchFromProvider, ProviderUnreachable, patience } from './provider-fetch.js'

/** Seconds by which the clocks of the server and of the provider may differ. Judgment. */
const clockTolerance = 30

/** Milliseconds after which a provider's description is read again. Judgment. */
const descriptionAge = 3_600_000

/** A person whom the provider has recognized. */
export interface Person {
  readonly identity: Identity
  readonly claims: Claims
}

/** How the server is known to a provider. */
export interface ProviderOptions {
  readonly issuer: string
  readonly clientId: string
  /** Without it, the server is a public client, which PKCE alone protects. */
  readonly secret: string | undefined
  readonly label: string
  readonly scopes: readonly string[]
  /** Names or paths of claims that are asked for once more where the ID token lacks them. */
  readonly wanted: readonly string[]
}

/** What has to come back from the provider. */
export interface Expected {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly redirectUri: string
}

/**
 * An OpenID Connect provider, by the authorization code flow with PKCE, state and nonce. It is first asked when somebody wants to sign
 * in, so that the server starts without it.
 */
export class OidcProvider {
  readonly #options: ProviderOptions
  #known: { readonly configuration: Promise<Configuration>; readonly until: number } | undefined

  constructor(options: ProviderOptions) {
    this.#options = options
  }

  get label(): string {
    return this.#options.label
  }

  /**
   * Begins a sign-in.
   *
   * @returns The provider's page, and what has to come back from it.
   * @throws AgnizeError `provider-unreachable`, `provider-untrusted`.
   */
  async begin(redirectUri: string): Promise<{ readonly url: string; readonly expected: Expected }> {
    const client = await import('openid-client')
    const configuration = await this.#configuration()
    const [state, nonce] = [client.randomState(), client.randomNonce()]
    const verifier = client.randomPKCECodeVerifier()
    const challenge = await client.calculatePKCECodeChallenge(verifier)
    try {
      const url = client.buildAuthorizationUrl(configuration, {
        ...{ redirect_uri: redirectUri, scope: this.#options.scopes.join(' '), state, nonce },
        ...{ code_challenge: challenge, code_challenge_method: 'S256' },
      })
      return { url: url.href, expected: { state, nonce, verifier, redirectUri } }
    } catch (error) {
      throw this.#error(error, client)
    }
  }

  /**
   * The person for whom the provider sent a browser back.
   *
   * @param query - Query of the address to which it came, with its question mark.
   * @throws AgnizeError `provider-unreachable`, `provider-refused`, `provider-untrusted`.
   */
  async finish(query: string, expected: Expected): Promise<Person> {
    const client = await import('openid-client')
    const configuration = await this.#configuration()
    try {
      const tokens = await client.authorizationCodeGrant(
        configuration,
        new URL(query, expected.redirectUri),
        {
          ...{ expectedState: expected.state, expectedNonce: expected.nonce },
          ...{ pkceCodeVerifier: expected.verifier, idTokenExpected: true },
        },
      )
      const claims = tokens.claims()!
      const { iss: issuer, sub: subject, iat } = claims
      // Providers of many organizations put the person's into it: only the one that was chosen may sign people in.
      if (issuer !== configuration.serverMetadata().issuer) throw new Error('another issuer')
      if (iat > Date.now() / 1000 + clockTolerance) throw new Error('an ID token of the future')
      const lacks = this.#options.wanted.some((name) => claimAt(claims, name) === undefined)
      const more =
        lacks && configuration.serverMetadata().userinfo_endpoint !== undefined
          ? await client.fetchUserInfo(configuration, tokens.access_token, subject)
          : {}
      return { identity: { issuer, subject }, claims: merged(claims, more) }
    } catch (error) {
      throw this.#error(error, client)
    }
  }

  /** The provider's description of itself, read at the first sign-in and kept for an hour. */
  async #configuration(): Promise<Configuration> {
    const client = await import('openid-client')
    if (!this.#known || this.#known.until < Date.now()) {
      const known = {
        configuration: this.#discover(client),
        until: Date.now() + descriptionAge,
      }
      this.#known = known
      known.configuration.catch(() => {
        if (this.#known === known) this.#known = undefined
      })
    }
    try {
      return await this.#known.configuration
    } catch (error) {
      if (!isOtherAnswer(error)) throw this.#error(error, client)
      const { issuer, label } = this.#options
      const at = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
      throw new AgnizeError(
        'provider-unreachable',
        `${label} cannot be used, because its description is not at ${at}: ask the server's operator to check oidcIssuer, or sign in with a name and a password.`,
        { cause: new Error(reasonOf(error)) },
      )
    }
  }

  async #discover(client: typeof import('openid-client')): Promise<Configuration> {
    const { issuer, clientId, secret } = this.#options
    const authenticate: import('openid-client').ClientAuth = (as, metadata, body, headers) => {
      const methods = as.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
      const method = secret
        ? methods.includes('client_secret_basic')
          ? client.ClientSecretBasic(secret)
          : client.ClientSecretPost(secret)
        : client.None()
      return method(as, metadata, body, headers)
    }
    const found = await client.discovery(
      new URL(issuer),
      clientId,
      { [client.clockTolerance]: clockTolerance },
      authenticate,
      {
        timeout: patience / 1000,
        [client.customFetch]: fetchFromProvider,
        execute: [
          // A signature is asked for although the token comes from the provider itself: a proxy may lie between.
          client.enableNonRepudiationChecks,
          // The settings allow http: for this machine only.
          ...(issuer.startsWith('http:') ? [client.allowInsecureRequests] : []),
        ],
      },
    )
    // Accounts are linked to the issuer as it is written in the settings.
    const { issuer: own } = found.serverMetadata()
    if (own !== issuer) throw new Error(`oidcIssuer is ${issuer}, and the provider says ${own}`)
    return found
  }

  /** An error of the library in our words; its cause, which the log gets, holds nothing of tokens and people. */
  #error(error: unknown, client: typeof import('openid-client')): AgnizeError {
    const { label } = this.#options
    if (error instanceof ProviderUnreachable) {
      return new AgnizeError(
        'provider-unreachable',
        `${label} does not answer: try again later, or sign in with a name and a password.`,
        { cause: new Error(error.message) },
      )
    }
    if (
      error instanceof client.AuthorizationResponseError ||
      error instanceof client.ResponseBodyError
    ) {
      return new AgnizeError(
        'provider-refused',
        `${label} did not sign you in (${plain(error.error)}): try again.`,
        { cause: new Error(plain(error.error)) },
      )
    }
    const status = isOtherAnswer(error) ? statusOf(error) : undefined
    if (status !== undefined && [401, 403].includes(status)) {
      return new AgnizeError(
        'provider-refused',
        `${label} did not sign you in (status ${status}): try again.`,
        { cause: new Error(reasonOf(error)) },
      )
    }
    return new AgnizeError(
      'provider-untrusted',
      `The answer of ${label} cannot be trusted, because it is not meant for this server, has expired or is not signed: the server's log has the reason.`,
      { cause: new Error(reasonOf(error)) },
    )
  }
}

/** An error code of a provider as it may be shown. */
const plain = (code: string) => code.replaceAll(/[^\w.-]/g, '').slice(0, 60) || 'no reason given'

/** Whether the provider answered with something else than OpenID Connect says, such as a page that is not found. */
const isOtherAnswer = (error: unknown): boolean =>
  ['OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON'].includes(
    (error as { code?: string }).code ?? '',
  )

/** The status of an answer that the library did not expect. */
const statusOf = (error: unknown): number | undefined =>
  (error as { cause?: { status?: number } }).cause?.status

/** Why the library trusts an answer not, without anything of tokens and people. */
function reasonOf(error: unknown): string {
  const { message, code, cause } = error as Error & { code?: string }
  const claim = (cause as { cause?: { claim?: unknown } } | undefined)?.cause?.claim
  const status = statusOf(error)
  const why = [message, code, (cause as Error | undefined)?.message, claim, status?.toString()]
  return why.filter((part) => typeof part === 'string').join(': ')
}
