import { v7 as newId } from 'uuid'
import { dot } from '../faces/vectors.js'
import type { Subject } from '../gallery/subject.js'
import type { BegunVisit, NewVisit, VisitExplanation, VisitFace } from '../gallery/visit-store.js'
import type { Verdict } from '../recognition/decide.js'
import type { SeenFace, TrackedFace, TrackState } from '../recognition/tracker.js'

/** A face of a frame, with the crop that may be kept of it. */
export type RecordedFace = SeenFace &
  Partial<Pick<Verdict, 'similarity' | 'threshold' | 'margin' | 'probability'>> & {
    /** The face with its surroundings, JPEG; null where no crop was made in this frame. */
    readonly image: Uint8Array | null
  }

/** The previous visit of the same subject or visitor. */
export interface SeenBefore {
  /** ISO 8601, UTC. */
  readonly at: string
  /** Name of the camera. */
  readonly camera: string
}

/** The visit of a tracked face. */
export interface Sighting {
  readonly visit: string
  /** Id of the visitor; null for a subject. */
  readonly visitor: string | null
  readonly before: SeenBefore | null
}

/** A visit that is open, or has just ended. */
export interface PresentVisit extends Sighting {
  readonly subject: Subject | null
  /** Time of the first frame, in milliseconds since 1970. */
  readonly firstAt: number
  readonly lastAt: number
  readonly face: VisitFace
}

/** A change of a visit: it began (`came`), its visitor was recognized as a subject, or it ended (`went`). */
export interface VisitChange {
  readonly type: 'came' | 'recognized' | 'went'
  readonly visit: PresentVisit
}

/** Storage of visits. */
export interface VisitJournal {
  /** Id of the visitor whom a face matches; undefined for a new visitor. */
  visitorOf(vector: Float32Array): Promise<string | undefined>
  begin(visit: NewVisit, continuedSince: string): Promise<BegunVisit>
  recognize(visit: string, subjectId: string, face: VisitFace): Promise<void>
  extend(visit: string, lastAt: string, face: VisitFace | null): Promise<boolean>
}

/** When a visit begins and ends. Times are in milliseconds. */
export interface VisitRecorderOptions {
  /** A visit ends when its subject or visitor has not been seen for this many milliseconds; default 60,000. */
  readonly away?: number
  /** A track starts a visit after this many frames; default 4. */
  readonly frames?: number
  /** A track of a stranger starts a visit after this many milliseconds: it may be a subject still too far away; default 800. */
  readonly strangerAfter?: number
}

/** Strangers' faces below this quality start no visit: blurred faces resemble everybody. Judgment. */
const minStrangerQuality = 0.3
/** Interval at which the end of an open visit is written, in milliseconds. Judgment. */
const writeIntervalMs = 5000
/** Two successive faces of one camera that are more similar than this (cosine) are one person's. Judgment. */
const samePersonSimilarity = 0.5

/** An open visit, from the moment it counts. */
interface OpenVisit {
  id: string
  readonly firstAt: number
  lastAt: number
  subject: Subject | null
  visitor: string | null
  before: SeenBefore | null
  face: VisitFace
  /** Whether `face` has changed since the last write. */
  faceChanged: boolean
  writtenAt: number
  /** Whether the visit is stored in the gallery. */
  isKept: boolean
}

/** State of a track before it starts a visit. */
interface VisitTrack {
  readonly firstAt: number
  lastAt: number
  face: VisitFace | null
  visit: OpenVisit | null
}

/**
 * Turns the tracks of one camera into visits: a visit lasts from the first to the last sighting, however often the track
 * was lost in between.
 */
export class VisitRecorder {
  readonly #camera: string
  readonly #options: Required<VisitRecorderOptions>
  readonly #tracks = new Map<number, VisitTrack>()
  readonly #openVisits = new Set<OpenVisit>()
  #visits: VisitJournal | null
  /** Time of the last frame. */
  #lastAt = 0
  /** The last interval in which the camera delivered no frames. */
  #outage = { from: 0, to: 0 }

