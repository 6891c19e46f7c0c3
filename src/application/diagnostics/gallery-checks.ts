import { stat } from 'node:fs/promises'
import { counted } from '../../base/counted.js'
import { AgnizeError } from '../../base/errors.js'
import { storeFile } from '../../gallery/open-gallery.js'
import { type DatabaseVersion, databaseVersion } from '../../gallery/sql/database-version.js'
import type { GallerySession } from '../../session/gallery-session.js'
import type { DiagnosticCheck } from './check.js'

/** Clocks that differ by more than this, in milliseconds, put visits and expiries into the wrong order. Judgment. */
const maxClockDifference = 5_000

/** What is said of a gallery. */
export interface GalleryCheckOptions {
  /** Whether every page and row of the store is read. */
  readonly reads: boolean
}

/** The store and the gallery in it, and how the gallery decides, searches and is protected. */
export async function checkGallery(
  session: GallerySession,
  { reads }: GalleryCheckOptions,
): Promise<DiagnosticCheck[]> {
  const { store: address } = session.engine
  const path = storeFile(address)
  const file = path === null ? undefined : await stat(path).catch(() => undefined)
  if (!file && path !== null && path !== ':memory:') {
    return [
      {
        name: 'gallery',
        state: 'missing',
        code: 'gallery-new',
        facts: {},
        detail: `${path}: "agnize enroll NAME PHOTO" makes it.`,
      },
      ...(await checkThresholds(session)),
    ]
  }
  // The password of a connection URL is not shown.
  const shown = path ?? address.replace(/\/\/[^@/]*@/, '//')
  try {
    const version = await databaseVersion(
      await session.engine.database(),
      path === null ? 'PostgreSQL' : 'SQLite',
    )
    const state = await stateOfGallery(session, shown, file?.size, reads)
    const thresholds = await checkThresholds(session, state.state)
    if (state.state === 'wrong') return [state, ...thresholds]
    return [
      state,
      ...thresholds,
      checkStore(version),
      await checkSearch(session),
      await checkProtection(session),
      await checkRetention(session),
      await checkClock(session, version),
      ...(await checkCameras(session)),
    ]
  } catch (error) {
    if (!(error instanceof AgnizeError)) throw error
    return [
      {
        name: 'gallery',
        state: 'wrong',
        code: 'gallery-failed',
        facts: { error: error.code },
        detail: error.message,
      },
      ...(await checkThresholds(session, 'wrong')),
    ]
  }
}

async function stateOfGallery(
  session: GallerySession,
  shown: string,
  bytes: number | undefined,
  reads: boolean,
): Promise<DiagnosticCheck> {
  const name = 'gallery'
  const { store } = await session.gallery()
  const problems = reads ? await store.check() : []
  if (problems.length > 0) {
    return {
      name,
      state: 'wrong',
      code: 'gallery-damaged',
      facts: { problems: problems.length },
      detail: `${shown} is damaged (${problems[0]}): run "agnize gallery repair", or restore a backup.`,
    }
  }
  const { people, templates } = await store.state()
  const isProtected = await store.protection.isProtected()
  return {
    name,
    state: 'ok',
    code: 'gallery',
    facts: { gallery: session.name, people, photos: templates, bytes: bytes ?? null },
    detail: `${shown}: ${counted(people, 'person', 'people')}, ${counted(templates, 'photo')}${bytes === undefined ? '' : `, ${(bytes / 1e6).toFixed(1)} MB`}${isProtected ? ', protected' : ''}`,
  }
}

/**
 * Source of the gallery's thresholds, and whether its templates can be compared with.
 *
 * @param gallery - What its own check says; default none, where it does not exist yet.
 */
async function checkThresholds(
  session: GallerySession,
  gallery?: DiagnosticCheck['state'],
): Promise<DiagnosticCheck[]> {
  const name = 'decides'
  try {
    const card = await session.card()
    const { calibration, cohort } = gallery ? await session.calibratedCard() : card
    if (gallery === 'ok') await session.galleryOfModel()
    const { name: model } = card
    if (!calibration) {
      return [
        {
          name,
          state: 'ok',
          code: 'thresholds-none',
          facts: { model },
          detail: `${model} has no thresholds: "agnize calibrate" measures them.`,
        },
      ]
    }
    const { data, impostorPairs, subjects } = calibration.basis
    const { date, note } = calibration
    const origin = date
      ? `thresholds calibrated on ${date.slice(0, 10)}`
      : `thresholds on the card of ${model}`
    const corrected = cohort ? `; similarities corrected by a cohort of ${cohort.data}` : ''
    return [
      {
        name,
        state: note ? 'wrong' : 'ok',
        code: note ? 'thresholds-set-aside' : date ? 'thresholds-own' : 'thresholds-card',
        facts: {
          model,
          date: date ?? null,
          impostor_pairs: impostorPairs ?? null,
          people: subjects ?? null,
        },
        detail: `${origin}: ${impostorPairs ?? 'unknown'} impostor pairs of ${subjects ?? 'unknown'} people (${data})${corrected}${note ? `; ${note}` : ''}`,
      },
    ]
  } catch (error) {
    if (!(error instanceof AgnizeError)) throw error
    if (error.code === 'license-forbids') {
      const code = 'thresholds-forbidden'
      return [{ name, state: 'wrong', code, facts: {}, detail: error.message }]
    }
    // The check of the gallery reports one that cannot be read.
    if (gallery !== 'ok') return []
    const facts = { error: error.code }
    return [{ name, state: 'wrong', code: 'gallery-unusable', facts, detail: error.message }]
  }
}

