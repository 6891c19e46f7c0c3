import type { Subject } from './subject.js'

/** Whether visits are recorded, and for how long they are kept. */
export interface VisitSettings {
  readonly recording: boolean
  /** Visits that ended longer ago go. */
  readonly days: number
}

/** Who came: somebody enrolled, or a stranger, who has a lasting id of their own. */
export type VisitedBy = { readonly subjectId: string } | { readonly visitorId: string }

/** What the answer of a visit rests on: numbers of the face that shows best who came. */
export interface VisitExplanation {
  readonly answer: string
  /** To the person matched, or to the most similar one; null where nobody is enrolled. Cosine, −1…1. */
  readonly similarity: number | null
  readonly threshold: number | null
  /** To the runner-up. */
  readonly margin: number | null
  readonly probability: number | null
  /** Frames that had voted until then. */
  readonly frames: number
}

/** The face of a visit that shows best who came. */
export interface VisitFace {
  readonly model: string
  readonly vector: Float32Array
  /** 0…1. */
  readonly quality: number
  /** To whom the visitor was matched; null for a stranger. */
  readonly similarity: number | null
  /** Null where nothing is known of it. */
  readonly explanation: VisitExplanation | null
  /** With its surroundings, JPEG; null where none was kept. */
  readonly image: Uint8Array | null
}

/** A visit that begins. */
export interface NewVisit {
  readonly camera: string
  readonly by: VisitedBy
  /** ISO 8601, UTC. */
  readonly firstAt: string
  readonly lastAt: string
  readonly face: VisitFace
}

/** Somebody before a camera, from when they came until they went. */
export interface Visit {
  readonly id: string
  readonly camera: string
  /** ISO 8601, UTC. */
  readonly firstAt: string
  readonly lastAt: string
  /** Who it was; null for a stranger. */
  readonly subject: Subject | null
  /** Which stranger; also of one who was named since, null for who was known. */
  readonly visitorId: string | null
  readonly quality: number
  readonly similarity: number | null
  readonly explanation: VisitExplanation | null
  readonly hasFace: boolean
}

/** A visit that began, or goes on. */
export interface BegunVisit {
  readonly id: string
  /** When they were here before; null for the first time. */
  readonly before: { readonly at: string; readonly camera: string } | null
}

/** A stretch of the visits, newest first. */
export interface VisitPage {
  /** Id of the last visit of the stretch before. */
  readonly before?: string | undefined
  readonly limit: number
  readonly subjectId?: string | undefined
  /** Also an id that this stranger once had. */
  readonly visitorId?: string | undefined
  readonly camera?: string | undefined
  /** Only strangers without a name. */
  readonly unknown?: boolean | undefined
  /** Only visits that ended at this time or later, and began before that one; ISO 8601, UTC. */
  readonly since?: string | undefined
  readonly until?: string | undefined
}

/** A stranger who was there, once or more often. */
export interface Visitor {
  readonly id: string
  readonly visits: number
  readonly firstAt: string
  readonly lastAt: string
  /** Where they were last. */
  readonly camera: string
  /** The visit that shows them best. */
  readonly bestVisit: string
}

/** A stranger's faces by a model, as they are compared. */
export interface VisitorVectors {
  readonly visitorId: string
  /** The oldest first. */
  readonly faces: readonly {
    readonly visit: string
    readonly vector: Float32Array
    readonly quality: number
  }[]
}

/** The visits of a gallery. They do not raise its version, and are in no backup. */
export interface VisitStore {
  settings(): Promise<VisitSettings>
  /** Those that are too old by the new settings go at once. */
  configure(settings: VisitSettings): Promise<void>
  /** Where somebody came back to a camera since a time, the visit before goes on. */
  begin(visit: NewVisit, continuedSince: string): Promise<BegunVisit>
  /** Somebody is still there. @param face - A better one than before. @returns Whether the visit is there still. */
  extend(id: string, lastAt: string, face: VisitFace | null): Promise<boolean>
  /** Who was a stranger was recognised while they were there. */
  recognise(id: string, subjectId: string, face: VisitFace): Promise<void>
  /** Says of visits of strangers which stranger each is of; their old ids still find them. */
  regroup(visitors: ReadonlyMap<string, string>): Promise<void>
  /** Drops those whose time is over. @returns How many. */
  expire(): Promise<number>
  list(page: VisitPage): Promise<Visit[]>
  /** @throws AgnizeError `unknown-face` where none was kept. */
  image(id: string): Promise<Uint8Array>
  /** Strangers who have no name yet, those who came last first. */
  visitors(): Promise<Visitor[]>
  /** Their faces, to find out whether one of them is back. */
  vectors(model: string): Promise<VisitorVectors[]>
  /** Of every visit, newest first, with the face as it is compared. */
  everyFace(model: string): AsyncIterable<{ readonly visit: Visit; readonly vector: Float32Array }>
  /** Whatever is compared with {@link VisitStore.vectors} goes through this. */
  comparable(vector: Float32Array): Promise<Float32Array>
  /** A stranger's faces, best first. @throws AgnizeError `unknown-visitor`. */
  faces(visitorId: string): Promise<(VisitFace & { readonly visit: string })[]>
  /** A stranger was somebody all the while. @returns How many visits. */
  name(visitorId: string, subjectId: string): Promise<number>
  /** Forgets a stranger. @returns How many visits. @throws AgnizeError `unknown-visitor`. */
  forget(visitorId: string): Promise<number>
}
