import type { Face } from '../faces/face.js'
import type { Subject } from '../gallery/subject.js'
import type { Box } from '../geometry/box.js'
import { overlap } from '../geometry/box.js'
import type { Answer, Verdict } from './decide.js'
import { similarity } from './similarity.js'

/** How faces of one frame become those of the next. */
export interface TrackerOptions {
  /** Boxes that overlap more than this may be one face; default 0.3. */
  readonly overlap?: number
  /** Embeddings more similar than this are of one face, wherever it went meanwhile; default 0.5. */
  readonly similarity?: number
  /**
   * Milliseconds for which a face that is not seen is still expected; default 1000. Where frames come so slowly that few fit into
   * that, it lasts some frames.
   */
  readonly patience?: number
  /** Frames in which somebody must have been matched before the track has their name; default 3. */
  readonly frames?: number
  /** Share of the votes that a name needs; default 0.6. */
  readonly share?: number
}

/** A track: the frames of one face so far. */
export interface TrackState {
  /** Counts from 1. */
  readonly id: number
  /** Number of frames in which it was detected. */
  readonly frames: number
  /** Milliseconds since it was first seen. */
  readonly age: number
  /** The subject by the votes; null while it is undecided. */
  readonly subject: Subject | null
  /** The answer by the votes: `unknown` for a stranger; null while it is undecided. */
  readonly answer: Answer | null
  /** Number of frames that voted. */
  readonly votes: number
}

/** A face of a frame with the track that it belongs to. */
export interface TrackedFace<F> {
  /** The face in this frame. */
  readonly face: F
  /** The track that it continues. */
  readonly track: TrackState
}

/** Which track a box may belong to, before its face was looked at. */
export interface Expected {
  readonly track: TrackState
  /** Whether nothing else could be there: no other track near the box, and no other box near the track. */
  readonly isSure: boolean
}

/** A tracked face; embedding and answer are null in a frame in which it was not embedded. */
export type SeenFace = Pick<Face, 'box'> & {
  /** Embedding; null in a frame in which the face was not embedded. */
  readonly embedding: Face['embedding'] | null
  /** Quality of the face. */
  readonly quality: Pick<Face['quality'], 'score'>
  /** The answer; null in a frame in which the face was not embedded. */
  readonly answer: Answer | null
} & Pick<Verdict, 'subject'>

interface Track {
  readonly id: number
  readonly since: number
  box: Box
  /** Pixels a millisecond. */
  speed: { x: number; y: number }
  embedding: Face['embedding'] | null
  frames: number
  seenAt: number
  /** By subject's id; `''` is nobody. */
  readonly votes: Map<string, { weight: number; frames: number; subject: Subject | null }>
}

/** What a vote is worth after another one. */
const fading = 0.9
/** A face that is not in so many frames, as they come of late, is gone where frames come slowly. */
const patientFrames = 2.5
/** From how many frames of late it is told how fast they come; one late frame tells nothing. */
const lateFrames = 5
/** Frames further apart are no sequence, in milliseconds. */
const slowest = 4000
/** A face is not expected to go on moving for longer than this, in milliseconds. */
const furthest = 500

/**
 * Follows faces from frame to frame by where they are expected and, where they were embedded, by what they look like; and
 * names them by vote: frames count by the quality of the face in them, so that one bad frame changes no name.
 *
 * The association is ByteTrack's (Zhang et al., ECCV 2022) in so far as boxes are matched to where tracks are expected, and
 * lost tracks are kept for a while; what was embedded is matched by that too, as in DeepSORT.
 */
export class Tracker {
  readonly #options: Required<TrackerOptions>
  #tracks: Track[] = []
  /** When the last frame was taken; null before the first. */
  #lastAt: number | null = null
  /** Between the frames of late, in milliseconds. */
  readonly #gaps: number[] = []
  readonly #newId: () => number

