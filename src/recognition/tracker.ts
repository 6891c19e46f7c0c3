import type { Face } from '../faces/face.js'
import type { Subject } from '../gallery/store.js'
import type { Box } from '../geometry/box.js'
import { overlap } from '../geometry/box.js'
import type { Verdict } from './identify.js'
import { similarity } from './similarity.js'

/** How faces of one frame become those of the next. */
export interface TrackerOptions {
  /** Boxes that overlap more than this may be one face; default 0.3. */
  readonly overlap?: number
  /** Embeddings more similar than this are of one face, wherever it went meanwhile; default 0.5. */
  readonly similarity?: number
  /** Milliseconds for which a face that is not seen is still expected; default 1000. */
  readonly patience?: number
  /** Frames in which somebody must have been matched before the track has their name; default 3. */
  readonly frames?: number
  /** Share of the votes that a name needs; default 0.6. */
  readonly share?: number
}

/** A face of a frame with the track that it belongs to. */
export interface TrackedFace<F> {
  readonly face: F
  readonly track: {
    /** Counts from 1. */
    readonly id: number
    /** Frames in which it was seen. */
    readonly frames: number
    /** Milliseconds since it was first seen. */
    readonly age: number
    /** Who it is by the votes of its frames; null while that is open. */
    readonly subject: Subject | null
  }
}

type Seen = Pick<Face, 'box' | 'embedding'> & {
  readonly quality: Pick<Face['quality'], 'score'>
} & Pick<Verdict, 'answer' | 'subject'>

interface Track {
  readonly id: number
  readonly since: number
  box: Box
  embedding: Face['embedding']
  frames: number
  seenAt: number
  /** By subject's id; `''` is nobody. */
  readonly votes: Map<string, { weight: number; frames: number; subject: Subject | null }>
}

/** What a vote is worth after another frame. */
const fading = 0.9

/**
 * Follows faces from frame to frame by their boxes and embeddings, and names them by vote: frames count by the quality of the
 * face in them, so that one bad frame changes no name.
 */
export class Tracker {
  readonly #options: Required<TrackerOptions>
  #tracks: Track[] = []
  #nextId = 1

  constructor(options: TrackerOptions = {}) {
    this.#options = {
      ...{ overlap: 0.3, similarity: 0.5, patience: 1000, frames: 3, share: 0.6 },
      ...options,
    }
  }

  /**
   * Takes the faces of the next frame.
   *
   * @param at - When it was taken, in milliseconds.
   * @returns In the order of the faces.
   */
  update<F extends Seen>(faces: readonly F[], at: number): TrackedFace<F>[] {
    const { patience } = this.#options
    this.#tracks = this.#tracks.filter(({ seenAt }) => at - seenAt <= patience)
    const owners = this.#assign(faces)
    return faces.map((face, i) => {
      const track = owners.get(i) ?? this.#begin(face, at)
      track.box = face.box
      track.embedding = face.embedding
      track.frames++
      track.seenAt = at
      this.#vote(track, face)
      const { id, frames, since } = track
      return { face, track: { id, frames, age: at - since, subject: this.#subjectOf(track) } }
    })
  }

  /** The best pairs first, each face and each track once. */
  #assign(faces: readonly Seen[]): Map<number, Track> {
    const pairs: { face: number; track: Track; score: number }[] = []
    for (const [i, face] of faces.entries()) {
      for (const track of this.#tracks) {
        const shared = overlap(face.box, track.box)
        const alike = similarity(face.embedding, track.embedding)
        const near = shared > this.#options.overlap && alike > 0
        if (near || alike > this.#options.similarity) {
          pairs.push({ face: i, track, score: shared + 2 * alike })
        }
      }
    }
    pairs.sort((a, b) => b.score - a.score)
    const owners = new Map<number, Track>()
    const taken = new Set<Track>()
    for (const { face, track } of pairs) {
      if (owners.has(face) || taken.has(track)) continue
      owners.set(face, track)
      taken.add(track)
    }
    return owners
  }

  #begin({ box, embedding }: Seen, at: number): Track {
    const track: Track = {
      ...{ id: this.#nextId++, since: at, box, embedding },
      ...{ frames: 0, seenAt: at, votes: new Map() },
    }
    this.#tracks.push(track)
    return track
  }

  #vote(track: Track, { answer, subject, quality }: Seen): void {
    for (const vote of track.votes.values()) vote.weight *= fading
    // What could not be judged says nothing.
    if (answer === 'not_judgeable') return
    const key = subject?.id ?? ''
    const vote = track.votes.get(key) ?? { weight: 0, frames: 0, subject }
    vote.weight += Math.max(0.05, quality.score)
    vote.frames++
    track.votes.set(key, vote)
  }

  #subjectOf({ votes }: Track): Subject | null {
    const all = [...votes.values()]
    const total = all.reduce((sum, { weight }) => sum + weight, 0)
    const best = all.reduce((a, b) => (b.weight > a.weight ? b : a), {
      ...{ weight: 0, frames: 0, subject: null as Subject | null },
    })
    const { frames, share } = this.#options
    return best.frames >= frames && best.weight >= share * total ? best.subject : null
  }
}
