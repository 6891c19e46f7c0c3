import { z } from 'zod'
import { AgnizeError, type ErrorCode, errorCodes } from '../base/errors.js'

/** HTTP status of each error code. */
export const statusOf: Readonly<Record<ErrorCode, number>> = {
  'photo-not-found': 404,
  'not-an-image': 422,
  'image-damaged': 422,
  'image-too-large': 413,
  'photo-crashed': 422,
  'no-face': 422,
  'several-faces': 422,
  'poor-quality': 422,
  'not-live': 422,
  'unknown-subject': 404,
  'unknown-face': 404,
  'unknown-correction': 404,
  'subject-exists': 409,
  'already-enrolled': 409,
  'bad-name': 400,
  'model-missing': 503,
  'model-corrupt': 503,
  'model-unknown': 422,
  'model-invalid': 422,
  'wrong-model': 409,
  'wrong-cohort': 409,
  'not-calibrated': 409,
  offline: 503,
  'download-failed': 502,
  'license-not-accepted': 409,
  'license-forbids': 403,
  'too-few-photos': 422,
  'training-diverged': 422,
  'unknown-gallery': 404,
  'gallery-exists': 409,
  'gallery-locked': 503,
  'gallery-damaged': 503,
  'gallery-too-new': 503,
  'archive-damaged': 422,
  'store-unreachable': 503,
  'store-unsupported': 503,
  'platform-unsupported': 500,
  'device-unavailable': 503,
  'key-missing': 503,
  'wrong-key': 503,
  'read-only': 503,
  'disk-full': 507,
  unauthorized: 401,
  forbidden: 403,
  'unknown-visitor': 404,
  'unknown-key': 404,
  'wrong-password': 401,
  'weak-password': 422,
  'unknown-account': 404,
  'account-exists': 409,
  'last-administrator': 409,
  'unknown-session': 404,
  'no-account': 403,
  'sign-in-expired': 400,
  'provider-unreachable': 502,
  'provider-refused': 403,
  'provider-untrusted': 502,
  'camera-shared': 409,
  'unknown-job': 404,
  'unknown-challenge': 404,
  'challenge-taken': 409,
  'liveness-result-unknown': 404,
  'liveness-result-used': 409,
  'liveness-result-expired': 409,
  'liveness-result-elsewhere': 403,
  'liveness-result-photo': 422,
  'not-found': 404,
  'method-not-allowed': 405,
  'unsupported-media-type': 415,
  'request-too-large': 413,
  'url-refused': 422,
  'changed-meanwhile': 412,
  'idempotency-conflict': 422,
  'rate-limited': 429,
  'quota-exceeded': 429,
  overloaded: 503,
  'timed-out': 504,
  'bad-argument': 400,
  cancelled: 499,
  closed: 503,
  internal: 500,
}

/** An error response: problem details of RFC 9457. */
export const problemSchema = z
  .object({
    type: z.string().describe('`urn:agnize:error:` followed by the code.'),
    title: z.string().describe('Name of the HTTP status.'),
    status: z.int(),
    detail: z.string().describe('One sentence: what is wrong and what to do.'),
    code: z.enum(errorCodes).describe('Stable identifier of the error, for programs.'),
    request_id: z.string(),
  })
  .meta({ id: 'Problem' })

/** The problem details of an error; never a stack, a path or a cause. */
export function problemOf(error: AgnizeError, requestId: string): z.infer<typeof problemSchema> {
  const status = statusOf[error.code]
  return {
    type: `urn:agnize:error:${error.code}`,
    title: titles[status] ?? 'Error',
    status,
    detail: publicDetail(error),
    code: error.code,
    request_id: requestId,
  }
}

const titles: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  499: 'Client Closed Request',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  507: 'Insufficient Storage',
}

/** Messages for clients in place of those of server-side failures, which name files and hosts and go to the log only. */
const ours = {
  'model-missing':
    'The models are not on the server: its operator has to run "agnize models pull".',
  'model-corrupt': 'The models on the server are damaged: its operator has to run "agnize doctor".',
  offline: 'The models are not on the server, and its settings forbid fetching them.',
  'download-failed': 'The server could not fetch a file that it needs: try again later.',
  'gallery-locked': 'The gallery is locked by another process: try again.',
  'gallery-damaged': 'The gallery is damaged: its operator has to run "agnize gallery verify".',
  'gallery-too-new': 'The gallery was made by a newer version of agnize than the server runs.',
  'store-unreachable': 'The database does not answer: try again.',
  'store-unsupported': 'The database is not one that agnize can use.',
  'platform-unsupported': 'Networks cannot be run on this machine.',
  'device-unavailable': 'Networks cannot be run on the device that the server is set to.',
  'key-missing': 'The gallery is protected, and the server was not given its key.',
  'wrong-key': 'The gallery is protected, and the server was given another key.',
  'read-only':
    'The gallery cannot be changed here, because the server, its database or its disk is read-only: send changes to a server that accepts them.',
  'disk-full': 'The server is out of disk space.',
  closed: 'The server is stopping: try again later.',
  internal: 'The server failed: its log has the details under this request_id.',
} as const satisfies Partial<Record<ErrorCode, string>>

const isOurs = (code: ErrorCode): code is keyof typeof ours => code in ours

/** Why nobody signs in at a server that only reads. */
export const signInElsewhere =
  'This server is read-only, so nobody can sign in here: sign in at a server that accepts changes; its sessions are valid here too.'

/** The message of an error for clients. */
export const publicDetail = ({ code, message }: AgnizeError): string =>
  isOurs(code) && message !== signInElsewhere ? ours[code] : message

/** Converts any error to an `AgnizeError`: those of Fastify and HTTP by their meaning, all others to `internal`. */
export function agnizeError(error: unknown): AgnizeError {
  if (error instanceof AgnizeError) return error
  const { code = '', statusCode } = error as { code?: string; statusCode?: number }
  const say = (kind: ErrorCode, message: string) => new AgnizeError(kind, message, { cause: error })
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || statusCode === 413) {
    return say('request-too-large', 'The request is too large: send a smaller photo.')
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' || statusCode === 415) {
    return say(
      'unsupported-media-type',
      'This content type is not accepted here: /docs lists the accepted types.',
    )
  }
  if (statusCode === 408) return say('timed-out', 'The request took too long to arrive.')
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return say('bad-argument', 'The request is malformed: check its length, type and address.')
  }
  return say('internal', String((error as Error)?.message ?? error))
}
