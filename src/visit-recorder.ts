import type { Face } from './faces/face.js'
import type { VisitedBy, VisitFace } from './gallery/visits.js'
import type { Verdict } from './recognition/identify.js'
import type { TrackedFace } from './recognition/tracker.js'
import type { Visits } from './visits.js'

/** A face of a frame, with the picture that may be kept of it. */
export type RecordedFace = Pick<Face, 'embedding'> & {
  readonly quality: Pick<Face['quality'], 'score'>
} & Pick<Verdict, 'answer' | 'similarity'> & {
    /** With its surroundings, JPEG; null where none was made of this frame. */
    readonly image: Uint8Array | null
  }

/** When they were here before. */
export interface SeenBefore {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly camera: string
}

/** What is known of who is being followed. */
export interface Sighting {
  readonly visit: string
  /** Of a stranger; null for somebody known. */
  readonly visitor: string | null
  readonly before: SeenBefore | null
}

/** Frames in which a face must have been followed. */
const leastFrames = 5
/** Poorer faces of strangers make no visit: what is blurred is like anybody. */
const leastQuality = 0.3
/** How often it is written that somebody is still there, in milliseconds. */
const writeEvery = 5000
/** Who comes back to a camera so soon was not away, in milliseconds. */
const sameVisit = 60_000
/** A face that was not seen for so long is gone, in milliseconds. */
const goneAfter = 2000

interface Followed {
  readonly firstAt: number
  lastAt: number
  writtenAt: number
  best: VisitFace | null
  /** Whether `best` is not written yet. */
  isBetter: boolean
  sighting: Sighting | null
  subjectId: string | null
  /** What is being written. */
  writing: Promise<void> | null
}

/** Makes visits of the faces that are followed before one camera. */
export class VisitRecorder {
  readonly #visits: Visits
  readonly #camera: string
  readonly #followed = new Map<number, Followed>()

  constructor(visits: Visits, camera: string) {
    this.#visits = visits
    this.#camera = camera
  }

  /** Takes the faces of the next frame. @param at - Milliseconds since 1970. */
  async update(faces: readonly TrackedFace<RecordedFace>[], at: number): Promise<void> {
    for (const { face, track } of faces) {
      const followed = this.#followed.get(track.id) ?? this.#begin(track.id, at)
      followed.lastAt = at
      this.#keepBest(followed, face)
      const subjectId = track.subject?.id ?? null
      const isStranger =
        subjectId === null && face.answer === 'unknown' && followed.best!.quality >= leastQuality
      if (track.frames < leastFrames || (subjectId === null && !isStranger)) continue
      // Who was a stranger a moment ago, and is known now, is one visit more.
      const isNew = followed.sighting === null || followed.subjectId !== subjectId
      if (isNew && !(subjectId === null && followed.subjectId !== null)) {
        followed.subjectId = subjectId
        await this.#write(followed, () => this.#open(followed))
      } else if (at - followed.writtenAt > writeEvery) {
        await this.#write(followed, () => this.#extend(followed))
      }
    }
    await this.#letGo(at)
  }

  /** What is known of a track; null while that is nothing. */
  about(track: number): Sighting | null {
    return this.#followed.get(track)?.sighting ?? null
  }

  /** The camera ends: everybody goes. */
  async close(): Promise<void> {
    await this.#letGo(Number.POSITIVE_INFINITY)
  }

  #begin(track: number, at: number): Followed {
    const followed: Followed = {
      ...{ firstAt: at, lastAt: at, writtenAt: at, best: null, isBetter: false },
      ...{ sighting: null, subjectId: null, writing: null },
    }
    this.#followed.set(track, followed)
    return followed
  }

  #keepBest(followed: Followed, { embedding, quality, similarity, answer, image }: RecordedFace) {
    const { best } = followed
    const better = !best || quality.score > best.quality
    // A poorer one with a picture is better than none.
    if (!better && !(image && !best.image)) return
    if (!image && best?.image) return
    followed.best = {
      model: embedding.model,
      vector: embedding.vector,
      quality: quality.score,
      similarity: answer === 'match' ? similarity : null,
      image,
    }
    followed.isBetter = true
  }

  async #open(followed: Followed): Promise<void> {
    const { subjectId, firstAt, lastAt, best } = followed
    const by: VisitedBy =
      subjectId === null
        ? { visitorId: (await this.#visits.visitorOf(best!.vector)) ?? crypto.randomUUID() }
        : { subjectId }
    const since = iso(firstAt - sameVisit)
    const { id, before } = await this.#visits.begin(
      { camera: this.#camera, by, firstAt: iso(firstAt), lastAt: iso(lastAt), face: best! },
      since,
    )
    followed.isBetter = false
    followed.sighting = {
      visit: id,
      visitor: 'visitorId' in by ? by.visitorId : null,
      before,
    }
  }

  async #extend(followed: Followed): Promise<void> {
    const { sighting, lastAt, best, isBetter } = followed
    followed.isBetter = false
    await this.#visits.extend(sighting!.visit, iso(lastAt), isBetter ? best : null)
  }

  async #write(followed: Followed, work: () => Promise<void>): Promise<void> {
    await followed.writing
    followed.writtenAt = followed.lastAt
    followed.writing = work().finally(() => (followed.writing = null))
    await followed.writing
  }

  async #letGo(at: number): Promise<void> {
    for (const [track, followed] of this.#followed) {
      if (at - followed.lastAt < goneAfter) continue
      this.#followed.delete(track)
      if (followed.sighting) await this.#write(followed, () => this.#extend(followed))
    }
  }
}

const iso = (at: number) => new Date(at).toISOString()
