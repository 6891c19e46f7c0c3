import { setTimeout as sleep } from 'node:timers/promises'
import { AgnizeError } from '../base/errors.js'
import { type FrameOptions, framesOf, type WaitingFrame } from './frames.js'
import { isWebcam, kindOf } from './source.js'

/** What a camera gives: a frame, or word that it broke off, is being tried again, or is there again. */
export type Fed =
  | { readonly frame: WaitingFrame }
  | { readonly state: 'offline' | 'retrying'; readonly reason: string }
  | { readonly state: 'online' }

/** How long to wait before a broken source is tried again, in milliseconds: twice as long each time. */
const backoff = { first: 500, longest: 30_000 } as const
/** A connection that held for so long counts as good, in milliseconds. */
const heldFor = 5000

/**
 * The frames of a source. A live one that breaks off, stalls, sends what is no video, or is not there yet is connected to
 * again and again, ever less often; others end.
 *
 * @throws AgnizeError as {@link framesOf}, but for what may be mended by trying again.
 */
export async function* feedOf(options: FrameOptions): AsyncGenerator<Fed, void, undefined> {
  const { source, signal } = options
  if (kindOf(source) !== 'live') {
    for await (const frame of framesOf(options)) yield { frame }
    return
  }
  let wait: number = backoff.first
  /** Whether it has never been there. */
  let wasNever = true
  let isTold = false
  while (!signal.aborted) {
    const began = performance.now()
    let isOnline = false
    let reason = 'it ended'
    try {
      for await (const frame of framesOf(options)) {
        if (!isOnline) {
          isOnline = true
          wasNever = false
          isTold = false
          yield { state: 'online' }
        }
        yield { frame }
      }
    } catch (error) {
      // Nothing that time mends: no ffmpeg, or a webcam that never was there.
      if (!(error instanceof AgnizeError) || error.code === 'bad-argument') throw error
      if (wasNever && isWebcam(source)) throw error
      reason = error.message
    }
    if (signal.aborted) return
    yield { state: isTold ? 'retrying' : 'offline', reason }
    isTold = true
    if (isOnline && performance.now() - began >= heldFor) wait = backoff.first
    // Not all at once, where many cameras hang on one switch.
    await sleep(wait * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => {})
    wait = Math.min(2 * wait, backoff.longest)
  }
}
