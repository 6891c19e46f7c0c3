import type { LiveFace } from '../recognize/protocol.js'
import type { Texts } from '../texts/en.js'

/** The three-way answer, and the time before it. */
export type Standing = 'match' | 'unknown' | 'not_judgeable' | 'pending'

/** Frames that a name by vote takes; before, nothing is said. */
const decidedAfter = 3

/** What is known of a face by all its frames so far. */
export function standingOf({ track, answer }: LiveFace): Standing {
  if (track.subject) return 'match'
  if (track.frames <= decidedAfter) return 'pending'
  if (answer === 'not_judgeable') return 'not_judgeable'
  // One frame says a name that the others do not.
  return answer === 'match' ? 'pending' : 'unknown'
}

/** The same in words. */
export function nameOf(face: LiveFace, texts: Texts): string {
  const standing = standingOf(face)
  if (standing === 'match') return face.track.subject!.name
  if (standing === 'pending') return texts.live.pending
  if (standing === 'unknown') return texts.live.unknown
  const reasons = face.quality.reasons.map((reason) => texts.reasons[reason] ?? reason)
  return [texts.live.notJudgeable, ...reasons.slice(0, 1)].join(': ')
}
