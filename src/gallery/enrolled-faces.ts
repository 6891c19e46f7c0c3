import type { Subject, TemplateSummary } from './subject.js'

/** An enrolled face with its photo and its subject. */
export interface EnrolledFace extends Omit<TemplateSummary, 'id'> {
  /** UUID of the face, the same for all models. */
  readonly id: string
  /** UUID of its template of the active model. */
  readonly templateId: string
  /** The subject that the face is enrolled for. */
  readonly subject: Subject
}

/** A page of enrolled faces. */
export interface FacePage {
  /** Name of a subject whose faces are listed; default all. */
  readonly subject?: string
  /** Number of faces to skip; default 0. */
  readonly offset?: number
  /** Largest number of faces on the page. */
  readonly limit?: number
}

/** A face that was moved to another subject. */
export interface MovedFace {
  /** The face after the move. */
  readonly face: EnrolledFace
  /** The subject before the move. */
  readonly from: Subject
}

/** The enrolled faces of a gallery. A template's id finds its face too. */
export interface EnrolledFaceStore {
  /** One page of faces, subject by subject, oldest first; `total` counts the faces on all pages. */
  list(page: FacePage): Promise<{ readonly total: number; readonly faces: EnrolledFace[] }>
  /** @throws AgnizeError `unknown-face`. */
  get(id: string): Promise<EnrolledFace>
  /** JPEG of the face with its surroundings. @throws AgnizeError `unknown-face` where the face does not exist, or only its template was imported. */
  crop(id: string): Promise<Uint8Array>
  /** Embedding of the face by the searched model. @throws AgnizeError `unknown-face`. */
  vector(id: string): Promise<Float32Array>
  /**
   * Gives faces to another person, who is made when the name is new; who had them stays. Those that are not there are
   * left out of the answer.
   *
   * @param from - Only faces of the subject of this name.
   * @returns The moved faces, each with its previous subject.
   */
  move(ids: readonly string[], name: string, from?: string): Promise<MovedFace[]>
  /**
   * Removes faces; unknown ids are omitted from the result. Their subjects are kept.
   *
   * @param from - Only faces of the subject of this name.
   */
  remove(ids: readonly string[], from?: string): Promise<EnrolledFace[]>
}
