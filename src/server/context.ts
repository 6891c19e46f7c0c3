import type { Logger } from 'pino'
import type { AccountSessions } from './accounts/account-sessions.js'
import type { AccountStore } from './accounts/account-store.js'
import type { SignInAttempts } from './accounts/sign-in-attempts.js'
import type { SignInPlaces } from './accounts/sign-in-places.js'
import type { Admission } from './admission.js'
import type { Authentication } from './authenticate.js'
import type { JobRunner } from './jobs/job-runner.js'
import type { KeyStore } from './keys/key-store.js'
import type { SessionStore } from './keys/session-store.js'
import type { LiveConnections } from './live/live-connections.js'
import type { ResultTokens } from './live/result-tokens.js'
import type { Metrics } from './metrics.js'
import type { Invitations } from './oidc/invitations.js'
import type { PendingSignIns } from './oidc/pending-sign-ins.js'
import type { OidcProvider } from './oidc/provider.js'
import type { Quotas } from './quotas.js'
import type { Idempotency } from './records/idempotency.js'
import type { Galleries, ServedGallery } from './served-galleries.js'
import type { Settings } from './settings.js'
import type { OwnTls } from './tls/own-tls.js'
import type { TrustPorts } from './tls/trust-page.js'

/** State and services that the parts of a running server share. */
export interface ServerContext {
  readonly settings: Settings
  readonly log: Logger
  /** The default gallery, for operations that concern no gallery. */
  readonly root: ServedGallery
  readonly galleries: Galleries
  readonly keys: KeyStore
  readonly sessions: SessionStore
  readonly accounts: AccountStore
  readonly accountSessions: AccountSessions
  readonly attempts: SignInAttempts
  readonly signInPlaces: SignInPlaces
  /** The OpenID Connect provider at which people may sign in; undefined without one. */
  readonly provider: OidcProvider | undefined
  readonly pendingSignIns: PendingSignIns
  readonly invitations: Invitations
  readonly authentication: Authentication
  readonly quotas: Quotas
  readonly admission: Admission
  readonly metrics: Metrics
  readonly idempotency: Idempotency
  readonly jobs: JobRunner
  readonly results: ResultTokens
  readonly live: LiveConnections
  /** HTTPS with an authority of its own; undefined for other servers. */
  readonly tls: OwnTls | undefined
  readonly trustPorts: TrustPorts
  /** Whether the server accepts requests. */
  readonly isReady: boolean
  readonly isStopping: boolean
  /** Seconds that a request waits for a comparison of all people of a gallery. */
  readonly comparisonPatience: number
}
