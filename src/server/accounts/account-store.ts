import type { Kysely } from 'kysely'
import { AgnizeError } from '../../base/errors.js'
import type { SqlDatabase } from '../../gallery/sql/sql-database.js'
import type { Schema } from '../../gallery/sql/tables.js'
import {
  type Account,
  type AccountChange,
  type AccountRow,
  accountOf,
  foldedAccountName,
  givenGalleries,
  type Identity,
  type NewAccount,
  type OpenInvitation,
  type ProvenAccount,
  requireAllForAdministrators,
  requireUnlinked,
  rowOf,
  uninvited,
} from './account.js'
import { hashPassword, requireStrong, wrongPassword } from './password.js'

/**
 * Accounts in the store, shared by all servers over it. Nothing is cached: a change takes effect at once. An administrator who can
 * sign in always remains, where there is one.
 */
export class AccountStore {
  readonly #database: SqlDatabase

  constructor(database: SqlDatabase) {
    this.#database = database
  }

  /** Whether there is any account. */
  async hasAny(): Promise<boolean> {
    const row = await this.#database.read((db) =>
      db.selectFrom('accounts').select('id').limit(1).executeTakeFirst(),
    )
    return row !== undefined
  }

  /** All accounts, by name. */
  async list(): Promise<Account[]> {
    const rows = await this.#database.read((db) =>
      db.selectFrom('accounts').selectAll().orderBy('folded_name').execute(),
    )
    return rows.map(accountOf)
  }

  /** @throws AgnizeError `unknown-account`. */
  async get(id: string): Promise<Account> {
    const row = await this.#database.read((db) => byId(db, id))
    if (row) return accountOf(row)
    throw unknownAccount(id)
  }

  /** @throws AgnizeError `unknown-account`. */
  async named(name: string): Promise<Account> {
    const row = await this.#database.read((db) => byName(db, name))
    if (row) return accountOf(row)
    throw unknownAccount(name)
  }

  /** The account of a name and the hash of its password; undefined without such an account, and for one without a password. */
  async withPassword(name: string): Promise<ProvenAccount | undefined> {
    const row = await this.#database.read((db) => byName(db, name))
    return row && row.password !== null
      ? { account: accountOf(row), hash: row.password }
      : undefined
  }

  /** The account of somebody whom a provider has recognized; undefined without one. */
  async withIdentity({ issuer, subject }: Identity): Promise<Account | undefined> {
    const row = await this.#database.read((db) =>
      db
        .selectFrom('accounts')
        .selectAll()
        .where('issuer', '=', issuer)
        .where('subject', '=', subject)
        .executeTakeFirst(),
    )
    return row && accountOf(row)
  }

  /**
   * Keeps the invitation of an account in place of a former one. It ends when the account is linked, disabled or gets another role.
   *
   * @throws AgnizeError `unknown-account`; `account-exists` for one that is linked.
   */
  async invite({ account, value, until }: OpenInvitation): Promise<void> {
    await this.#database.transact(async (db) => {
      await this.#database.lockTable(db, 'accounts')
      const row = await byId(db, account)
      if (!row) throw unknownAccount(account)
      requireUnlinked(row)
      const values = { invitation: value, invited_until: until }
      await db.updateTable('accounts').set(values).where('id', '=', account).execute()
    })
  }

  /** The invitation of an account; undefined where none is open. */
  async openInvitation(account: string): Promise<OpenInvitation | undefined> {
    const row = await this.#database.read((db) => byId(db, account))
    if (!row || row.invitation === null || row.invited_until === null) return undefined
    return { account, value: row.invitation, until: row.invited_until }
  }

  /**
   * Links an account by its invitation, which is used up, and ends its sessions; its password stays.
   *
   * @throws AgnizeError `sign-in-expired` where the account has not this invitation any more; `account-exists` where another has this
   * identity.
   */
  async link(
    { account: id, value }: Pick<OpenInvitation, 'account' | 'value'>,
    identity: Identity,
  ): Promise<Account> {
    return this.#database.transact(async (db) => {
      await this.#database.lockTable(db, 'accounts')
      const row = await byId(db, id)
      if (!row || row.invitation !== value || row.subject !== null || row.disabled !== 0) {
        throw new AgnizeError(
          'sign-in-expired',
          'This invitation has been used or withdrawn: ask an administrator for a new one.',
        )
      }
      await requireFree(db, identity)
      const values = { ...identity, ...uninvited }
      await db.updateTable('accounts').set(values).where('id', '=', id).execute()
      await endSessions(db, id)
      return accountOf({ ...row, ...values })
    })
  }

  /**
   * Creates an account.
   *
   * @param signal - Ends the wait for the hash of the password.
   * @throws AgnizeError `bad-name`, `weak-password`, `account-exists`, `bad-argument`.
   */
  async create(wanted: NewAccount, signal?: AbortSignal): Promise<Account> {
    const row = await rowOf(wanted, signal)
    await this.#database.transact(async (db) => {
      if (wanted.identity) {
        await this.#database.lockTable(db, 'accounts')
        await requireFree(db, wanted.identity)
      }
      await insert(db, row)
    })
    return accountOf(row)
  }

  /**
   * Creates an administrator where there is no account, exactly once even where two servers are asked at the same time.
   *
   * @throws AgnizeError `bad-name`, `weak-password`; `account-exists` where there is an account.
   */
  async createFirst(
    wanted: { readonly name: string; readonly password: string },
    signal?: AbortSignal,
  ): Promise<ProvenAccount> {
    const row = await rowOf({ ...wanted, role: 'administrator' }, signal)
    await this.#database.transact(async (db) => {
      await this.#database.lockTable(db, 'accounts')
      const there = await db.selectFrom('accounts').select('id').limit(1).executeTakeFirst()
      if (there) {
        throw new AgnizeError(
          'account-exists',
          'There is already an account: sign in, or ask an administrator to create one for you.',
        )
      }
      await insert(db, row)
    })
    return { account: accountOf(row), hash: row.password! }
  }

  /**
   * Changes an account. A new password, a lock and another identity end its sessions; a lock, another identity and another role its
   * invitation.
   *
   * @throws AgnizeError `unknown-account`, `last-administrator`, `weak-password`, `bad-argument`; `account-exists` where another
   * account has the identity.
   */
  async change(id: string, change: AccountChange, signal?: AbortSignal): Promise<Account> {
    const before = await this.get(id)
    if (change.password !== undefined) requireStrong(change.password, before.name)
    const password =
      change.password === undefined ? undefined : await hashPassword(change.password, signal)
    const changed = await this.#database.transact(async (db) => {
      await this.#database.lockTable(db, 'accounts')
      const row = await byId(db, id)
      if (!row) throw unknownAccount(id)
      const role = change.role ?? row.role
      const disabled = change.isDisabled === undefined ? row.disabled : Number(change.isDisabled)
      const isLockedOut =
        change.identity === null && row.subject !== null && (password ?? row.password) === null
      if (role !== 'administrator' || disabled !== 0 || isLockedOut) await requireAnother(db, row)
      if (change.galleries) requireAllForAdministrators(role, change.galleries)
      // Who becomes an administrator has all galleries by that, and the given ones when it ends.
      const galleries = change.galleries ?? givenGalleries(row)
      const values = {
        ...{ role, disabled, galleries: JSON.stringify([...new Set(galleries)]) },
        ...(password !== undefined && { password }),
        ...(change.identity !== undefined && (change.identity ?? { issuer: null, subject: null })),
        ...((change.identity !== undefined || role !== row.role || disabled !== 0) && uninvited),
      }
      if (change.identity) await requireFree(db, change.identity, id)
      await db.updateTable('accounts').set(values).where('id', '=', id).execute()
      if (disabled !== 0 || password !== undefined || change.identity !== undefined) {
        await endSessions(db, id)
      }
      return { ...row, ...values }
    })
    return accountOf(changed)
  }

  /** Deletes an account with its sessions. @throws AgnizeError `unknown-account`, `last-administrator`. */
  async remove(id: string): Promise<void> {
    await this.#database.transact(async (db) => {
      await this.#database.lockTable(db, 'accounts')
      const row = await byId(db, id)
      if (!row) throw unknownAccount(id)
      await requireAnother(db, row)
      await db.deleteFrom('accounts').where('id', '=', id).execute()
    })
    await this.#database.scrub()
  }

  /**
   * Changes a password by its owner, which ends the sessions of the account.
   *
   * @throws AgnizeError `weak-password`; `wrong-password` where the password that was proven is not the account's any more.
   */
  async changeOwnPassword(
    { account, hash }: ProvenAccount,
    next: string,
    signal?: AbortSignal,
  ): Promise<ProvenAccount> {
    requireStrong(next, account.name)
    const password = await hashPassword(next, signal)
    await this.#database.transact(async (db) => {
      await this.#database.lockTable(db, 'accounts')
      if (!(await replaceHash(db, { account, hash }, password))) throw wrongPassword()
      await endSessions(db, account.id)
    })
    return { account, hash: password }
  }

  /** Keeps a better hash of the proven password, unless the account has got another password meanwhile. */
  async keepBetterHash(proven: ProvenAccount, better: string): Promise<ProvenAccount> {
    const isKept = await this.#database.transact((db) => replaceHash(db, proven, better))
    return isKept ? { ...proven, hash: better } : proven
  }

  /** Removes a gallery that is about to be deleted from all accounts, so that none opens a later gallery of the same name. */
  async forgetGallery(gallery: string): Promise<void> {
    await this.#database.transact(async (db) => {
      await this.#database.lockTable(db, 'accounts')
      const rows = await db.selectFrom('accounts').selectAll().execute()
      for (const row of rows) {
        const galleries = givenGalleries(row)
        if (!galleries.includes(gallery)) continue
        const left = JSON.stringify(galleries.filter((name) => name !== gallery))
        await db.updateTable('accounts').set({ galleries: left }).where('id', '=', row.id).execute()
      }
    })
  }
}

