import type { Face } from '../faces/face.js'
import type { Subject } from '../gallery/subject.js'
import type { Box } from '../geometry/box.js'
import { iou } from '../geometry/box.js'
import type { Liveness } from '../liveness/liveness.js'
import type { Answer, Verdict } from './decide.js'
import { cosine } from './similarity.js'

/** Parameters of associating faces across frames. */
export interface TrackerOptions {
  /** Least overlap (IoU) at which two boxes may be one face; default 0.3. Judgment. */
  readonly overlap?: number
  /** Least cosine similarity at which two embeddings are one face's, wherever it moved; default 0.5. Judgment. */
  readonly similarity?: number
  /**
   * A track ends when its face has not been seen for this many milliseconds; default 1000. At low frame rates it ends after
   * a few frames instead. Judgment.
   */
  readonly patience?: number
  /** A track is named after this many matched frames; default 3. Judgment. */
  readonly frames?: number
  /** Share of the votes that a name needs; default 0.6. Judgment. */
  readonly share?: number
  /** Whether only a track that is live by its votes is named; default false. */
  readonly requireLive?: boolean
}

/** State of a track: the successive frames of one face. */
export interface TrackState {
  /** Id, counted from 1. */
  readonly id: number
  /** Number of frames in which the face was seen. */
  readonly frames: number
  /** Milliseconds since it was first seen. */
  readonly age: number
  /** The subject by the votes of the frames; null while undecided. */
  readonly subject: Subject | null
  /** The answer by the votes: `unknown` for a stranger; null while undecided. */
  readonly answer: Answer | null
  /** Number of frames that voted. */
  readonly votes: number
  /** Whether the face is live, by the votes of the frames; null while undecided, and where it is not assessed. */
  readonly liveness: 'live' | 'attack' | null
}

/** A face of a frame with its track. */
export interface TrackedFace<F> {
  /** The face in this frame. */
  readonly face: F
  /** The track that it continues. */
  readonly track: TrackState
}

/** The track that a box may continue, before its face is embedded. */
export interface Expected {
  readonly track: TrackState
  /** Whether the association is unambiguous: no other track near the box, and no other box near the track. */
  readonly isSure: boolean
}

/** A face as the tracker uses it; embedding and answer are null in a frame in which the face was not embedded. */
export type FaceObservation = Pick<Face, 'box'> & {
  /** Embedding; null in a frame in which the face was not embedded. */
  readonly embedding: Face['embedding'] | null
  /** Quality of the face. */
  readonly quality: Pick<Face['quality'], 'score'>
  /** The answer; null in a frame in which the face was not embedded. */
  readonly answer: Answer | null
  /** Whether the face is live; absent in a frame in which it was not assessed. */
  readonly liveness?: Pick<Liveness, 'answer'> | undefined
} & Pick<Verdict, 'subject'>

/** @deprecated Use {@link FaceObservation}. */
export type SeenFace = FaceObservation

interface Track {
  readonly id: number
  readonly since: number
  box: Box
  /** Speed, in pixels per millisecond. */
  speed: { x: number; y: number }
  embedding: Face['embedding'] | null
  frames: number
  seenAt: number
  /** Votes by subject id; `''` stands for a stranger. */
  readonly votes: Map<string, { weight: number; frames: number; subject: Subject | null }>
  /** Votes of the frames in which liveness was judged. */
  readonly liveVotes: Record<'live' | 'attack', { weight: number; frames: number }>
}

/** Factor by which each new vote discounts the earlier ones. Judgment. */
const voteDecay = 0.9
/** At low frame rates a track ends after this many median frame intervals without its face. Judgment. */
const patienceFrames = 2.5
/** Number of recent frames that the frame interval is estimated from, so that one late frame does not count. Judgment. */
const intervalSamples = 5
/** Frames further apart than this many milliseconds are not one sequence. Judgment. */
const maxFrameIntervalMs = 4000
/** A track's position is extrapolated for at most this many milliseconds. Judgment. */
const maxPredictionMs = 500

/**
 * Tracks faces across frames by predicted position and, where they were embedded, by similarity; and names tracks by vote,
 * weighted by the quality of each face, so that one poor frame does not change a name.
 *
 * The association follows ByteTrack (Zhang et al., ECCV 2022) in matching boxes to predicted positions and keeping lost
 * tracks for a while; embeddings are matched too, as in DeepSORT.
 */
export class Tracker {
  readonly #options: Required<TrackerOptions>
  #tracks: Track[] = []
  /** Time of the last frame; null before the first. */
  #lastAt: number | null = null
  /** Recent frame intervals, in milliseconds. */
  readonly #intervals: number[] = []
  readonly #newId: () => number

