import { AgnizeError } from '../../base/errors.js'

/** Scopes of a key. `admin` includes the others. */
export const scopes = ['read', 'identify', 'enroll', 'metrics', 'admin'] as const

/** One of {@link scopes}. */
export type Scope = (typeof scopes)[number]

/** Kinds of CompreFace services. */
export const services = ['recognition', 'detection', 'verification'] as const

/** One of {@link services}. */
export type Service = (typeof services)[number]

/** An authenticated caller and its permissions. */
export interface Caller {
  /** Id of the key; null for a caller on this machine without one. */
  readonly keyId: string | null
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
  name: 'local',
  scopes: ['admin'],
  galleries: ['*'],
  service: null,
  requestsPerMinute: null,
  photosPerDay: null,
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
  throw new AgnizeError('forbidden', `This key lacks the scope "${scope}": use a key that has it.`)
}

/** Requires access to all galleries. @throws AgnizeError `forbidden` for a key that is limited to some. */
export function requireAllGalleries(caller: Caller): void {
  if (caller.galleries.includes('*')) return
  throw new AgnizeError('forbidden', 'This operation requires a key for all galleries.')
}

/** The error for a gallery that does not exist, and for one that the caller may not access, so that names do not leak. */
export function unknownGallery(gallery: string): AgnizeError {
  return new AgnizeError(
    'unknown-gallery',
    `There is no gallery ${JSON.stringify(gallery)} for this key: GET /v1/galleries lists its galleries.`,
  )
}
