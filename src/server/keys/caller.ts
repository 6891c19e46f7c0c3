import { AgnizeError } from '../../base/errors.js'

/** What a key may be allowed. `admin` includes the others. */
export const scopes = ['read', 'identify', 'enroll', 'metrics', 'admin'] as const

/** One of {@link scopes}. */
export type Scope = (typeof scopes)[number]

/** The kinds of services of CompreFace. */
export const services = ['recognition', 'detection', 'verification'] as const

/** One of {@link services}. */
export type Service = (typeof services)[number]

/** Who asks, and what they may. */
export interface Caller {
  /** Id of the key; null for a caller on this machine without one. */
  readonly keyId: string | null
  readonly name: string
  readonly scopes: readonly Scope[]
  /** Names, or `*` for all. */
  readonly galleries: readonly string[]
  readonly service: Service | null
  readonly requestsPerMinute: number | null
  readonly photosPerDay: number | null
}

/** A caller on this machine, where that is allowed without a key. */
export const localCaller: Caller = {
  keyId: null,
  name: 'local',
  scopes: ['admin'],
  galleries: ['*'],
  service: null,
  requestsPerMinute: null,
  photosPerDay: null,
}

/** Whether a caller may see a gallery. */
export const sees = ({ galleries }: Pick<Caller, 'galleries'>, gallery: string) =>
  galleries.includes('*') || galleries.includes(gallery)

/** Whether a caller is allowed something. */
export const has = (caller: Pick<Caller, 'scopes'>, scope: Scope) =>
  caller.scopes.includes(scope) || caller.scopes.includes('admin')

/** @throws AgnizeError `forbidden`. */
export function requireScope(caller: Caller, scope: Scope): void {
  if (has(caller, scope)) return
  throw new AgnizeError(
    'forbidden',
    `This key is not allowed to do that: it takes the scope "${scope}".`,
  )
}

/** @throws AgnizeError `forbidden` for a key that is bound to some galleries. */
export function requireAllGalleries(caller: Caller): void {
  if (caller.galleries.includes('*')) return
  throw new AgnizeError('forbidden', 'That takes a key for all galleries.')
}

/** The same answer for a gallery that is not there and for one that is not the caller's. */
export function unknownGallery(gallery: string): AgnizeError {
  return new AgnizeError(
    'unknown-gallery',
    `There is no gallery ${JSON.stringify(gallery)} for this key: GET /v1/galleries lists those that are.`,
  )
}
