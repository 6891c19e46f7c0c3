import type { Crops } from '../faces/face.js'
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

/** The enrolled faces of a gallery, one by one. Ids of templates find their faces too. */
export interface EnrolledFaceStore {
  /** Subject by subject, oldest first; `total` counts all that the page is a part of. */
  list(page: FacePage): Promise<{ readonly total: number; readonly faces: EnrolledFace[] }>
  /** @throws AgnizeError `unknown-face`. */
  get(id: string): Promise<EnrolledFace>
  /** What was kept of it. @throws AgnizeError `unknown-face` where there is no such face, or only its template was imported. */
  crops(id: string): Promise<Crops>
  /** Its embedding by the model that is searched. @throws AgnizeError `unknown-face`. */
  vector(id: string): Promise<Float32Array>
  /**
   * Gives faces to another person, who is made when the name is new; who had them stays. Those that are not there are
   * left out of the answer.
   *
   * @returns The moved faces, each with its previous subject.
   */
  move(ids: readonly string[], name: string): Promise<MovedFace[]>
  /** Removes faces; those that are not there are left out of the answer. Their people stay. */
  remove(ids: readonly string[]): Promise<EnrolledFace[]>
}
