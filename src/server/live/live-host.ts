import type { Logger } from 'pino'
import type { Admission } from '../admission.js'
import type { Authentication } from '../authenticate.js'
import type { Metrics } from '../metrics.js'
import type { Quotas } from '../quotas.js'
import type { Galleries } from '../served-galleries.js'
import type { Settings } from '../settings.js'
import type { ResultTokens } from './result-tokens.js'

/** The parts of the server that live connections use. */
export interface LiveHost {
  readonly settings: Settings
  readonly log: Logger
  readonly authentication: Authentication
  readonly quotas: Quotas
  readonly admission: Admission
  readonly galleries: Galleries
  readonly metrics: Metrics
  readonly results: ResultTokens
}
