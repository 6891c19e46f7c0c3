import type { Kysely } from 'kysely'
import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import { columnOf } from '../../gallery/json-columns.js'
import { newId, now } from '../../gallery/sql/rows.js'
import type { SqlDatabase } from '../../gallery/sql/sql-database.js'
import type { Schema, ServerSchema } from '../../gallery/sql/tables.js'
import type { Role } from '../keys/caller.js'
import { hashPassword, requireStrong, wrongPassword } from './password.js'

/** An account of a person, without its password. */
export interface Account {
  readonly id: string
  readonly name: string
  readonly role: Role
  /** Names of the galleries that the account may access, or `*` for all. */
  readonly galleries: readonly string[]
  readonly isDisabled: boolean
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** ISO 8601, UTC; null before the first time. */
  readonly signedInAt: string | null
}

/** An account, and the hash of the password by which somebody has just proven to be its owner. */
export interface ProvenAccount {
  readonly account: Account
  readonly hash: string
}

/** An account to create. */
export interface NewAccount {
  readonly name: string
  readonly role: Role
  readonly galleries?: readonly string[] | undefined
  readonly password: string
}

/** A change of an account; omitted fields keep their value. */
export interface AccountChange {
  readonly role?: Role | undefined
  readonly galleries?: readonly string[] | undefined
  readonly isDisabled?: boolean | undefined
  readonly password?: string | undefined
}

type Row = ServerSchema['accounts']

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

  /** The account of a name and the hash of its password; undefined without such an account. */
  async withPassword(name: string): Promise<ProvenAccount | undefined> {
    const row = await this.#database.read((db) => byName(db, name))
    return row && { account: accountOf(row), hash: row.password }
  }

  /**
   * Creates an account.
   *
   * @throws AgnizeError `bad-name`, `weak-password`, `account-exists`, `bad-argument`.
   */
  async create(wanted: NewAccount): Promise<Account> {
    const row = await rowOf(wanted)
    await this.#database.transact((db) => insert(db, row))
    return accountOf(row)
  }

  /**
   * Creates an administrator where there is no account, exactly once even where two servers are asked at the same time.
   *
   * @throws AgnizeError `bad-name`, `weak-password`; `account-exists` where there is an account.
   */
  async createFirst(wanted: Pick<NewAccount, 'name' | 'password'>): Promise<ProvenAccount> {
    const row = await rowOf({ ...wanted, role: 'administrator' })
    await this.#database.transact(async (db) => {
      await this.#database.lockTable(db, 'accounts')
      const there = await db.selectFrom('accounts').select('id').limit(1).executeTakeFirst()
      if (there) {
        throw new AgnizeError(
          'account-exists',
          'There is an account already: sign in, or have an administrator create yours.',
        )
      }
      await insert(db, row)
    })
    return { account: accountOf(row), hash: row.password }
  }

  /**
   * Changes an account. A new password and a lock end its sessions.
   *
   * @throws AgnizeError `unknown-account`, `last-administrator`, `weak-password`, `bad-argument`.
   */
  async change(id: string, change: AccountChange): Promise<Account> {
    const before = await this.get(id)
    if (change.password !== undefined) requireStrong(change.password, before.name)
    const password = change.password === undefined ? undefined : await hashPassword(change.password)
    const changed = await this.#database.transact(async (db) => {
      await this.#database.lockTable(db, 'accounts')
      const row = await byId(db, id)
      if (!row) throw unknownAccount(id)
      const role = change.role ?? row.role
      const disabled = change.isDisabled === undefined ? row.disabled : Number(change.isDisabled)
      if (role !== 'administrator' || disabled !== 0) await requireAnother(db, row)
      // Who becomes an administrator has all galleries by that.
      const isPromoted = role === 'administrator' && row.role !== 'administrator'
      const galleries = change.galleries ?? (isPromoted ? ['*'] : accountOf(row).galleries)
      requireAllForAdministrators(role, galleries)
      const values = {
        ...{ role, disabled, galleries: JSON.stringify([...new Set(galleries)]) },
        ...(password !== undefined && { password }),
      }
      await db.updateTable('accounts').set(values).where('id', '=', id).execute()
      if (disabled !== 0 || password !== undefined) await endSessions(db, id)
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
  async changeOwnPassword({ account, hash }: ProvenAccount, next: string): Promise<ProvenAccount> {
    requireStrong(next, account.name)
    const password = await hashPassword(next)
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
      for (const { id, galleries } of rows.map(accountOf)) {
        if (!galleries.includes(gallery)) continue
        const left = JSON.stringify(galleries.filter((name) => name !== gallery))
        await db.updateTable('accounts').set({ galleries: left }).where('id', '=', id).execute()
      }
    })
  }
}

