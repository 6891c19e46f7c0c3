import type { RecordedFace } from '../application/visit-recorder.js'
import type { TrackedFace } from '../recognition/tracker.js'
import type { AttackEvent } from './event.js'

/** An attack that is to be reported. */
export type Attack = Pick<AttackEvent, 'resembles' | 'similarity' | 'score' | 'threshold' | 'image'>

/** Decides which attacks of one camera are reported: each once, however often the face is lost in between. */
export class AttackReports {
  readonly #awayMs: number
  /** When each reported attack was last seen, by the subject that it resembles. */
  readonly #seenAt = new Map<string, number>()
  readonly #tracks = new Set<number>()

  /** @param awayMs - An attack that was not seen for this many milliseconds is reported again. */
  constructor(awayMs: number) {
    this.#awayMs = awayMs
  }

  /** The new attacks among the faces of a frame. @param at - Milliseconds. */
  update(faces: readonly TrackedFace<RecordedFace>[], at: number): Attack[] {
    const attacks: Attack[] = []
    for (const { face, track } of faces) {
      if (track.liveness !== 'attack') continue
      const [best] = face.candidates ?? []
      const isLike = best && face.threshold && best.similarity >= face.threshold.value
      const resembles = isLike ? best.subject : null
      const key = resembles?.id ?? ''
      const seenAt = this.#seenAt.get(key)
      this.#seenAt.set(key, at)
      const isKnown =
        this.#tracks.has(track.id) || (seenAt !== undefined && at - seenAt < this.#awayMs)
      // A frame without the assessment has no score to report; the next one has.
      if (isKnown || !face.liveness) continue
      this.#tracks.add(track.id)
      const { score, threshold } = face.liveness
      const similarity = isLike ? best.similarity : null
      attacks.push({ resembles, similarity, score, threshold, image: face.image })
    }
    return attacks
  }
}
