/**
 * Every code that an {@link AgnizeError} can carry. Codes are stable: programs may branch on them. docs/troubleshooting.md
 * explains each.
 */
export const errorCodes = [
  // the photo
  'photo-not-found',
  'not-an-image',
  'image-damaged',
  'image-too-large',
  'photo-crashed',
  'no-face',
  'several-faces',
  'poor-quality',
  'not-live',
  // the people
  'unknown-subject',
  'unknown-face',
  'unknown-correction',
  'subject-exists',
  'already-enrolled',
  'bad-name',
  // the models
  'model-missing',
  'model-corrupt',
  'model-unknown',
  'model-invalid',
  'wrong-model',
  'wrong-cohort',
  'not-calibrated',
  'offline',
  'download-failed',
  'license-not-accepted',
  'license-forbids',
  // the training
  'too-few-photos',
  'training-diverged',
  // the gallery and the disk under it
  'unknown-gallery',
  'gallery-exists',
  'gallery-locked',
  'gallery-damaged',
  'gallery-too-new',
  'archive-damaged',
  'store-unreachable',
  'store-unsupported',
  'key-missing',
  'wrong-key',
  'read-only',
  'disk-full',
  // the server
  'unauthorized',
  'forbidden',
  'unknown-visitor',
  'unknown-key',
  'wrong-password',
  'weak-password',
  'unknown-account',
  'account-exists',
  'last-administrator',
  'unknown-session',
  'no-account',
  'sign-in-expired',
  'provider-unreachable',
  'provider-refused',
  'provider-untrusted',
  'camera-shared',
  'unknown-job',
  'unknown-challenge',
  'challenge-taken',
  'liveness-result-unknown',
  'liveness-result-used',
  'liveness-result-expired',
  'liveness-result-elsewhere',
  'liveness-result-photo',
  'not-found',
  'method-not-allowed',
  'unsupported-media-type',
  'request-too-large',
  'url-refused',
  'changed-meanwhile',
  'idempotency-conflict',
  'rate-limited',
  'quota-exceeded',
  'overloaded',
  'timed-out',
  // the machine
  'platform-unsupported',
  'device-unavailable',
  // the call
  'bad-argument',
  'cancelled',
  'closed',
  'internal',
] as const

/** One of {@link errorCodes}. */
export type ErrorCode = (typeof errorCodes)[number]

/**
 * The only error class that agnize throws: a stable `code`, a message that says what to do, and the cause.
 *
 * @example
 * ```ts
 * import { AgnizeError, openAgnize } from 'agnize'
 *
 * await using agnize = await openAgnize()
 * try {
 *   await agnize.enroll('Skuli', ['empty-street.jpg'])
 * } catch (error) {
 *   if (error instanceof AgnizeError && error.code === 'no-face') console.log(error.message)
 *   else throw error
 * }
 * ```
 */
export class AgnizeError extends Error {
  /** Always `AgnizeError`. */
  override readonly name = 'AgnizeError'
  /** Stable error code, for programs. */
  readonly code: ErrorCode

  /**
   * @param code - Stable code, for programs.
   * @param message - Message for people: what is wrong and what to do.
   * @param options - `cause`: the underlying error.
   */
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

/** Translates a file-system error at `path` into an AgnizeError; returns any other error unchanged. */
export function diskError(error: unknown, path: string): unknown {
  const { code } = error as Error & { code?: string }
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AgnizeError(
      'disk-full',
      `The disk under ${path} is full: make room and try again.`,
      {
        cause: error,
      },
    )
  }
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return new AgnizeError(
      'read-only',
      `${path} cannot be written: change its permissions or set AGNIZE_HOME to a folder of your own.`,
      { cause: error },
    )
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    return new AgnizeError(
      'read-only',
      `${path} cannot be created because a file has that name: move it or set AGNIZE_HOME to another folder.`,
      { cause: error },
    )
  }
  return error
}

/** Passes over the refusal of a store that is only read, for what another server writes; throws any other error. */
export function passReadOnly(error: unknown): void {
  if (!(error instanceof AgnizeError) || error.code !== 'read-only') throw error
}

const photoErrorCodes = new Set<ErrorCode>([
  'photo-not-found',
  'not-an-image',
  'image-damaged',
  'image-too-large',
  'photo-crashed',
  'timed-out',
  'no-face',
  'several-faces',
  'poor-quality',
  'not-live',
  'already-enrolled',
  'internal',
])

/** Whether an error concerns one photo only, so that work on other photos continues. */
export function isPhotoError(error: unknown): error is AgnizeError {
  return error instanceof AgnizeError && photoErrorCodes.has(error.code)
}

/** The error for work that its caller canceled. */
export function canceled(signal: AbortSignal): AgnizeError {
  return new AgnizeError('cancelled', 'The operation was stopped before it finished.', {
    cause: signal.reason,
  })
}

/** @throws AgnizeError `cancelled` once the caller has aborted the signal. */
export function throwIfCanceled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw canceled(signal)
}
