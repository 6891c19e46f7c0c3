import { setTimeout as sleep } from 'node:timers/promises'
import { AgnizeError } from '../base/errors.js'
import { type FrameOptions, framesOf, type TakeFrame } from './frames.js'
import { isWebcam, kindOf } from './source.js'

/** What a camera delivers: a frame, or a change of state: it broke off, is being retried, or is online again. */
export type FeedItem =
  | { readonly frame: TakeFrame }
  | { readonly state: 'offline' | 'retrying'; readonly reason: string }
  | { readonly state: 'online' }

/** Reconnection delay in milliseconds; doubles from `first` up to `longest`. Judgment. */
const backoff = { first: 500, longest: 30_000 } as const
/** A connection that lasted this many milliseconds resets the backoff. Judgment. */
const stableAfterMs = 5000

/**
 * Yields the frames of a source. A live source that breaks off, stalls, sends invalid data, or is not reachable yet is
 * reconnected with exponential backoff; other sources end.
 *
 * @throws AgnizeError as {@link framesOf}, except for errors that a retry may resolve.
 */
export async function* feedOf(options: FrameOptions): AsyncGenerator<FeedItem, void, undefined> {
  const { source, signal } = options
  if (kindOf(source) !== 'live') {
    for await (const frame of framesOf(options)) yield { frame }
    return
  }
  let wait: number = backoff.first
  /** Whether the source has never delivered a frame. */
  let neverOnline = true
  let isReported = false
  while (!signal.aborted) {
    const began = performance.now()
    let isOnline = false
    let reason = 'it ended'
    try {
      for await (const frame of framesOf(options)) {
        if (!isOnline) {
          isOnline = true
          neverOnline = false
          isReported = false
          yield { state: 'online' }
        }
        yield { frame }
      }
    } catch (error) {
      // Errors that a retry cannot resolve: ffmpeg is missing, or a webcam was never there.
      if (!(error instanceof AgnizeError) || error.code === 'bad-argument') throw error
      if (neverOnline && isWebcam(source)) throw error
      reason = error.message
    }
    if (signal.aborted) return
    yield { state: isReported ? 'retrying' : 'offline', reason }
    isReported = true
    if (isOnline && performance.now() - began >= stableAfterMs) wait = backoff.first
    // Jitter, so that cameras behind one switch do not reconnect at the same moment.
    await sleep(wait * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => {})
    wait = Math.min(2 * wait, backoff.longest)
  }
}
