import type { Subject } from './subject.js'

/** Settings of visits. */
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
      /** Id of a visitor. */
      readonly visitorId: string
    }

/** What the answer of a visit rests on: the figures of its best face. */
export interface VisitExplanation {
  /** The answer: `match`, `unknown` or `not_judgeable`. */
  readonly answer: string
  /** Cosine similarity to the matched or most similar subject, −1…1; null for an empty gallery. */
  readonly similarity: number | null
  /** The threshold, a cosine similarity, −1…1; null where none was applied. */
  readonly threshold: number | null
  /** Margin to the runner-up. */
  readonly margin: number | null
  /** Probability that both show one person, at even prior odds, 0…1; null without a calibration. */
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
  /** Quality score, 0…1. */
  readonly quality: number
  /** Cosine similarity to the matched subject, −1…1; null for a stranger. */
  readonly similarity: number | null
  /** What the answer rests on; null where it was not recorded. */
  readonly explanation: VisitExplanation | null
  /** Crop with its surroundings, JPEG; null where none was kept. */
  readonly image: Uint8Array | null
}

/** A visit to start. */
export interface NewVisit {
  /** Name of the camera. */
  readonly camera: string
  /** The subject or the visitor. */
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
  /** Time of the last sighting, ISO 8601, UTC. */
  readonly lastAt: string
  /** The matched subject; null for a stranger. */
  readonly subject: Subject | null
  /** Lasting id of the stranger, also after they were named; null for a subject who was recognized. */
  readonly visitorId: string | null
  /** Score of the quality of the best face, 0…1. */
  readonly quality: number
  /** Cosine similarity of the best face to the matched subject, −1…1; null for a visitor. */
  readonly similarity: number | null
  /** Evidence for the answer; null where it was not recorded. */
  readonly explanation: VisitExplanation | null
  /** Whether a crop of the face was kept. */
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
  /** Only visits of visitors without a name. */
  readonly unknown?: boolean | undefined
  /** Only visits that ended at this time or later, ISO 8601. */
  readonly since?: string | undefined
  /** Only visits that began before this time, ISO 8601. */
  readonly until?: string | undefined
}

/** A stranger with one or more visits. */
export interface Visitor {
  /** Id of the visitor. */
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

/** A visitor's faces by a model, in the space of comparison. */
export interface VisitorVectors {
  readonly visitorId: string
  /** Faces, oldest first. */
  readonly faces: readonly {
    readonly visit: string
    readonly vector: Float32Array
    readonly quality: number
  }[]
}

/** A camera at which visits were recorded. */
export interface VisitedCamera {
  /** Name of the camera. */
  readonly camera: string
  /** Number of recorded visits. */
  readonly visits: number
  /** Start of the first recorded visit, ISO 8601, UTC. */
  readonly firstAt: string
  /** End of the last recorded visit, ISO 8601, UTC. */
  readonly lastAt: string
}

/** The visits of a gallery. They do not increment its version, and backups do not contain them. */
export interface VisitStore {
  settings(): Promise<VisitSettings>
  /** Changes the settings; visits that they expire are deleted at once. */
  configure(settings: VisitSettings): Promise<void>
  /** Begins a visit, or continues one of the same camera whose last sighting is not before `continuedSince`. */
  begin(visit: NewVisit, continuedSince: string): Promise<BegunVisit>
  /** Extends a visit. @param face - A better face than the current one. @returns Whether the visit still exists. */
  extend(id: string, lastAt: string, face: VisitFace | null): Promise<boolean>
  /** Assigns a visitor's open visit to the subject that was recognized. */
  recognize(id: string, subjectId: string, face: VisitFace): Promise<void>
  /** Deletes expired visits. @returns How many. */
  expire(): Promise<number>
  list(page: VisitPage): Promise<Visit[]>
  /** The cameras of the recorded visits, by name. */
  cameras(): Promise<VisitedCamera[]>
  /** Crop of the best face. @throws AgnizeError `unknown-face` where none was kept. */
  image(id: string): Promise<Uint8Array>
  /** Every visit, newest first, with its face's vector in the space of comparison. */
  everyFace(model: string): AsyncIterable<{ readonly visit: Visit; readonly vector: Float32Array }>
  /** Transforms a vector into the space in which faces of visits are compared. */
  comparable(vector: Float32Array): Promise<Float32Array>
}

/** The unnamed strangers of a gallery, known by the faces of their visits. */
export interface VisitorStore {
  /** Unnamed strangers, by their last visit, newest first. */
  list(): Promise<Visitor[]>
  /** Vectors of the visitors' faces, in the space of {@link VisitStore.comparable}, for matching new faces. */
  vectors(model: string): Promise<VisitorVectors[]>
  /** A visitor's faces, best first. @throws AgnizeError `unknown-visitor`. */
  faces(visitorId: string): Promise<(VisitFace & { readonly visit: string })[]>
  /** Assigns all visits of a visitor to a subject. @returns How many visits. */
  name(visitorId: string, subjectId: string): Promise<number>
  /** Deletes a visitor with all visits. @returns How many visits. @throws AgnizeError `unknown-visitor`. */
  forget(visitorId: string): Promise<number>
  /** Reassigns visits to visitors, by visit id; replaced visitor ids still find them. */
  regroup(visitors: ReadonlyMap<string, string>): Promise<void>
}