const byId = (db: Kysely<Schema>, id: string) =>
  db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst()

const byName = (db: Kysely<Schema>, name: string) =>
  db
    .selectFrom('accounts')
    .selectAll()
    .where('folded_name', '=', foldedAccountName(name))
    .executeTakeFirst()

async function insert(db: Kysely<Schema>, row: AccountRow): Promise<void> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('accounts')
    .values(row)
    .onConflict((conflict) => conflict.column('folded_name').doNothing())
    .executeTakeFirstOrThrow()
  if (Number(numInsertedOrUpdatedRows) > 0) return
  throw new AgnizeError(
    'account-exists',
    `There is already an account ${JSON.stringify(row.name)}: choose another name.`,
  )
}

/** @returns Whether the proven password was still that of the account, which may sign in. */
async function replaceHash(
  db: Kysely<Schema>,
  { account, hash }: ProvenAccount,
  password: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('accounts')
    .set({ password })
    .where('id', '=', account.id)
    .where('password', '=', hash)
    .where('disabled', '=', 0)
    .executeTakeFirst()
  return Number(numUpdatedRows) > 0
}

const endSessions = (db: Kysely<Schema>, id: string) =>
  db.deleteFrom('account_sessions').where('account_id', '=', id).execute()

/**
 * Requires that an enabled administrator remains without this one: one with a password where this one has it, since a provider can
 * be down, set otherwise or gone.
 */
