import { v7 as newId } from 'uuid'
import { dot } from '../faces/vectors.js'
import type { Subject } from '../gallery/subject.js'
import type { BegunVisit, NewVisit, VisitExplanation, VisitFace } from '../gallery/visit-store.js'
import type { Verdict } from '../recognition/decide.js'
import type { SeenFace, TrackedFace, TrackState } from '../recognition/tracker.js'

/** A face of a frame, with the picture that a record may keep. */
export type RecordedFace = SeenFace &
  Partial<Pick<Verdict, 'similarity' | 'threshold' | 'margin' | 'probability'>> & {
    /** JPEG of the face with its surroundings; null where this frame has none. */
    readonly image: Uint8Array | null
  }

/** The previous visit. */
export interface SeenBefore {
  /** ISO 8601, UTC. */
  readonly at: string
  /** Name of the camera. */
  readonly camera: string
}

/** What is known of who is being followed. */
export interface Sighting {
  readonly visit: string
  /** Of a stranger; null for somebody known. */
  readonly visitor: string | null
  readonly before: SeenBefore | null
}

/** Somebody who is before the camera, or was. */
export interface PresentVisit extends Sighting {
  readonly subject: Subject | null
  /** In milliseconds since 1970, as the recorder was told. */
  readonly firstAt: number
  readonly lastAt: number
  readonly face: VisitFace
}

/** What became of a visit: somebody came, was recognized while they were there, or went. */
export interface VisitChange {
  readonly type: 'came' | 'recognized' | 'went'
  readonly visit: PresentVisit
}

/** Where visits are kept. */
export interface VisitJournal {
  /** The visitor whom a face is of; undefined for one who was not there before. */
  visitorOf(vector: Float32Array): Promise<string | undefined>
  begin(visit: NewVisit, continuedSince: string): Promise<BegunVisit>
  recognize(visit: string, subjectId: string, face: VisitFace): Promise<void>
  extend(visit: string, lastAt: string, face: VisitFace | null): Promise<boolean>
}

/** When a visit begins and ends. Times are in milliseconds. */
export interface VisitRecorderOptions {
  /** Who was not seen for so long is gone; default 60,000. */
  readonly away?: number
  /** Least number of frames in which a person was recognized; default 4. */
  readonly frames?: number
  /** For how long a stranger must have been there, who may be somebody known who is still too far away; default 800. */
  readonly strangerAfter?: number
}

/** Poorer faces of strangers make no visit: what is blurred is like anybody. */
const leastQuality = 0.3
/** How often it is written that somebody is still there, in milliseconds. */
const writeEvery = 5000
/** Faces of one camera more similar than this, one after the other, are one person's. */
const samePerson = 0.5

/** Somebody whose face is being followed, and from when they count who is there. */
interface Present {
  id: string
  readonly firstAt: number
  lastAt: number
  subject: Subject | null
  visitor: string | null
  before: SeenBefore | null
  face: VisitFace
  /** Whether `face` is not written yet. */
  isBetter: boolean
  writtenAt: number
  /** Whether it is in the gallery. */
  isKept: boolean
}

/** What is known of a track before it makes a visit. */
interface Followed {
  readonly firstAt: number
  lastAt: number
  face: VisitFace | null
  present: Present | null
}

/**
 * Makes visits of the faces that are followed before one camera: one from when somebody comes until they have gone, however
 * often their face was lost meanwhile.
 */
export class VisitRecorder {
  readonly #camera: string
  readonly #options: Required<VisitRecorderOptions>
  readonly #followed = new Map<number, Followed>()
  readonly #present = new Set<Present>()
  #visits: VisitJournal | null
  /** When the last frame was taken. */
  #lastAt = 0
  /** When nobody could be seen. */
  #outage = { from: 0, to: 0 }

  /** @param visits - Where they are kept; null to keep nothing. */
  constructor(visits: VisitJournal | null, camera: string, options: VisitRecorderOptions = {}) {
    this.#visits = visits
    this.#camera = camera
    this.#options = { ...{ away: 60_000, frames: 4, strangerAfter: 800 }, ...options }
  }

  /** Begins to keep visits, or ceases with null. */
  keepIn(visits: VisitJournal | null): void {
    this.#visits = visits
  }

  /** Processes the faces of the next frame. @param at - Milliseconds since 1970. */
  async update(faces: readonly TrackedFace<RecordedFace>[], at: number): Promise<VisitChange[]> {
    this.#lastAt = at
    // First: who was away for long enough has gone, also when this frame shows them again.
    const changes = await this.leave(at)
    const here = new Set<Present>()
    for (const { face, track } of faces) {
      const followed = this.#follow(face, track, at)
      if (!followed.face) continue
      followed.present ??= this.#presentLike(followed.face, track, here)
      const { present } = followed
      if (present && !here.has(present)) {
        here.add(present)
        await this.#goOn(present, followed, track, changes)
      } else if (!present && this.#counts(followed, track)) {
        followed.present = await this.#begin(followed, track.subject)
        here.add(followed.present)
        changes.push(change('came', followed.present))
      }
    }
    return changes
  }

  /** The camera saw nothing for a while: nobody is taken to have gone for that. */
  excuse(from: number, to: number): void {
    this.#outage = { from, to }
  }