  /** @param visits - Storage of visits; null to store nothing. */
  constructor(visits: VisitJournal | null, camera: string, options: VisitRecorderOptions = {}) {
    this.#visits = visits
    this.#camera = camera
    this.#options = { ...{ away: 60_000, frames: 4, strangerAfter: 800 }, ...options }
  }

  /** Starts storing visits, or stops with null. */
  setJournal(visits: VisitJournal | null): void {
    this.#visits = visits
  }

  /** Processes the faces of the next frame. @param at - Milliseconds since 1970. */
  async update(faces: readonly TrackedFace<RecordedFace>[], at: number): Promise<VisitChange[]> {
    this.#lastAt = at
    // First: a visit past its timeout has ended, even if this frame shows its subject again.
    const changes = await this.endExpired(at)
    const here = new Set<OpenVisit>()
    for (const { face, track } of faces) {
      const followed = this.#updateTrack(face, track, at)
      if (!followed.face) continue
      followed.visit ??= this.#matchOpenVisit(followed.face, track, here)
      const { visit } = followed
      if (visit && !here.has(visit)) {
        here.add(visit)
        await this.#continueVisit(visit, followed, track, changes)
      } else if (!visit && this.#isConfirmed(followed, track)) {
        followed.visit = await this.#begin(followed, track.subject)
        here.add(followed.visit)
        changes.push(visitChange('came', followed.visit))
      }
    }
    return changes
  }

  /** Records an outage of the camera: its duration does not count as absence. */
  recordOutage(from: number, to: number): void {
    this.#outage = { from, to }
  }

  /** Records a frame without motion: every face of the last frame is still present. */
  async still(at: number): Promise<void> {
    const before = this.#lastAt
    this.#lastAt = at
    for (const followed of this.#tracks.values()) {
      if (followed.lastAt !== before) continue
      followed.lastAt = at
      const { visit } = followed
      if (!visit) continue
      visit.lastAt = at
      if (at - visit.writtenAt > writeIntervalMs) await this.#extend(visit)
    }
  }