async function requireAnother(db: Kysely<Schema>, row: AccountRow): Promise<void> {
  if (row.role !== 'administrator' || row.disabled !== 0) return
  // Who has neither way in, such as somebody invited, is not needed to let anybody in.
  if (row.password === null && row.subject === null) return
  const others = db
    .selectFrom('accounts')
    .select('id')
    .where('role', '=', 'administrator')
    .where('disabled', '=', 0)
    .where('id', '<>', row.id)
    .limit(1)
  const other = await (row.password === null
    ? others.where(({ or, eb }) =>
        or([eb('password', 'is not', null), eb('subject', 'is not', null)]),
      )
    : others.where('password', 'is not', null)
  ).executeTakeFirst()
  if (other) return
  throw new AgnizeError(
    'last-administrator',
    row.password === null
      ? `${JSON.stringify(row.name)} is the last administrator who can sign in: make another first.`
      : `${JSON.stringify(row.name)} is the last administrator who can sign in with a password: make another first.`,
  )
}

/** Requires that no other account has an identity. */
async function requireFree(
  db: Kysely<Schema>,
  { issuer, subject }: Identity,
  except = '',
): Promise<void> {
  const other = await db
    .selectFrom('accounts')
    .select('name')
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .where('id', '<>', except)
    .executeTakeFirst()
  if (!other) return
  throw new AgnizeError(
    'account-exists',
    `The account ${JSON.stringify(other.name)} is already linked to this person at the provider: unlink it first.`,
  )
}

function unknownAccount(which: string): AgnizeError {
  return new AgnizeError(
    'unknown-account',
    `There is no account ${JSON.stringify(which)}: list the accounts to find it.`,
  )
}