  /** Nothing has moved: whoever was in the last frame is still there. */
  async still(at: number): Promise<void> {
    const before = this.#lastAt
    this.#lastAt = at
    for (const followed of this.#followed.values()) {
      if (followed.lastAt !== before) continue
      followed.lastAt = at
      const { present } = followed
      if (!present) continue
      present.lastAt = at
      if (at - present.writtenAt > writeEvery) await this.#extend(present)
    }
  }

  /** Whom nobody has seen for too long has gone. */
  async leave(at: number): Promise<VisitChange[]> {
    const changes: VisitChange[] = []
    for (const [track, { lastAt }] of this.#followed) {
      if (this.#absent(lastAt, at) >= this.#options.away) this.#followed.delete(track)
    }
    for (const present of this.#present) {
      if (this.#absent(present.lastAt, at) < this.#options.away) continue
      this.#present.delete(present)
      await this.#extend(present)
      changes.push(change('went', present))
    }
    return changes
  }

  /** What is known of a track; null while that is nothing. */
  about(track: number): Sighting | null {
    const present = this.#followed.get(track)?.present
    if (!present?.isKept) return null
    const { id, visitor, before } = present
    return { visit: id, visitor, before }
  }

  /** The camera ends: everybody goes. */
  close(): Promise<VisitChange[]> {
    return this.leave(Number.POSITIVE_INFINITY)
  }

  /** For how long somebody was not seen while they could have been. */
  #absent(lastAt: number, at: number): number {
    const { from, to } = this.#outage
    return at - lastAt - Math.max(0, to - Math.max(from, lastAt))
  }

  #follow(face: RecordedFace, track: TrackState, at: number): Followed {
    const followed = this.#followed.get(track.id) ?? {
      // Not since the track began: whoever had gone may still be expected in their place.
      ...{ firstAt: at, lastAt: at, face: null, present: null },
    }
    this.#followed.set(track.id, followed)
    followed.lastAt = at
    followed.face = better(followed.face, face, track.votes)
    return followed
  }

  /** Whether it is decided enough who this is for them to be there. */
  #counts({ face }: Followed, { frames, subject, answer, age }: TrackState): boolean {
    if (frames < this.#options.frames) return false
    if (subject) return true
    const { strangerAfter } = this.#options
    return answer === 'unknown' && age >= strangerAfter && face!.quality >= leastQuality
  }

  /** Who is there already and had lost their track, by name or by face. */
  #presentLike(
    face: VisitFace,
    { subject }: TrackState,
    here: ReadonlySet<Present>,
  ): Present | null {
    const others = [...this.#present].filter((present) => !here.has(present))
    const named = subject && others.find((present) => present.subject?.id === subject.id)
    if (named) return named
    let best: { readonly present: Present; readonly alike: number } | null = null
    for (const present of others) {
      // Two names are two people, however alike.
      if (subject && present.subject) continue
      if (present.face.model !== face.model) continue
      const alike = dot(present.face.vector, face.vector)
      if (alike > samePerson && alike > (best?.alike ?? -1)) best = { present, alike }
    }
    return best?.present ?? null
  }

  async #goOn(
    present: Present,
    { lastAt, face }: Followed,
    { subject }: TrackState,
    changes: VisitChange[],
  ): Promise<void> {
    present.lastAt = lastAt
    if (face!.quality > present.face.quality || (face!.image && !present.face.image)) {
      present.face = face!
      present.isBetter = true
    }
    if (subject && present.subject?.id !== subject.id) {
      // Who was a stranger a moment ago is known now, and one visit it is.
      present.subject = subject
      present.face = face!
      for (const other of this.#present) {
        if (other !== present && other.subject?.id === subject.id) this.#present.delete(other)
      }
      if (this.#visits && present.isKept) {
        await this.#visits.recognize(present.id, subject.id, present.face)
      }
      changes.push(change('recognized', present))
    }
    if (present.lastAt - present.writtenAt > writeEvery) await this.#extend(present)
  }

  async #begin({ firstAt, lastAt, face }: Followed, subject: Subject | null): Promise<Present> {
    const present: Present = {
      ...{ id: newId(), firstAt, lastAt, subject, visitor: null, before: null, face: face! },
      ...{ isBetter: false, writtenAt: lastAt, isKept: false },
    }
    this.#present.add(present)
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

  async #extend(present: Present): Promise<void> {
    const { id, lastAt, face, isBetter, isKept } = present
    present.writtenAt = lastAt
    present.isBetter = false
    if (isKept) await this.#visits?.extend(id, iso(lastAt), isBetter ? face : null)
  }
}

/** The face that shows best who it is: by its quality, but one with a picture. */
function better(best: VisitFace | null, face: RecordedFace, votes: number): VisitFace | null {
  const { embedding, quality, answer, image } = face
  if (!embedding || answer === null) return best
  const improves = !best || quality.score > best.quality
  if (best?.image ? !improves || !image : !improves && !image) return best
  return {
    model: embedding.model,
    vector: embedding.vector,
    quality: quality.score,
    similarity: answer === 'match' ? (face.similarity ?? null) : null,
    explanation: explained(face, votes),
    image,
  }
}

function explained(
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

function change(
  type: VisitChange['type'],
  { id, visitor, before, subject, firstAt, lastAt, face }: Present,
): VisitChange {
  return { type, visit: { visit: id, visitor, before, subject, firstAt, lastAt, face } }
}

const iso = (at: number) => new Date(at).toISOString()