  /** @param newId - Numbers tracks; default from 1. Parallel trackers share one, so that ids are unique across them. */
  constructor(options: TrackerOptions = {}, newId: () => number = createCounter()) {
    this.#newId = newId
    this.#options = {
      ...{ overlap: 0.3, similarity: 0.5, patience: 1000, frames: 3, share: 0.6 },
      requireLive: false,
      ...options,
    }
  }

  /** The track that each box may continue, by position alone; undefined for a box without one. */
  expect(boxes: readonly Box[], at: number): (Expected | undefined)[] {
    const tracks = this.#liveTracks(at)
    const near = boxes.map((box) =>
      tracks.filter((track) => iou(box, predictedBox(track, at)) > this.#options.overlap),
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
  update<F extends FaceObservation>(faces: readonly F[], at: number): TrackedFace<F>[] {
    this.#recordFrame(at)
    this.#tracks = this.#liveTracks(at)
    const owners = this.#assign(faces, at)
    return faces.map((face, i) => {
      const track = owners.get(i) ?? this.#begin(face, at)
      updateMotion(track, face.box, at)
      track.embedding = face.embedding ?? track.embedding
      track.frames++
      track.seenAt = at
      this.#vote(track, face)
      voteOnLiveness(track, face)
      return { face, track: this.#stateOf(track, at) }
    })
  }

  /** Records a frame without motion: every face of the last frame is still present. */
  still(at: number): void {
    for (const track of this.#tracks) {
      track.speed = { x: 0, y: 0 }
      if (track.seenAt === this.#lastAt) track.seenAt = at
    }
    this.#recordFrame(at)
  }

  /** Number of open tracks. */
  get size(): number {
    return this.#tracks.length
  }

  #liveTracks(at: number): Track[] {
    const patienceMs = Math.max(this.#options.patience, patienceFrames * this.#frameInterval(at))
    return this.#tracks.filter(({ seenAt }) => at - seenAt <= patienceMs)
  }

  #recordFrame(at: number): void {
    if (this.#lastAt !== null) this.#intervals.push(at - this.#lastAt)
    if (this.#intervals.length > intervalSamples) this.#intervals.shift()
    this.#lastAt = at
  }

  /** The frame interval: the median of the recent ones. */
  #frameInterval(at: number): number {
    const first = this.#lastAt === null ? 0 : at - this.#lastAt
    const gaps = this.#intervals.length > 0 ? this.#intervals.toSorted((a, b) => a - b) : [first]
    const middle = gaps[Math.floor(gaps.length / 2)]!
    return middle > maxFrameIntervalMs ? 0 : middle
  }

  /** Greedy association: the best pairs first, each face and each track once. */
  #assign(faces: readonly FaceObservation[], at: number): Map<number, Track> {
    const pairs: { face: number; track: Track; score: number }[] = []
    for (const [i, face] of faces.entries()) {
      for (const track of this.#tracks) {
        const shared = iou(face.box, predictedBox(track, at))
        const alike =
          face.embedding && track.embedding ? cosine(face.embedding, track.embedding) : null
        const near = shared > this.#options.overlap && (alike === null || alike > 0)
        if (near || (alike !== null && alike > this.#options.similarity)) {
          // A face that was not embedded counts with the least similarity.
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

  #begin({ box, embedding }: FaceObservation, at: number): Track {
    const track: Track = {
      ...{ id: this.#newId(), since: at, box, speed: { x: 0, y: 0 }, embedding },
      ...{ frames: 0, seenAt: at, votes: new Map() },
      liveVotes: { live: { weight: 0, frames: 0 }, attack: { weight: 0, frames: 0 } },
    }
    this.#tracks.push(track)
    return track
  }

  #vote(track: Track, { answer, subject, quality }: FaceObservation): void {
    // The face was not embedded in this frame.
    if (answer === null) return
    for (const vote of track.votes.values()) vote.weight *= voteDecay
    // A face that could not be judged does not vote.
    if (answer === 'not_judgeable') return
    const key = subject?.id ?? ''
    const vote = track.votes.get(key) ?? { weight: 0, frames: 0, subject }
    vote.weight += Math.max(0.05, quality.score)
    vote.frames++
    track.votes.set(key, vote)
  }

  #stateOf({ id, frames, since, votes, liveVotes }: Track, at: number): TrackState {
    const all = [...votes.values()]
    const total = all.reduce((sum, { weight }) => sum + weight, 0)
    const best = all.reduce((a, b) => (b.weight > a.weight ? b : a), {
      ...{ weight: 0, frames: 0, subject: null as Subject | null },
    })
    const liveness = this.#livenessOf(liveVotes)
    const isDecided =
      best.frames >= this.#options.frames &&
      best.weight >= this.#options.share * total &&
      (!this.#options.requireLive || liveness === 'live')
    const subject = isDecided ? best.subject : null
    return {
      ...{ id, frames, age: at - since, subject },
      answer: subject ? 'match' : isDecided ? 'unknown' : null,
      votes: all.reduce((sum, { frames }) => sum + frames, 0),
      liveness,
    }
  }

  #livenessOf({ live, attack }: Track['liveVotes']): TrackState['liveness'] {
    const [answer, best] =
      live.weight >= attack.weight ? (['live', live] as const) : (['attack', attack] as const)
    const { frames, share } = this.#options
    const isDecided = best.frames >= frames && best.weight >= share * (live.weight + attack.weight)
    return isDecided ? answer : null
  }
}

/** Counts the liveness of a face in one frame; a face that cannot be judged does not vote. */
function voteOnLiveness({ liveVotes }: Track, { liveness }: FaceObservation): void {
  const answer = liveness?.answer ?? 'not_judgeable'
  if (answer === 'not_judgeable') return
  for (const vote of Object.values(liveVotes)) vote.weight *= voteDecay
  liveVotes[answer].weight += 1
  liveVotes[answer].frames++
}

/** Counts from 1. */
function createCounter(): () => number {
  let last = 0
  return () => ++last
}

/** Predicted box of a track at constant speed. */
function predictedBox({ box, speed, seenAt }: Track, at: number): Box {
  const time = Math.min(at - seenAt, maxPredictionMs)
  return { ...box, x: box.x + speed.x * time, y: box.y + speed.y * time }
}

function updateMotion(track: Track, box: Box, at: number): void {
  const time = at - track.seenAt
  if (time > 0 && track.frames > 0) {
    const center = ({ x, y, width, height }: Box) => [x + width / 2, y + height / 2] as const
    const [[x0, y0], [x1, y1]] = [center(track.box), center(box)]
    // Averaged with the previous speed, since detected boxes jitter.
    track.speed = {
      x: (track.speed.x + (x1 - x0) / time) / 2,
      y: (track.speed.y + (y1 - y0) / time) / 2,
    }
  }
  track.box = box
}
