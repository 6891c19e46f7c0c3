import { timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import { now } from '../../gallery/sql/rows.js'
import type { SqlDatabase } from '../../gallery/sql/sql-database.js'
import { SharedSecret } from '../shared-secret.js'

/** Seconds for which the result of a challenge is accepted. */
export const resultSeconds = 60

/** What the result of a challenge says; its face is in the store. */
const contentSchema = z.strictObject({
  challenge: z.string(),
  /** Id of the gallery, which a later one of the same name does not have. */
  gallery: z.string(),
  /** Id of the API key that may use it; null for a caller without one. */
  key: z.string().nullable(),
  /** ISO 8601, UTC. */
  expires: z.string(),
  /** Whether the person followed, or an operator vouched. */
  basis: z.enum(['challenge', 'override']),
})

/** The content of a result. */
export type ResultContent = z.infer<typeof contentSchema>

/** Name of the secret in the store. */
const secretName = 'liveness results'

/** Signs the results of challenges with a secret that all servers over a database share. */
export class ResultTokens {
  readonly #secret: SharedSecret

  constructor(database: SqlDatabase) {
    this.#secret = new SharedSecret(database, secretName)
  }

  async sign(content: ResultContent): Promise<string> {
    const body = Buffer.from(JSON.stringify(content)).toString('base64url')
    return `${body}.${(await this.#secret.mac(body)).toString('base64url')}`
  }

  /**
   * The content of a result that may be used now, here and by this key; whether it was used before is for the store to say.
   *
   * @throws AgnizeError `liveness-result-unknown`, `liveness-result-expired`, `liveness-result-elsewhere`.
   */
  async open(token: string, gallery: string, key: string | null): Promise<ResultContent> {
    const [body = '', mac = '', ...more] = token.split('.')
    const [given, right] = [Buffer.from(mac, 'base64url'), await this.#secret.mac(body)]
    if (more.length > 0 || given.length !== right.length || !timingSafeEqual(given, right)) {
      throw unknownResult()
    }
    const content = contentSchema.parse(JSON.parse(Buffer.from(body, 'base64url').toString()))
    if (content.gallery !== gallery || content.key !== key) {
      throw new AgnizeError(
        'liveness-result-elsewhere',
        'This result was made for another gallery or key: use it with those of its challenge.',
      )
    }
    if (content.expires > now()) return content
    throw new AgnizeError(
      'liveness-result-expired',
      `A result is accepted for ${resultSeconds} s: begin another challenge.`,
    )
  }
}

/** The error for a result that no server over this store made. */
export const unknownResult = () =>
  new AgnizeError(
    'liveness-result-unknown',
    'This is not the result of a challenge of this server: send the result unchanged.',
  )
