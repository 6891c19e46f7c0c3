import type { Subject } from './subject.js'

/** Whether visits are recorded, and for how long they are kept. */
export interface VisitSettings {
  /** Whether visits are recorded. */
  readonly recording: boolean
  /** Days after the end of a visit at which it is deleted. */
  readonly days: number
}

/** The visitor: an enrolled subject, or a stranger with a lasting id. */
export type VisitedBy =
  | {
      /** UUID of a subject. */
      readonly subjectId: string
    }
  | {
      /** Lasting id of a stranger. */
      readonly visitorId: string
    }

/** What the answer of a visit rests on: the figures of its best face. */
export interface VisitExplanation {
  /** The answer: `match`, `unknown` or `not_judgeable`. */
  readonly answer: string
  /** Cosine similarity to the matched or most similar subject, −1…1; null for an empty gallery. */
  readonly similarity: number | null
  /** The threshold, a cosine similarity; null where none took part. */
  readonly threshold: number | null
  /** To the runner-up. */
  readonly margin: number | null
  /** Probability that both show one person, at even prior odds, 0…1; null where it was not calibrated. */
  readonly probability: number | null
  /** Number of frames that had voted. */
  readonly frames: number
}

/** The best face of a visit. */
export interface VisitFace {
  /** Id of the model. */
  readonly model: string
  /** Embedding: a unit vector. */
  readonly vector: Float32Array
  /** 0…1. */
  readonly quality: number
  /** Cosine similarity to the matched subject; null for a stranger. */
  readonly similarity: number | null
  /** What the answer rests on; null where it was not recorded. */
  readonly explanation: VisitExplanation | null
  /** With its surroundings, JPEG; null where none was kept. */
  readonly image: Uint8Array | null
}

/** A visit to start. */
export interface NewVisit {
  /** Name of the camera. */
  readonly camera: string
  /** The subject or the stranger. */
  readonly by: VisitedBy
  /** ISO 8601, UTC. */
  readonly firstAt: string
  /** ISO 8601, UTC. */
  readonly lastAt: string
  /** The best face so far. */
  readonly face: VisitFace
}

/** A visit: a person before a camera, from arrival to departure. */
export interface Visit {
  /** UUID of the visit. */
  readonly id: string
  /** Name of the camera. */
  readonly camera: string
  /** ISO 8601, UTC. */
  readonly firstAt: string
  /** When the visitor was seen last, ISO 8601, UTC. */
  readonly lastAt: string
  /** The matched subject; null for a stranger. */
  readonly subject: Subject | null
  /** Lasting id of the stranger, also after they were named; null for a subject who was recognized. */
  readonly visitorId: string | null
  /** Score of the quality of the best face, 0…1. */
  readonly quality: number
  /** Cosine similarity of the best face to the matched subject; null for a stranger. */
  readonly similarity: number | null
  /** What the answer rests on; null where it was not recorded. */
  readonly explanation: VisitExplanation | null
  /** Whether a picture of the face was kept. */
  readonly hasFace: boolean
}

/** A visit that was started or continued. */
export interface BegunVisit {
  /** UUID of the visit. */
  readonly id: string
  /** The previous visit; null for the first one. */
  readonly before: {
    /** End of the earlier visit, ISO 8601, UTC. */
    readonly at: string
    /** Name of the camera. */
    readonly camera: string
  } | null
}

/** A page of visits, newest first. */
export interface VisitPage {
  /** Id of the last visit of the previous page. */
  readonly before?: string | undefined
  /** Largest number of visits on the page. */
  readonly limit: number
  /** Only visits of this subject. */
  readonly subjectId?: string | undefined
  /** Only visits of this stranger; former ids are resolved. */
  readonly visitorId?: string | undefined
  /** Only visits at this camera. */
  readonly camera?: string | undefined
  /** Only strangers without a name. */
  readonly unknown?: boolean | undefined
  /** Only visits that ended at this time or later, ISO 8601. */
  readonly since?: string | undefined
  /** Only visits that began before this time, ISO 8601. */
  readonly until?: string | undefined
}

/** A stranger with one or more visits. */
export interface Visitor {
  /** Lasting id of the stranger. */
  readonly id: string
  /** Number of visits. */
  readonly visits: number
  /** Start of the first visit, ISO 8601, UTC. */
  readonly firstAt: string
  /** End of the last visit, ISO 8601, UTC. */
  readonly lastAt: string
  /** Name of the camera of the last visit. */
  readonly camera: string
  /** Id of the visit with the best face. */
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
  /** Who was a stranger was recognized while they were there. */
  recognize(id: string, subjectId: string, face: VisitFace): Promise<void>
  /** Says of visits of strangers which stranger each is of; their old ids still find them. */
  regroup(visitors: ReadonlyMap<string, string>): Promise<void>
  /** Drops those whose time is over. @returns How many. */
  expire(): Promise<number>
  list(page: VisitPage): Promise<Visit[]>
  /** @throws AgnizeError `unknown-face` where none was kept. */
  image(id: string): Promise<Uint8Array>
  /** Unnamed strangers, by their last visit, newest first. */
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
