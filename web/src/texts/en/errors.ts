import type { Schemas } from '../../api.js'

/** Texts in place of the server's sentences, by code; without one, the server's sentence is shown. */
type ErrorTexts = Readonly<Partial<Record<Schemas['Problem']['code'], string>>>

// Those whose sentence would name what only a command or a program can do.
export const errors = {
  'several-faces': 'The photo shows several people. Choose the face.',
  'unknown-face': 'Somebody has moved or deleted this photo meanwhile.',
  'changed-meanwhile': 'Somebody else changed this meanwhile. Look at it, and repeat your change.',
  'not-live':
    'The photo does not show that the person is there: it may be a picture of a face. Take a photo of the person.',
  'not-calibrated':
    'No thresholds have been measured for this model. Measure them under “Calibration & reports”.',
  'too-few-photos':
    'There are too few people or photos to measure. Use at least 30 people, better 100, with two photos or more of each.',
  'photo-crashed':
    'This photo cannot be processed. Save it again with another program, or shrink it.',
  'image-too-large': 'The photo is too large. Shrink it: 1,600 pixels are plenty.',
  'no-account': 'You have no account here, or it is disabled. Ask an administrator.',
  'sign-in-expired':
    'This sign-in or invitation is over, or was begun in another browser. Try again, or ask for another invitation.',
  'provider-unreachable':
    'The provider does not answer. Try again later, or sign in with a name and a password.',
  'provider-refused': 'The provider did not sign you in. Try again.',
  'provider-untrusted':
    'The answer of the provider cannot be trusted. The log of the server has the reason.',
  internal: 'The server has failed. Its log tells its operator why.',
} as ErrorTexts
