import { v7 as newId } from 'uuid'
import { dot } from '../faces/vectors.js'
import type { Subject } from '../gallery/subject.js'
import type { BegunVisit, NewVisit, VisitExplanation, VisitFace } from '../gallery/visit-store.js'
import type { Liveness } from '../liveness/liveness.js'
import type { Verdict } from '../recognition/decide.js'
import type { FaceObservation, TrackedFace, TrackState } from '../recognition/tracker.js'

/** A face of a frame, with the crop that may be kept of it. */
export type RecordedFace = FaceObservation &
  Partial<Pick<Verdict, 'similarity' | 'threshold' | 'margin' | 'probability' | 'candidates'>> & {
    /** The face with its surroundings, JPEG; null where no crop was made in this frame. */
    readonly image: Uint8Array | null
    /** Whether the face is live; absent in a frame in which it was not assessed. */
    readonly liveness?: Liveness | undefined
  }

/** The previous visit of the same subject or visitor. */
export interface PreviousVisit {
  /** ISO 8601, UTC. */
  readonly at: string
  /** Name of the camera. */
  readonly camera: string
}

/** @deprecated Use {@link PreviousVisit}. */
export type SeenBefore = PreviousVisit

/** The visit of a tracked face. */
export interface Sighting {
  readonly visit: string
  /** Id of the visitor; null for a subject. */
  readonly visitor: string | null
  readonly before: PreviousVisit | null
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
  /** A visit ends when its subject or visitor has not been seen for this many milliseconds; default 60,000. Judgment. */
  readonly away?: number
  /** A track starts a visit after this many frames; default 4. Judgment. */
  readonly frames?: number
  /**
   * A track of a stranger starts a visit after this many milliseconds: it may be a subject still too far away; default 800.
   * Judgment.
   */
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
  before: PreviousVisit | null
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
      const visitTrack = this.#updateTrack(face, track, at)
      if (!visitTrack.face) continue
      visitTrack.visit ??= this.#matchOpenVisit(visitTrack.face, track, here)
      const { visit } = visitTrack
      if (visit && !here.has(visit)) {
        here.add(visit)
        await this.#continueVisit(visit, visitTrack, track, changes)
      } else if (!visit && this.#isConfirmed(visitTrack, track)) {
        visitTrack.visit = await this.#begin(visitTrack, track.subject)
        here.add(visitTrack.visit)
        changes.push(visitChange('came', visitTrack.visit))
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
    for (const visitTrack of this.#tracks.values()) {
      if (visitTrack.lastAt !== before) continue
      visitTrack.lastAt = at
      const { visit } = visitTrack
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
    for (const openVisit of this.#openVisits) {
      if (this.#absentMs(openVisit.lastAt, at) < this.#options.away) continue
      this.#openVisits.delete(openVisit)
      await this.#extend(openVisit)
      changes.push(visitChange('went', openVisit))
    }
    return changes
  }

  /** Whether a face of the last frame has had no crop yet. */
  get lacksImages(): boolean {
    for (const { lastAt, face } of this.#tracks.values()) {
      if (lastAt === this.#lastAt && face !== null && face.image === null) return true
    }
    return false
  }

  /** The visit of a track; null before the track starts one. */
  sightingOf(track: number): Sighting | null {
    const openVisit = this.#tracks.get(track)?.visit
    if (!openVisit?.isKept) return null
    const { id, visitor, before } = openVisit
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
    const visitTrack = this.#tracks.get(track.id) ?? {
      // Not since the track began: the track may have continued from a visit that has ended.
      ...{ firstAt: at, lastAt: at, face: null, visit: null },
    }
    this.#tracks.set(track.id, visitTrack)
    visitTrack.lastAt = at
    visitTrack.face = betterFace(visitTrack.face, face, track.votes)
    return visitTrack
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
    const others = [...this.#openVisits].filter((openVisit) => !here.has(openVisit))
    const named = subject && others.find((openVisit) => openVisit.subject?.id === subject.id)
    if (named) return named
    let best: { readonly openVisit: OpenVisit; readonly similarity: number } | null = null
    for (const openVisit of others) {
      // Two different subjects are never merged, however similar.
      if (subject && openVisit.subject) continue
      if (openVisit.face.model !== face.model) continue
      const similarity = dot(openVisit.face.vector, face.vector)
      if (similarity > samePersonSimilarity && similarity > (best?.similarity ?? -1))
        best = { openVisit, similarity }
    }
    return best?.openVisit ?? null
  }

  async #continueVisit(
    openVisit: OpenVisit,
    { lastAt, face }: VisitTrack,
    { subject }: TrackState,
    changes: VisitChange[],
  ): Promise<void> {
    openVisit.lastAt = lastAt
    const isFirstImage = face!.image !== null && openVisit.face.image === null
    if (face!.quality > openVisit.face.quality || isFirstImage) {
      openVisit.face = face!
      openVisit.faceChanged = true
    }
    if (subject && openVisit.subject?.id !== subject.id) {
      // A visitor who is recognized as a subject keeps the same visit.
      openVisit.subject = subject
      openVisit.face = face!
      for (const other of this.#openVisits) {
        if (other !== openVisit && other.subject?.id === subject.id) this.#openVisits.delete(other)
      }
      if (this.#visits && openVisit.isKept) {
        await this.#visits.recognize(openVisit.id, subject.id, openVisit.face)
      }
      changes.push(visitChange('recognized', openVisit))
    }
    // Written at once: a visitor can be named only with a picture.
    const isDue = isFirstImage || openVisit.lastAt - openVisit.writtenAt > writeIntervalMs
    if (isDue) await this.#extend(openVisit)
  }

  async #begin({ firstAt, lastAt, face }: VisitTrack, subject: Subject | null): Promise<OpenVisit> {
    const openVisit: OpenVisit = {
      ...{ id: newId(), firstAt, lastAt, subject, visitor: null, before: null, face: face! },
      ...{ faceChanged: false, writtenAt: lastAt, isKept: false },
    }
    this.#openVisits.add(openVisit)
    if (this.#visits) {
      const by = subject
        ? { subjectId: subject.id }
        : { visitorId: (await this.#visits.visitorOf(face!.vector)) ?? crypto.randomUUID() }
      const { id, before } = await this.#visits.begin(
        { camera: this.#camera, by, firstAt: iso(firstAt), lastAt: iso(lastAt), face: face! },
        iso(firstAt - this.#options.away),
      )
      const visitor = 'visitorId' in by ? by.visitorId : null
      Object.assign(openVisit, { id, before, visitor, isKept: true })
    }
    return openVisit
  }

  async #extend(openVisit: OpenVisit): Promise<void> {
    const { id, lastAt, face, faceChanged, isKept } = openVisit
    openVisit.writtenAt = lastAt
    openVisit.faceChanged = false
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
