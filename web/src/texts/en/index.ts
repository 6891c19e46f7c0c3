import { account } from './account.js'
import { app } from './app.js'
import { cameras } from './cameras.js'
import { challenge } from './challenge.js'
import { compare } from './compare.js'
import { conflict } from './conflict.js'
import { corrections } from './corrections.js'
import { diagnostics } from './diagnostics.js'
import { enroll } from './enroll.js'
import { errors } from './errors.js'
import { events } from './events.js'
import { folder } from './folder.js'
import { home } from './home.js'
import { identify } from './identify.js'
import { invitation } from './invitation.js'
import { jobs } from './jobs.js'
import { keys } from './keys.js'
import { kiosk } from './kiosk.js'
import { live } from './live.js'
import { liveness } from './liveness.js'
import { models } from './models.js'
import { pages } from './pages.js'
import { people } from './people.js'
import { privacy } from './privacy.js'
import { reasons } from './reasons.js'
import { reports } from './reports.js'
import { same } from './same.js'
import { settings } from './settings.js'
import { shortcuts } from './shortcuts.js'
import { signIn } from './sign-in.js'
import { visitors } from './visitors.js'
import { webcam } from './webcam.js'

/** All texts of the console in English, a file a part. Every other language has the same keys. */
export const texts = {
  tag: 'en',
  app,
  pages,
  home,
  conflict,
  signIn,
  account,
  invitation,
  live,
  liveness,
  reasons,
  enroll,
  identify,
  compare,
  people,
  webcam,
  folder,
  visitors,
  events,
  cameras,
  corrections,
  jobs,
  reports,
  models,
  diagnostics,
  keys,
  privacy,
  same,
  settings,
  shortcuts,
  challenge,
  kiosk,
  errors,
}

/** The type of a language's texts. */
export type Texts = typeof texts
