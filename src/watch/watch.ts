import { AgnizeError } from '../base/errors.js'
import type { Agnize } from '../library/agnize.js'
import { type CameraOptions, CameraWatch, sharedBy, type WatchOptions } from './camera-watch.js'
import type { CameraEvent, CameraFailure } from './event.js'

/**
 * Watches cameras and yields events: arrivals, recognitions, departures, greetings, and states of cameras.
 *
 * Each camera has its own ffmpeg process, of which the newest frame is processed. A lost stream is reconnected; a
 * source that cannot be read yields an event and is dropped. Visits are recorded where the gallery's settings enable it
 * (`Agnize.visits`), which gives strangers lasting ids.
 *
 * @returns Events until all sources have ended or the signal aborts.
 * @throws AgnizeError `bad-argument` for cameras of one name; errors that concern all cameras, such as `wrong-model`,
 * `gallery-*`.
 * @example
 * ```ts
 * import { openAgnize } from 'agnize'
 * import { watch } from 'agnize/watch'
 *
 * await using agnize = await openAgnize()
 * for await (const event of watch(agnize, [{ camera: 'door', source: 'rtsp://camera.local/stream1' }])) {
 *   if (event.type === 'came') console.log(event.subject?.name ?? 'somebody unknown', event.camera)
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
    throw new AgnizeError('bad-argument', 'Two cameras have one name: write NAME=SOURCE.')
  }
  const shared = await sharedBy(agnize)
  const tidying = setInterval(() => void tidy(agnize), tidyEvery)
  tidying.unref()
  const stop = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  const events: (CameraEvent | CameraFailure)[] = []
  let running = cameras.length
  let failure: unknown
  let tell = () => {}
  const ended = cameras.map(async (camera) => {
    try {
      const one = new CameraWatch(agnize, camera, { ...options, signal }, shared)
      for await (const event of one.events()) {
        events.push(event)
        tell()
      }
    } catch (error) {
      if (error instanceof AgnizeError && ofOneCamera.has(error.code)) {
        const at = new Date().toISOString()
        events.push({ type: 'failed', camera: camera.camera, at, error })
      } else failure ??= error
    }
    running--
    tell()
  })
  try {
    for (;;) {
      const event = events.shift()
      if (event) yield event
      else if (failure) throw failure
      else if (running === 0) return
      else await new Promise<void>((done) => (tell = done))
    }
  } finally {
    clearInterval(tidying)
    stop.abort()
    await Promise.all(ended)
    await tidy(agnize)
  }
}

/** Lets visits go whose time is over, and groups strangers by all that was seen of them. */
async function tidy(agnize: Agnize): Promise<void> {
  try {
    await agnize.visits.expire()
    if ((await agnize.visits.settings()).recording) await agnize.visits.regroup()
  } catch {
    // It is done again in an hour; a model without calibration groups nobody.
  }
}

/** In milliseconds. */
const tidyEvery = 60 * 60_000
/** What is one camera's own trouble. */
const ofOneCamera: ReadonlySet<string> = new Set(['photo-not-found', 'bad-argument', 'read-only'])
