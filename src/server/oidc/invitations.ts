import { randomBytes, timingSafeEqual } from 'node:crypto'
import { AgnizeError } from '../../base/errors.js'
import type { SqlDatabase } from '../../gallery/sql/sql-database.js'
import type { OpenInvitation } from '../accounts/account.js'
import { AccountStore } from '../accounts/account-store.js'
import { SharedSecret } from '../shared-secret.js'

/** Days for which an invitation is valid. Judgment. */
export const invitationDays = 3

/** The fragment of the console's address that carries an invitation: browsers send it to no server. */
export const invitationMark = '#invitation='

/**
 * Invitations to link an account to its owner at the provider. An account has one at a time: its row keeps a random value, which the
 * invitation signs, so that whoever reads the store has no invitation, and whoever has one uses it once.
 */
export class Invitations {
  readonly #secret: SharedSecret
  readonly #accounts: AccountStore

  constructor(database: SqlDatabase) {
    this.#secret = new SharedSecret(database, 'sign-ins at a provider')
    this.#accounts = new AccountStore(database)
  }

  /**
   * Invites the owner of an account; a former invitation ends.
   *
   * @throws AgnizeError `unknown-account`; `account-exists` for one that is linked.
   */
  async make(
    account: string,
  ): Promise<{ readonly invitation: string; readonly expiresAt: string }> {
    const value = randomBytes(16).toString('base64url')
    const expiresAt = new Date(Date.now() + invitationDays * 86_400_000).toISOString()
    const open = { account, value, until: expiresAt }
    await this.#accounts.invite(open)
    const signature = (await this.#mac(open)).toString('base64url')
    return { invitation: `${account}.${signature}`, expiresAt }
  }

  /** What an invitation opens. @throws AgnizeError `sign-in-expired`. */
  async read(invitation: string): Promise<OpenInvitation> {
    const [account = '', signature = ''] = invitation.split('.')
    const open = await this.#accounts.openInvitation(account)
    if (open && Date.parse(open.until) > Date.now()) {
      const [given, right] = [Buffer.from(signature, 'base64url'), await this.#mac(open)]
      if (given.length === right.length && timingSafeEqual(given, right)) return open
    }
    throw new AgnizeError(
      'sign-in-expired',
      'This invitation is no longer valid: ask an administrator for a new one.',
    )
  }

  #mac({ account, value, until }: OpenInvitation): Promise<Buffer> {
    return this.#secret.mac(`invitation ${account} ${value} ${until}`)
  }
}
