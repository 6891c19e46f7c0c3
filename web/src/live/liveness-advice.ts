import type { LiveFace } from '../recognize/protocol.js'
import type { Texts } from '../texts/en/index.js'

/** Frames after which a person who is not recognized is told what to do. Judgment: a name takes three. */
const frames = 4

/**
 * What to do so that a face is taken for live, by its track; undefined where nothing is to be done. It never says whom the face
 * resembles.
 */
export function livenessAdvice({ track, liveness }: LiveFace, texts: Texts): string | undefined {
  if (track.frames < frames) return undefined
  const { liveness: own } = texts
  if (track.liveness === 'attack') return own.picture
  if (track.liveness === 'live' || !liveness?.reason) return undefined
  return own[liveness.reason]
}

/** The advice for the nearest face of those that are not recognized; undefined while somebody is. */
export function adviceFor(faces: readonly LiveFace[], texts: Texts): string | undefined {
  if (faces.some(({ track }) => track.subject)) return undefined
  const nearest = faces.toSorted((a, b) => b.box.width - a.box.width)[0]
  return nearest && livenessAdvice(nearest, texts)
}
