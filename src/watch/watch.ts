import { checkChoice, checkedChoice } from '../base/checked-choice.js'
import { AgnizeError } from '../base/errors.js'
import type { Agnize } from '../library/agnize.js'
import { livenessModes } from '../liveness/liveness.js'
import { requireThresholds } from '../recognition/threshold.js'
import { CameraWatch, createShared } from './camera-watch.js'
import type { CameraEvent, CameraFailure } from './event.js'
import { Heartbeat } from './heartbeat.js'
import { days, ruleActions, whoChoices } from './rules.js'
import { kindOf } from './source.js'
import type { CameraOptions, DecidedFrame, WatchOptions } from './watch-options.js'

/**
 * Watches cameras and yields their events: visits, greetings and the state of the cameras.
 *
 * Each camera is decoded by its own ffmpeg process; the newest frame wins. Faces are tracked across frames as in
 * ByteTrack (Zhang et al. 2022), and tracks are named by vote. A camera that breaks off is reconnected; one that cannot
 * be read at all is reported and dropped, and the others continue. Visits are recorded where the gallery's settings say
 * so (`Agnize.visits`), which gives strangers visitor ids.
 *
 * @returns Ends when every source has ended, or when the signal aborts.
 * @throws AgnizeError `bad-argument` for two cameras of one name; errors that concern all cameras, such as `wrong-model`,
 * `gallery-*`.
 * @example
 * ```ts
 * import { openAgnize } from 'agnize'
 * import { watch } from 'agnize/watch'
 *
 * await using agnize = await openAgnize()
 * for await (const event of watch(agnize, [{ camera: 'door', source: 'rtsp://camera.local/stream1' }])) {
 *   if (event.type === 'came') console.log(event.subject?.name ?? 'an unknown person', event.camera)
 *   if (event.type === 'greeting') event.spoken()
 * }
 * ```
 */
export async function* watch(
  agnize: Agnize,
  cameras: readonly CameraOptions[],
  options: WatchOptions = {},
): AsyncGenerator<CameraEvent | CameraFailure, void, undefined> {
  if (new Set(cameras.map(({ camera }) => camera)).size < cameras.length) {
    throw new AgnizeError(
      'bad-argument',
      'Two cameras have the same name: give each its own with NAME=SOURCE.',
    )
  }
  checkWatchOptions(options)
  requireThresholds(await agnize.calibratedCard())
  const shared = await createShared(agnize)
  const maintenance = setInterval(() => void maintainVisits(agnize), maintenanceIntervalMs)
  maintenance.unref()
  const heartbeat = new Heartbeat(
    agnize,
    cameras.map(({ camera, source }) => ({ camera, isFolder: kindOf(source) === 'folder' })),
    (camera) => options.onWarning?.(cameraShared(camera)),
  )
  const onFrame = (frame: DecidedFrame) => {
    heartbeat.frame(frame.camera)
    options.onFrame?.(frame)
  }
  const stop = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  const events: (CameraEvent | CameraFailure)[] = []
  let running = cameras.length
  let failure: unknown
  let wake = () => {}
  const ended = cameras.map(async (camera) => {
    try {
      const one = new CameraWatch(agnize, camera, { ...options, onFrame, signal }, shared)
      for await (const event of one.events()) {
        heartbeat.event(event, false)
        events.push(event)
        wake()
      }
    } catch (error) {
      if (error instanceof AgnizeError && singleCameraErrors.has(error.code)) {
        const at = new Date().toISOString()
        const failed: CameraFailure = { type: 'failed', camera: camera.camera, at, error }
        heartbeat.event(failed, true)
        events.push(failed)
      } else failure ??= error
    }
    running--
    wake()
  })
  try {
    for (;;) {
      const event = events.shift()
      if (event) yield event
      else if (failure) throw failure
      else if (running === 0) return
      else await new Promise<void>((done) => (wake = done))
    }
  } finally {
    clearInterval(maintenance)
    stop.abort()
    await Promise.all(ended)
    await heartbeat.end()
    await maintainVisits(agnize)
  }
}

/** Checks the options that are one of a few words. @throws AgnizeError `bad-argument`. */
function checkWatchOptions({ liveness, rules = [] }: WatchOptions): void {
  checkChoice('liveness', liveness, livenessModes)
  for (const { who, days: on = [], do: action } of rules) {
    checkChoice('who', who, whoChoices)
    checkedChoice('do', action, ruleActions)
    for (const day of on) checkedChoice('A day', day, days)
  }
}

const cameraShared = (camera: string) =>
  new AgnizeError(
    'camera-shared',
    `Another program watches a camera named ${JSON.stringify(camera)} in this gallery, and both record its visits: stop one of them, or give its camera another name.`,
  )

/** Deletes expired visits and clusters visitors over all their sightings. */
async function maintainVisits(agnize: Agnize): Promise<void> {
  try {
    await agnize.visits.expire()
    if ((await agnize.visits.settings()).recording) await agnize.visits.regroup()
  } catch {
    // Retried in an hour. A model without calibration cannot cluster.
  }
}

/** Interval of {@link maintainVisits}, in milliseconds. Judgment. */
const maintenanceIntervalMs = 60 * 60_000
/** Errors that concern a single camera. */
const singleCameraErrors: ReadonlySet<string> = new Set([
  'photo-not-found',
  'bad-argument',
  'read-only',
])