  /** Ends the visits whose subject or visitor has not been seen for too long. */
  async endExpired(at: number): Promise<VisitChange[]> {
    const changes: VisitChange[] = []
    for (const [track, { lastAt }] of this.#tracks) {
      if (this.#absentMs(lastAt, at) >= this.#options.away) this.#tracks.delete(track)
    }
    for (const present of this.#openVisits) {
      if (this.#absentMs(present.lastAt, at) < this.#options.away) continue
      this.#openVisits.delete(present)
      await this.#extend(present)
      changes.push(visitChange('went', present))
    }
    return changes
  }

  /** The visit of a track; null before the track starts one. */
  sightingOf(track: number): Sighting | null {
    const present = this.#tracks.get(track)?.visit
    if (!present?.isKept) return null
    const { id, visitor, before } = present
    return { visit: id, visitor, before }
  }

  /** Ends all visits when the camera closes. */
  close(): Promise<VisitChange[]> {
    return this.endExpired(Number.POSITIVE_INFINITY)
  }

  /** Milliseconds without a sighting, less the camera's outage. */
  #absentMs(lastAt: number, at: number): number {
    const { from, to } = this.#outage
    return at - lastAt - Math.max(0, to - Math.max(from, lastAt))
  }

  #updateTrack(face: RecordedFace, track: TrackState, at: number): VisitTrack {
    const followed = this.#tracks.get(track.id) ?? {
      // Not since the track began: the track may have continued from a visit that has ended.
      ...{ firstAt: at, lastAt: at, face: null, visit: null },
    }
    this.#tracks.set(track.id, followed)
    followed.lastAt = at
    followed.face = betterFace(followed.face, face, track.votes)
    return followed
  }

  /** Whether a track is identified well enough to start a visit. */
  #isConfirmed({ face }: VisitTrack, { frames, subject, answer, age }: TrackState): boolean {
    if (frames < this.#options.frames) return false
    if (subject) return true
    const { strangerAfter } = this.#options
    return answer === 'unknown' && age >= strangerAfter && face!.quality >= minStrangerQuality
  }

  /** The open visit that a new track continues, by subject or by face similarity. */
  #matchOpenVisit(
    face: VisitFace,
    { subject }: TrackState,
    here: ReadonlySet<OpenVisit>,
  ): OpenVisit | null {
    const others = [...this.#openVisits].filter((present) => !here.has(present))
    const named = subject && others.find((present) => present.subject?.id === subject.id)
    if (named) return named
    let best: { readonly present: OpenVisit; readonly similarity: number } | null = null
    for (const present of others) {
      // Two different subjects are never merged, however similar.
      if (subject && present.subject) continue
      if (present.face.model !== face.model) continue
      const similarity = dot(present.face.vector, face.vector)
      if (similarity > samePersonSimilarity && similarity > (best?.similarity ?? -1))
        best = { present, similarity }
    }
    return best?.present ?? null
  }

  async #continueVisit(
    present: OpenVisit,
    { lastAt, face }: VisitTrack,
    { subject }: TrackState,
    changes: VisitChange[],
  ): Promise<void> {
    present.lastAt = lastAt
    if (face!.quality > present.face.quality || (face!.image && !present.face.image)) {
      present.face = face!
      present.faceChanged = true
    }
    if (subject && present.subject?.id !== subject.id) {
      // A visitor who is recognized as a subject keeps the same visit.
      present.subject = subject
      present.face = face!
      for (const other of this.#openVisits) {
        if (other !== present && other.subject?.id === subject.id) this.#openVisits.delete(other)
      }
      if (this.#visits && present.isKept) {
        await this.#visits.recognize(present.id, subject.id, present.face)
      }
      changes.push(visitChange('recognized', present))
    }
    if (present.lastAt - present.writtenAt > writeIntervalMs) await this.#extend(present)
  }

  async #begin({ firstAt, lastAt, face }: VisitTrack, subject: Subject | null): Promise<OpenVisit> {
    const present: OpenVisit = {
      ...{ id: newId(), firstAt, lastAt, subject, visitor: null, before: null, face: face! },
      ...{ faceChanged: false, writtenAt: lastAt, isKept: false },
    }
    this.#openVisits.add(present)
    if (this.#visits) {
      const by = subject
        ? { subjectId: subject.id }
        : { visitorId: (await this.#visits.visitorOf(face!.vector)) ?? crypto.randomUUID() }
      const { id, before } = await this.#visits.begin(
        { camera: this.#camera, by, firstAt: iso(firstAt), lastAt: iso(lastAt), face: face! },
        iso(firstAt - this.#options.away),
      )
      const visitor = 'visitorId' in by ? by.visitorId : null
      Object.assign(present, { id, before, visitor, isKept: true })
    }
    return present
  }

  async #extend(present: OpenVisit): Promise<void> {
    const { id, lastAt, face, faceChanged, isKept } = present
    present.writtenAt = lastAt
    present.faceChanged = false
    if (isKept) await this.#visits?.extend(id, iso(lastAt), faceChanged ? face : null)
  }
}

/** The better face to represent a visit: by quality, but only one with a crop. */
function betterFace(best: VisitFace | null, face: RecordedFace, votes: number): VisitFace | null {
  const { embedding, quality, answer, image } = face
  if (!embedding || answer === null) return best
  const improves = !best || quality.score > best.quality
  if (best?.image ? !improves || !image : !improves && !image) return best
  return {
    model: embedding.model,
    vector: embedding.vector,
    quality: quality.score,
    similarity: answer === 'match' ? (face.similarity ?? null) : null,
    explanation: explanationOf(face, votes),
    image,
  }
}

function explanationOf(
  { answer, similarity, threshold, margin, probability }: RecordedFace,
  frames: number,
): VisitExplanation {
  return {
    ...{ answer: answer!, frames },
    similarity: similarity ?? null,
    threshold: threshold?.value ?? null,
    margin: margin ?? null,
    probability: probability ?? null,
  }
}

function visitChange(
  type: VisitChange['type'],
  { id, visitor, before, subject, firstAt, lastAt, face }: OpenVisit,
): VisitChange {
  return { type, visit: { visit: id, visitor, before, subject, firstAt, lastAt, face } }
}

const iso = (at: number) => new Date(at).toISOString()
