import type { AgnizeError } from '../../base/errors.js'
import { statusOf } from '../problem.js'

/** An error in CompreFace's format. */
export class CompreFaceError extends Error {
  readonly status: number
  /** CompreFace's error code. */
  readonly code: number

  constructor(status: number, code: number, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

const services = {
  recognition: 'Recognition',
  detection: 'Detection',
  verification: 'Verification',
}

/** CompreFace's errors, with its messages. */
export const refusals = {
  noKey: () => new CompreFaceError(400, 20, 'Missing header: x-api-key'),
  keyForm: () => new CompreFaceError(400, 26, 'Service API key should be UUID'),
  unknownKey: (service: keyof typeof services, key: string) =>
    new CompreFaceError(404, 10, `${services[service]} service with API Key ${key} not found`),
  validation: (message: string) => new CompreFaceError(400, 26, message),
  blankSubject: () => new CompreFaceError(400, 26, 'Subject name is empty; '),
  blankImage: () => new CompreFaceError(400, 26, 'Image id is empty; '),
  noPlugin: (name: string) =>
    new CompreFaceError(400, 0, `The face plugin ${name} is not supported: leave it out`),
  characters: () =>
    new CompreFaceError(
      400,
      36,
      "The name cannot contain the following special characters: ';', '/', '\\'",
    ),
  emptyField: (name: string) => new CompreFaceError(400, 5, `Field ${name} cannot be empty`),
  extension: (name: string) =>
    new CompreFaceError(400, 21, `File [${name}] has an unavailable extension`),
  notBase64: () => new CompreFaceError(400, 21, 'Provided value is not Base64'),
  noFace: () => new CompreFaceError(400, 28, 'No face is found in the given image'),
  severalFaces: () => new CompreFaceError(400, 31, 'More than one face in the source image'),
  noParameter: (name: string) =>
    new CompreFaceError(400, 33, `Required parameter ${name} is missing`),
  noPart: (name: string) => new CompreFaceError(400, 34, `Required part ${name} is missing`),
  noEmbeddings: (expected: number, given: number) =>
    new CompreFaceError(
      400,
      37,
      `${expected} embeddings were expected, but ${given} were provided`,
    ),
  subjectExists: () => new CompreFaceError(400, 43, 'Subject already exists'),
  unknownSubject: (name: string) => new CompreFaceError(404, 42, `Subject ${name} not found`),
  unknownImage: (id: string) => new CompreFaceError(404, 44, `Image ${id} not found`),
  migrating: () => new CompreFaceError(400, 27, 'Migration already executing'),
  method: (method: string) =>
    new CompreFaceError(404, 0, `Request method '${method}' not supported`),
  other: () => new CompreFaceError(400, 0, 'Something went wrong, please try again'),
}

/** CompreFace's error for an error of agnize. */
export function toCompreFaceError(error: AgnizeError): CompreFaceError {
  switch (error.code) {
    case 'no-face':
      return refusals.noFace()
    case 'several-faces':
      return refusals.severalFaces()
    case 'subject-exists':
      return refusals.subjectExists()
    case 'bad-name':
      return refusals.characters()
    case 'image-too-large':
    case 'bad-argument':
    case 'unsupported-media-type':
      return refusals.other()
    // CompreFace's core reports a photo that it cannot decode as one without a face, which hides the reason.
    case 'not-an-image':
    case 'image-damaged':
    case 'already-enrolled':
      return new CompreFaceError(400, 0, error.message)
    case 'request-too-large':
    case 'rate-limited':
    case 'quota-exceeded':
    case 'overloaded':
    case 'timed-out':
    case 'closed':
    case 'forbidden':
    case 'cancelled':
    case 'not-calibrated':
    case 'license-forbids':
      return new CompreFaceError(statusOf[error.code], 0, error.message)
    default:
      return statusOf[error.code] >= 500
        ? new CompreFaceError(500, 41, 'Error during synchronization between servers: try again')
        : refusals.other()
  }
}