function checkStore({ kind, version, schema }: DatabaseVersion): DiagnosticCheck {
  return {
    name: 'store',
    state: 'ok',
    code: 'store',
    facts: { kind, version, schema },
    detail: `${kind} ${version}, schema ${schema}`,
  }
}

const searches = {
  database: 'in the database, by its index',
  graph: 'by a graph',
  building: 'all of them, while a graph is built',
  scan: 'all of them, which is fast for a gallery of this size',
  unused: 'nothing was searched since the start',
} as const

async function checkSearch(session: GallerySession): Promise<DiagnosticCheck> {
  const { searches: method } = await session.gallery()
  return {
    name: 'search',
    state: 'ok',
    code: `search-${method}`,
    facts: {},
    detail: `how people are compared: ${searches[method]}`,
  }
}

async function checkProtection(session: GallerySession): Promise<DiagnosticCheck> {
  const name = 'keys'
  const { store } = await session.gallery()
  return (await store.protection.isProtected())
    ? {
        name,
        state: 'ok',
        code: 'protected',
        facts: {},
        detail: 'photos and templates are encrypted, with a key per person',
      }
    : {
        name,
        state: 'ok',
        code: 'unprotected',
        facts: {},
        detail:
          'photos and templates are not encrypted: "agnize gallery protect" encrypts them with a key per person',
      }
}

async function checkRetention(session: GallerySession): Promise<DiagnosticCheck> {
  const name = 'retained'
  const { store } = await session.gallery()
  const { days } = await store.retention.get()
  const due = (await store.retention.due(new Date())).length
  const facts = { days, due }
  if (due > 0) {
    return {
      name,
      state: 'warning',
      code: 'retention-due',
      facts,
      detail: `${counted(due, 'person', 'people')} past the end of the retention period: "agnize gallery expire" erases them.`,
    }
  }
  return {
    name,
    state: 'ok',
    code: days === null ? 'retention-none' : 'retention',
    facts,
    detail:
      days === null
        ? 'people are kept until somebody erases them: "agnize gallery retention" sets a period'
        : `people are due for erasure ${counted(days, 'day')} after they were enrolled; nobody is due`,
  }
}

/** The cameras that more than one program watches; nothing where there are none. */
async function checkCameras(session: GallerySession): Promise<DiagnosticCheck[]> {
  const { store } = await session.gallery()
  const shared = (await store.cameras.list()).filter(({ programs }) => programs > 1)
  if (shared.length === 0) return []
  const names = shared.map(({ camera }) => camera)
  return [
    {
      name: 'cameras',
      state: 'warning',
      code: 'camera-shared',
      facts: { cameras: names.join(', ') },
      detail: `more than one program watches ${names.join(', ')} in this gallery, and each records the visits: stop one, or give its camera another name.`,
    },
  ]
}

/** Whether the clock of this machine agrees with that of the database, or with what it wrote before. */
async function checkClock(
  session: GallerySession,
  { now: theirs }: DatabaseVersion,
): Promise<DiagnosticCheck> {
  const name = 'clock'
  const now = Date.now()
  const { store } = await session.gallery()
  const [last] = await store.audit.latest({ limit: 1 })
  const behind = Math.max(
    Math.abs(now - (theirs?.getTime() ?? now)),
    last ? Date.parse(last.at) - now : 0,
  )
  const seconds = Math.round(behind / 1000)
  return behind > maxClockDifference
    ? {
        name,
        state: 'warning',
        code: 'clock-differs',
        facts: { seconds },
        detail: `the clock of this machine differs by ${counted(seconds, 'second')} from that of the gallery's records or its database: have both set by a time server.`,
      }
    : {
        name,
        state: 'ok',
        code: 'clock',
        facts: {},
        detail: `${new Date(now).toISOString().slice(0, 19)}Z`,
      }
}
