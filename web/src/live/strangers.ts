import type { LiveFace } from '../recognize/protocol.js'
import { trackStatus } from './naming.js'

/** A number stays taken this long after its face was last seen, in milliseconds. Judgment. */
const keepMs = 10_000

interface Stranger {
  readonly number: number
  readonly visitor: string | null
  seenAt: number
}

/** Numbers for the strangers in view, so that they can be told apart: each keeps the lowest that was free when it came. */
export class Strangers {
  readonly #byTrack = new Map<number, Stranger>()

  /** Takes the strangers of a frame. @param now - The time by the page's clock, in milliseconds. */
  update(faces: readonly LiveFace[], now: number): void {
    for (const [track, { seenAt }] of this.#byTrack) {
      if (now - seenAt > keepMs) this.#byTrack.delete(track)
    }
    for (const face of faces) {
      const { track } = face
      const known = this.#byTrack.get(track.id)
      // A track that has no answer yet may become somebody's.
      if (track.subject || (!known && trackStatus(face) !== 'unknown')) continue
      const visitor = track.sighting?.visitor ?? null
      const returned = visitor && this.#all().find((each) => each.visitor === visitor)
      const number = known?.number ?? (returned ? returned.number : this.#free())
      this.#byTrack.set(track.id, { number, visitor, seenAt: now })
    }
  }

  /** The number of a face, from 1. */
  numberOf({ track }: Pick<LiveFace, 'track'>): number {
    return this.#byTrack.get(track.id)?.number ?? 1
  }

  clear(): void {
    this.#byTrack.clear()
  }

  #all(): Stranger[] {
    return [...this.#byTrack.values()]
  }

  #free(): number {
    const taken = new Set(this.#all().map(({ number }) => number))
    let number = 1
    while (taken.has(number)) number++
    return number
  }
}
