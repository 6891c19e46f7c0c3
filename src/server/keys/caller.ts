import { AgnizeError } from '../../base/errors.js'

/** Scopes of a key. `admin` includes the others. */
export const scopes = ['read', 'identify', 'enroll', 'metrics', 'admin'] as const

/** One of {@link scopes}. */
export type Scope = (typeof scopes)[number]

/** What an account may do, from the least on. */
export const roles = ['viewer', 'operator', 'administrator'] as const

/** One of {@link roles}. */
export type Role = (typeof roles)[number]

/** The scopes of each role: the same that keys have. */
export const scopesOfRole: Readonly<Record<Role, readonly Scope[]>> = {
  viewer: ['identify', 'read'],
  operator: ['identify', 'read', 'enroll'],
  administrator: ['admin'],
}

/** Kinds of CompreFace services. */
export const services = ['recognition', 'detection', 'verification'] as const

/** One of {@link services}. */
export type Service = (typeof services)[number]

/** The account of a person who has signed in. */
export interface CallerAccount {
  readonly id: string
  readonly role: Role
  readonly hasPassword: boolean
  readonly sessionId: string
}

/** An authenticated caller and its permissions. */
export interface Caller {
  /** Id of the key; null for a person who has signed in, and for a caller on this machine without one. */
  readonly keyId: string | null
  /** The account of a person who has signed in; null for a key. */
  readonly account: CallerAccount | null
  readonly name: string
  readonly scopes: readonly Scope[]
  /** Names of the galleries that the caller may access, or `*` for all. */
  readonly galleries: readonly string[]
  readonly service: Service | null
  readonly requestsPerMinute: number | null
  readonly photosPerDay: number | null
}

/** A caller on this machine without a key, where the server allows that. */
export const localCaller: Caller = {
  keyId: null,
  account: null,
  name: 'local',
  scopes: ['admin'],
  galleries: ['*'],
  service: null,
  requestsPerMinute: null,
  photosPerDay: null,
}

/** The caller that a person with an account is. */
export function accountCaller(
  {
    id,
    name,
    role,
    galleries,
    hasPassword,
  }: Pick<Caller, 'name' | 'galleries'> & Omit<CallerAccount, 'sessionId'>,
  sessionId: string,
): Caller {
  return {
    ...{ keyId: null, name, scopes: scopesOfRole[role], galleries },
    ...{ service: null, requestsPerMinute: null, photosPerDay: null },
    account: { id, role, hasPassword, sessionId },
  }
}

/** Lasting id of a caller: of its key or its account; null for one on this machine without either. */
export const idOf = ({ keyId, account }: Caller): string | null => keyId ?? account?.id ?? null

/** A caller in the audit log. */
export function actorOf({ keyId, account, name }: Caller): string {
  if (keyId !== null) return `key ${keyId}`
  return account ? `account ${name}` : name
}

/** Whether a caller may access a gallery. */
export const sees = ({ galleries }: Pick<Caller, 'galleries'>, gallery: string) =>
  galleries.includes('*') || galleries.includes(gallery)

/** Whether a caller has a scope. */
export const has = (caller: Pick<Caller, 'scopes'>, scope: Scope) =>
  caller.scopes.includes(scope) || caller.scopes.includes('admin')

/** Requires a scope. @throws AgnizeError `forbidden`. */
export function requireScope(caller: Caller, scope: Scope): void {
  if (has(caller, scope)) return
  throw new AgnizeError(
    'forbidden',
    caller.account
      ? `The role ${caller.account.role} may not do this: ask an administrator for another role.`
      : `This key lacks the scope "${scope}": use a key that has it.`,
  )
}

/** The account of a caller. @throws AgnizeError `forbidden` for a key. */
export function requireAccount({ account }: Caller): CallerAccount {
  if (account) return account
  throw new AgnizeError(
    'forbidden',
    'This concerns the account of a person: sign in with a name and a password.',
  )
}

/** Requires access to all galleries. @throws AgnizeError `forbidden` for a key that is limited to some. */
export function requireAllGalleries(caller: Caller): void {
  if (caller.galleries.includes('*')) return
  throw new AgnizeError(
    'forbidden',
    'This operation requires a key or an account for all galleries.',
  )
}

/** The error for a gallery that does not exist, and for one that the caller may not access, so that names do not leak. */
export function unknownGallery(gallery: string): AgnizeError {
  return new AgnizeError(
    'unknown-gallery',
    `There is no gallery ${JSON.stringify(gallery)} for this key: GET /v1/galleries lists its galleries.`,
  )
}
