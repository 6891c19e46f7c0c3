import { timingSafeEqual } from 'node:crypto'
import { AgnizeError } from '../../base/errors.js'
import type { SqlDatabase } from '../../gallery/sql/sql-database.js'
import { SharedSecret } from '../shared-secret.js'

/** Days for which an invitation is valid. Judgment. */
export const invitationDays = 3

/** The fragment of the console's address that carries an invitation: browsers send it to no server. */
export const invitationMark = '#invitation='

/**
 * Invitations to link an account to its owner at the provider. They are signed and not stored: one is used up when the account is
 * linked.
 */
export class Invitations {
  readonly #secret: SharedSecret

  constructor(database: SqlDatabase) {
    this.#secret = new SharedSecret(database, 'sign-ins at a provider')
  }

  async make(
    accountId: string,
  ): Promise<{ readonly invitation: string; readonly expiresAt: string }> {
    const until = Date.now() + invitationDays * 86_400_000
    const mac = await this.#mac(accountId, until)
    return {
      invitation: [accountId, until.toString(36), mac.toString('base64url')].join('.'),
      expiresAt: new Date(until).toISOString(),
    }
  }

  /** The id of the account for which an invitation is. @throws AgnizeError `sign-in-expired`. */
  async accountOf(invitation: string): Promise<string> {
    const [id = '', end = '', signature = ''] = invitation.split('.')
    const until = Number.parseInt(end, 36)
    const [given, right] = [
      Buffer.from(signature, 'base64url'),
      await this.#mac(id, Number.isNaN(until) ? 0 : until),
    ]
    const isOurs = given.length === right.length && timingSafeEqual(given, right)
    if (isOurs && until > Date.now()) return id
    throw new AgnizeError(
      'sign-in-expired',
      'This invitation is not valid any more: ask an administrator for another.',
    )
  }

  #mac(accountId: string, until: number): Promise<Buffer> {
    return this.#secret.mac(`invitation ${accountId} ${until}`)
  }
}