/** A name as it is compared. */
export const foldedAccountName = (name: string) => name.trim().normalize('NFKC').toLowerCase()

const byId = (db: Kysely<Schema>, id: string) =>
  db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst()

const byName = (db: Kysely<Schema>, name: string) =>
  db
    .selectFrom('accounts')
    .selectAll()
    .where('folded_name', '=', foldedAccountName(name))
    .executeTakeFirst()

async function insert(db: Kysely<Schema>, row: Row): Promise<void> {
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

/** Requires that an enabled administrator remains without this one. */
async function requireAnother(db: Kysely<Schema>, row: Row): Promise<void> {
  if (row.role !== 'administrator' || row.disabled !== 0) return
  const other = await db
    .selectFrom('accounts')
    .select('id')
    .where('role', '=', 'administrator')
    .where('disabled', '=', 0)
    .where('id', '<>', row.id)
    .limit(1)
    .executeTakeFirst()
  if (other) return
  throw new AgnizeError(
    'last-administrator',
    `${JSON.stringify(row.name)} is the last administrator who can sign in: make another first.`,
  )
}

function requireAllForAdministrators(role: Role, galleries: readonly string[]): void {
  if (role !== 'administrator' || galleries.includes('*')) return
  throw new AgnizeError('bad-argument', 'An administrator has all galleries: leave them out.')
}

/** Letters, digits and marks of names and addresses; nothing that hides or breaks a line. */
const accountName = /^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N} ._@+'-]{0,63}$/u

async function rowOf({ name: given, role, galleries, password }: NewAccount): Promise<Row> {
  const name = given.trim().normalize('NFC')
  if (!accountName.test(name)) {
    throw new AgnizeError(
      'bad-name',
      'The name of an account has 1 to 64 letters, digits, spaces and . _ - @ + and begins with a letter or a digit.',
    )
  }
  const own = galleries ?? ['*']
  requireAllForAdministrators(role, own)
  requireStrong(password, name)
  return {
    ...{ id: newId(), name, folded_name: foldedAccountName(name), role },
    ...{ galleries: JSON.stringify([...new Set(own)]), password: await hashPassword(password) },
    ...{ disabled: 0, created_at: now(), signed_in_at: null },
  }
}

const galleriesSchema = z.array(z.string())

/** The account of a row. */
export function accountOf(row: Row): Account {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    galleries: columnOf(row.galleries, galleriesSchema, `the account ${row.id}`),
    isDisabled: Number(row.disabled) !== 0,
    createdAt: row.created_at,
    signedInAt: row.signed_in_at,
  }
}

function unknownAccount(which: string): AgnizeError {
  return new AgnizeError(
    'unknown-account',
    `There is no account ${JSON.stringify(which)}: list the accounts to find it.`,
  )
}

/** An account as JSON. */
export const accountJson = (account: Account) => ({
  id: account.id,
  name: account.name,
  role: account.role,
  galleries: [...account.galleries],
  disabled: account.isDisabled,
  created_at: account.createdAt,
  signed_in_at: account.signedInAt,
})
