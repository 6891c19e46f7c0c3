import type { Subject } from '../gallery/subject.js'
import type { TrackedFace } from '../recognition/tracker.js'
import type { RecordedFace } from './visit-recorder.js'

/** An attack that is to be reported. */
export interface TrackedAttack {
  /** Id of its track. */
  readonly track: number
  /** The subject that the picture resembles; null where it resembles none. */
  readonly resembles: Subject | null
  /** Similarity to that subject, −1…1; null where there is none. */
  readonly similarity: number | null
  /** Score of liveness, 0…1, that decided. */
  readonly score: number | null
  /** The threshold of liveness. */
  readonly threshold: number
  /** The face with a margin, JPEG; null where no crop was made. */
  readonly image: Uint8Array | null
}

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

  /**
   * The attacks among the faces of a frame that have not been reported.
   *
   * @param at - Milliseconds.
   * @returns New attacks. One that is not then {@link markReported} is new in the next frame too.
   */
  update(faces: readonly TrackedFace<RecordedFace>[], at: number): TrackedAttack[] {
    const attacks = new Map<string, TrackedAttack>()
    for (const { face, track } of faces) {
      if (track.liveness !== 'attack') continue
      const [best] = face.candidates ?? []
      const isLike = best && face.threshold && best.similarity >= face.threshold.value
      const resembles = isLike ? best.subject : null
      const key = keyOf(resembles)
      const seenAt = this.#seenAt.get(key)
      const wasSeen = seenAt !== undefined && at - seenAt < this.#awayMs
      const isReported = this.#tracks.has(track.id) || wasSeen
      if (isReported) this.#seenAt.set(key, at)
      // A frame without the assessment has no score to report; the next one has.
      if (isReported || attacks.has(key) || !face.liveness) continue
      const { score, threshold } = face.liveness
      const similarity = isLike ? best.similarity : null
      const { image } = face
      attacks.set(key, { resembles, similarity, score, threshold, image, track: track.id })
    }
    return [...attacks.values()]
  }

  /** Remembers that an attack was reported. @param at - When it was seen, in milliseconds. */
  markReported({ resembles, track }: TrackedAttack, at: number): void {
    this.#seenAt.set(keyOf(resembles), at)
    this.#tracks.add(track)
  }
}

const keyOf = (resembles: TrackedAttack['resembles']) => resembles?.id ?? ''
