import type { LiveFace } from '../recognize/protocol.js'
import type { Texts } from '../texts/en/index.js'
import { livenessAdvice } from './liveness-advice.js'
import type { Strangers } from './strangers.js'

/** The answer for a track: match, unknown or not judgeable; pending until there are enough frames. */
export type TrackStatus = 'match' | 'unknown' | 'not_judgeable' | 'pending'

/** Frames that the vote on a name takes; a track without a subject stays pending until then. */
const minVoteFrames = 3

/** The answer for a face by all frames of its track so far. */
export function trackStatus({ track, answer }: LiveFace): TrackStatus {
  if (track.subject) return 'match'
  if (track.frames <= minVoteFrames) return 'pending'
  if (answer === 'not_judgeable') return 'not_judgeable'
  // This frame matches a subject that the vote over the track has not confirmed.
  return answer === 'match' ? 'pending' : 'unknown'
}

/** The label of a face: the name, or the answer as text. */
export function nameOf(face: LiveFace, texts: Texts, strangers: Strangers): string {
  const status = trackStatus(face)
  if (status === 'match') return face.track.subject!.name
  if (status === 'pending') return texts.live.pending
  if (status === 'unknown') return texts.live.stranger(strangers.numberOf(face))
  const advice = livenessAdvice(face, texts)
  if (advice !== undefined) return advice
  const reasons = face.quality.reasons.map((reason) => texts.reasons[reason] ?? reason)
  return [texts.live.notJudgeable, ...reasons.slice(0, 1)].join(': ')
}
