import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import { columnOf } from '../../gallery/json-columns.js'
import { newId, now } from '../../gallery/sql/rows.js'
import type { ServerSchema } from '../../gallery/sql/tables.js'
import type { Role } from '../keys/caller.js'
import { hashPassword, requireStrong } from './password.js'

/** Who somebody is at an OpenID Connect provider: the pair that never changes and is never given to anybody else. */
export interface Identity {
  readonly issuer: string
  readonly subject: string
}

/** An account of a person, without its password. */
export interface Account {
  readonly id: string
  readonly name: string
  readonly role: Role
  /** Names of the galleries that the account may access, or `*` for all. */
  readonly galleries: readonly string[]
  readonly isDisabled: boolean
  readonly hasPassword: boolean
  /** Who its owner is at a provider; null for an account that is not linked. */
  readonly identity: Identity | null
  /** When its invitation ends, ISO 8601, UTC; null for an account that has none. */
  readonly invitedUntil: string | null
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

/** An account whose owner a provider has just recognized. */
export interface IdentifiedAccount {
  readonly account: Account
  readonly identity: Identity
}

/** An account to create. */
export interface NewAccount {
  readonly name: string
  readonly role: Role
  readonly galleries?: readonly string[] | undefined
  /** The galleries of an administrator when that role ends; all where they are omitted. */
  readonly laterGalleries?: readonly string[] | undefined
  /** Omitted for an account whose owner signs in at a provider. */
  readonly password?: string | undefined
  readonly identity?: Identity | undefined
}

/** A change of an account; omitted fields keep their value. */
export interface AccountChange {
  readonly role?: Role | undefined
  readonly galleries?: readonly string[] | undefined
  readonly isDisabled?: boolean | undefined
  readonly password?: string | undefined
  /** Null unlinks the account, which ends its sessions. */
  readonly identity?: Identity | null | undefined
}

/** An account as it is stored. */
export type AccountRow = ServerSchema['accounts']

/** What an account has of its invitation, one at a time: another takes its place. */
export interface OpenInvitation {
  /** Id of the account. */
  readonly account: string
  /** A random value. */
  readonly value: string
  /** ISO 8601, UTC. */
  readonly until: string
}

/** The columns of an account whose invitation is used or withdrawn. */
export const uninvited = { invitation: null, invited_until: null } as const

/** Requires that an account can be linked by an invitation. @throws AgnizeError `account-exists`. */
export function requireUnlinked({ name, subject }: AccountRow): void {
  if (subject === null) return
  throw new AgnizeError(
    'account-exists',
    `The account ${JSON.stringify(name)} is already linked to a person at the provider: unlink it first.`,
  )
}

/** A name as it is compared. */
export const foldedAccountName = (name: string) => name.trim().normalize('NFKC').toLowerCase()

/** @throws AgnizeError `bad-argument` for an administrator of some galleries. */
export function requireAllForAdministrators(role: Role, galleries: readonly string[]): void {
  if (role !== 'administrator' || galleries.includes('*')) return
  throw new AgnizeError('bad-argument', 'An administrator has all galleries: leave them out.')
}

/** Letters, digits and marks of names and addresses; nothing that hides or breaks a line. */
const accountName = /^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N} ._@+'-]{0,63}$/u

/** Whether an account may have a name. */
export const isAccountName = (name: string) => accountName.test(name.trim().normalize('NFC'))

/** The row of a new account. @throws AgnizeError `bad-name`, `weak-password`, `bad-argument`, `overloaded`, `cancelled`. */
export async function rowOf(
  { name: given, role, galleries, laterGalleries, password, identity }: NewAccount,
  signal?: AbortSignal,
): Promise<AccountRow> {
  const name = given.trim().normalize('NFC')
  if (!accountName.test(name)) {
    throw new AgnizeError(
      'bad-name',
      'The name of an account has 1 to 64 letters, digits, spaces and . _ - @ + and begins with a letter or a digit.',
    )
  }
  const own = galleries ?? laterGalleries ?? ['*']
  if (galleries) requireAllForAdministrators(role, galleries)
  if (password !== undefined) requireStrong(password, name)
  return {
    ...{ id: newId(), name, folded_name: foldedAccountName(name), role },
    galleries: JSON.stringify([...new Set(own)]),
    password: password === undefined ? null : await hashPassword(password, signal),
    ...{ issuer: identity?.issuer ?? null, subject: identity?.subject ?? null },
    ...uninvited,
    ...{ disabled: 0, created_at: now(), signed_in_at: null },
  }
}

const galleriesSchema = z.array(z.string())

/** The galleries that an account was given, which an administrator has again when the role ends. */
export const givenGalleries = ({ id, galleries }: AccountRow): readonly string[] =>
  columnOf(galleries, galleriesSchema, `the account ${id}`)

/** The account of a row. */
export function accountOf(row: AccountRow): Account {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    galleries: row.role === 'administrator' ? ['*'] : givenGalleries(row),
    isDisabled: Number(row.disabled) !== 0,
    hasPassword: row.password !== null,
    identity:
      row.issuer !== null && row.subject !== null
        ? { issuer: row.issuer, subject: row.subject }
        : null,
    invitedUntil: row.invited_until,
    createdAt: row.created_at,
    signedInAt: row.signed_in_at,
  }
}

/** An account as JSON. */
export const accountJson = (account: Account) => ({
  id: account.id,
  name: account.name,
  role: account.role,
  galleries: [...account.galleries],
  disabled: account.isDisabled,
  has_password: account.hasPassword,
  identity: account.identity && { ...account.identity },
  invited_until: account.invitedUntil,
  created_at: account.createdAt,
  signed_in_at: account.signedInAt,
})
