import type { QueryKey } from '@tanstack/react-query'
import type { Schemas } from '../src/api.js'

const [sunday, monday] = ['2026-11-01T09:00:00.000Z', '2026-11-02T10:30:00.000Z']

/** A drawn face, since photos of people do not belong here. */
const drawnFace = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" fill="#789"/><circle cx="48" cy="38" r="20" fill="#e8c9a8"/><path d="M10 96q4-36 38-36t38 36" fill="#345"/></svg>',
)}`

/** A caller who may do everything. */
const session: Schemas['Session'] = {
  caller: {
    name: 'Root',
    scopes: ['admin'],
    galleries: ['*'],
    key: null,
    account: null,
  },
  signed_in: true,
  has_accounts: true,
  provider: null,
}

/** The answers of a server, by the keys under which the console keeps them. */
export const knownAnswers: readonly (readonly [QueryKey, unknown])[] = [
  [['session'], session],
  [['pictures', 'default', 'subject', 'anna'], [{ id: 'anna', url: drawnFace }]],
]

const job: Schemas['Job'] = {
  id: 'job',
  gallery: 'default',
  kind: 'calibrate',
  state: 'running',
  done: 40,
  total: 100,
  result: null,
  error: null,
  created_at: sunday,
  finished_at: null,
}

/** A job in each of its states. */
export const jobs: readonly Schemas['Job'][] = [
  { ...job, state: 'waiting', done: 0, total: null },
  job,
  { ...job, state: 'done', done: 100, finished_at: monday },
  {
    ...job,
    state: 'failed',
    error: { code: 'no-face', detail: 'No face was found.' },
    finished_at: monday,
  },
]

/** Where somebody is signed in. */
export const sessions: readonly Schemas['AccountSession'][] = [
  {
    id: 'this',
    browser: 'Firefox, Linux',
    method: 'password',
    created_at: sunday,
    seen_at: monday,
    expires_at: '2026-12-02T10:30:00.000Z',
    current: true,
  },
  {
    id: 'other',
    browser: 'Safari, iOS',
    method: 'oidc',
    created_at: sunday,
    seen_at: sunday,
    expires_at: '2026-12-01T09:00:00.000Z',
    current: false,
  },
]

/** How cameras are watched, one in each state. */
export const watches: readonly Schemas['CameraWatch'][] = (
  ['starting', 'online', 'offline', 'lost', 'failed'] as const
).map((state) => ({
  ...{ state, since: sunday, heard_at: monday, frame_at: null, frames_per_second: null },
  programs: 1,
  error: state === 'failed' ? 'camera-failed' : null,
}))