  /** @param newId - Numbers tracks; default from 1. Trackers side by side share one, so that no two tracks have one id. */
  constructor(options: TrackerOptions = {}, newId: () => number = counter()) {
    this.#newId = newId
    this.#options = {
      ...{ overlap: 0.3, similarity: 0.5, patience: 1000, frames: 3, share: 0.6 },
      ...options,
    }
  }

  /** Which track each box may belong to by its place alone; undefined for a face that nothing was expected of. */
  expect(boxes: readonly Box[], at: number): (Expected | undefined)[] {
    const tracks = this.#expected(at)
    const near = boxes.map((box) =>
      tracks.filter((track) => overlap(box, placeOf(track, at)) > this.#options.overlap),
    )
    return near.map((own, i) => {
      const [track] = own
      if (!track) return undefined
      const isAlone = near.every((other, k) => k === i || !other.includes(track))
      return { track: this.#stateOf(track, at), isSure: own.length === 1 && isAlone }
    })
  }

  /**
   * Processes the faces of the next frame.
   *
   * @param at - Time of the frame, in milliseconds.
   * @returns In the order of the faces.
   */
  update<F extends SeenFace>(faces: readonly F[], at: number): TrackedFace<F>[] {
    this.#frameAt(at)
    this.#tracks = this.#expected(at)
    const owners = this.#assign(faces, at)
    return faces.map((face, i) => {
      const track = owners.get(i) ?? this.#begin(face, at)
      move(track, face.box, at)
      track.embedding = face.embedding ?? track.embedding
      track.frames++
      track.seenAt = at
      this.#vote(track, face)
      return { face, track: this.#stateOf(track, at) }
    })
  }

  /** Says that nothing has moved since the last frame: who was there is there. */
  still(at: number): void {
    for (const track of this.#tracks) {
      track.speed = { x: 0, y: 0 }
      if (track.seenAt === this.#lastAt) track.seenAt = at
    }
    this.#frameAt(at)
  }

  /** How many faces are expected. */
  get size(): number {
    return this.#tracks.length
  }

  #expected(at: number): Track[] {
    const lasting = Math.max(this.#options.patience, patientFrames * this.#gap(at))
    return this.#tracks.filter(({ seenAt }) => at - seenAt <= lasting)
  }

  #frameAt(at: number): void {
    if (this.#lastAt !== null) this.#gaps.push(at - this.#lastAt)
    if (this.#gaps.length > lateFrames) this.#gaps.shift()
    this.#lastAt = at
  }

  /** How far frames are apart: the middle one of the gaps of late. */
  #gap(at: number): number {
    const first = this.#lastAt === null ? 0 : at - this.#lastAt
    const gaps = this.#gaps.length > 0 ? this.#gaps.toSorted((a, b) => a - b) : [first]
    const middle = gaps[Math.floor(gaps.length / 2)]!
    return middle > slowest ? 0 : middle
  }

  /** The best pairs first, each face and each track once. */
  #assign(faces: readonly SeenFace[], at: number): Map<number, Track> {
    const pairs: { face: number; track: Track; score: number }[] = []
    for (const [i, face] of faces.entries()) {
      for (const track of this.#tracks) {
        const shared = overlap(face.box, placeOf(track, at))
        const alike =
          face.embedding && track.embedding ? similarity(face.embedding, track.embedding) : null
        const near = shared > this.#options.overlap && (alike === null || alike > 0)
        if (near || (alike !== null && alike > this.#options.similarity)) {
          // What was not looked at is taken to be as like as must be, for want of better.
          pairs.push({ face: i, track, score: shared + 2 * (alike ?? this.#options.similarity) })
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

  #begin({ box, embedding }: SeenFace, at: number): Track {
    const track: Track = {
      ...{ id: this.#newId(), since: at, box, speed: { x: 0, y: 0 }, embedding },
      ...{ frames: 0, seenAt: at, votes: new Map() },
    }
    this.#tracks.push(track)
    return track
  }

  #vote(track: Track, { answer, subject, quality }: SeenFace): void {
    // Nobody looked.
    if (answer === null) return
    for (const vote of track.votes.values()) vote.weight *= fading
    // What could not be judged says nothing.
    if (answer === 'not_judgeable') return
    const key = subject?.id ?? ''
    const vote = track.votes.get(key) ?? { weight: 0, frames: 0, subject }
    vote.weight += Math.max(0.05, quality.score)
    vote.frames++
    track.votes.set(key, vote)
  }

  #stateOf({ id, frames, since, votes }: Track, at: number): TrackState {
    const all = [...votes.values()]
    const total = all.reduce((sum, { weight }) => sum + weight, 0)
    const best = all.reduce((a, b) => (b.weight > a.weight ? b : a), {
      ...{ weight: 0, frames: 0, subject: null as Subject | null },
    })
    const holds = best.frames >= this.#options.frames && best.weight >= this.#options.share * total
    const subject = holds ? best.subject : null
    return {
      ...{ id, frames, age: at - since, subject },
      answer: subject ? 'match' : holds ? 'unknown' : null,
      votes: all.reduce((sum, { frames }) => sum + frames, 0),
    }
  }
}

/** Numbers from 1 on. */
function counter(): () => number {
  let last = 0
  return () => ++last
}

/** Where a face is expected, which goes on as it moved. */
function placeOf({ box, speed, seenAt }: Track, at: number): Box {
  const time = Math.min(at - seenAt, furthest)
  return { ...box, x: box.x + speed.x * time, y: box.y + speed.y * time }
}

function move(track: Track, box: Box, at: number): void {
  const time = at - track.seenAt
  if (time > 0 && track.frames > 0) {
    const center = ({ x, y, width, height }: Box) => [x + width / 2, y + height / 2] as const
    const [[x0, y0], [x1, y1]] = [center(track.box), center(box)]
    // Half of it, since boxes tremble.
    track.speed = {
      x: (track.speed.x + (x1 - x0) / time) / 2,
      y: (track.speed.y + (y1 - y0) / time) / 2,
    }
  }
  track.box = box
}
