/**
 * Which test file of this folder answers for which part of the API: the operations of its tags are all exercised there,
 * and its errors all received. `shares.test.ts` shows that the shares make up the whole API.
 */
export const shares = {
  subjects: {
    tags: ['Subjects'],
    errors: ['subject-exists', 'unknown-subject', 'changed-meanwhile', 'idempotency-conflict'],
  },
  faces: { tags: ['Faces'], errors: ['unknown-face'] },
  recognition: { tags: ['Recognition'], errors: [] },
  corrections: { tags: ['Corrections'], errors: ['unknown-correction'] },
  calibration: { tags: ['Calibration'], errors: [] },
  events: { tags: ['Events'], errors: [] },
  visits: { tags: ['Visits'], errors: ['unknown-visitor'] },
  'live-frames': { tags: [], errors: [] },
  greeting: { tags: ['Greeting'], errors: [] },
  models: {
    tags: ['Models', 'Networks'],
    errors: ['model-unknown', 'model-corrupt', 'model-missing', 'offline', 'wrong-cohort'],
  },
  retention: { tags: ['Retention'], errors: [] },
  sessions: { tags: ['Session'], errors: ['unauthorized'] },
  accounts: {
    tags: ['Accounts'],
    errors: [
      'wrong-password',
      'weak-password',
      'account-exists',
      'unknown-account',
      'last-administrator',
      'unknown-session',
    ],
  },
  provider: {
    tags: [],
    errors: [
      'not-found',
      'no-account',
      'sign-in-expired',
      'provider-unreachable',
      'provider-refused',
      'provider-untrusted',
    ],
  },
  challenges: {
    tags: ['Liveness'],
    errors: [
      'unknown-challenge',
      'challenge-taken',
      'liveness-result-unknown',
      'liveness-result-used',
      'liveness-result-expired',
      'liveness-result-elsewhere',
      'liveness-result-photo',
    ],
  },
  jobs: { tags: ['Jobs'], errors: ['unknown-job'] },
  keys: { tags: ['Keys'], errors: ['forbidden', 'unknown-key', 'quota-exceeded'] },
  galleries: { tags: ['Galleries'], errors: ['gallery-exists', 'unknown-gallery'] },
  photos: {
    tags: [],
    errors: [
      'not-an-image',
      'image-damaged',
      'several-faces',
      'no-face',
      'image-too-large',
      'poor-quality',
      'not-live',
      'already-enrolled',
      'bad-name',
      'url-refused',
      'photo-not-found',
    ],
  },
  requests: {
    tags: [],
    errors: [
      'bad-argument',
      'unsupported-media-type',
      'request-too-large',
      'wrong-model',
      'rate-limited',
    ],
  },
  service: { tags: ['Server'], errors: [] },
} as const satisfies Record<string, { tags: readonly string[]; errors: readonly string[] }>

export type Resource = keyof typeof shares
