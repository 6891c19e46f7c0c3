import type { Subject } from './subject.js'

/** State of the migration of a gallery to another model. */
export interface MigrationState {
  /** Id of the active model, which is searched. */
  readonly active: string | null
  /** Id of the next model, which is embedding the faces. */
  readonly next: string | null
  /** Id of the previous model, which can be activated again. */
  readonly previous: string | null
  /** Number of kept faces. */
  readonly faces: number
  /** Number of faces that the next model has embedded. */
  readonly embedded: number
}

/** A kept face that the next model has not embedded. */
export interface UnembeddedFace {
  readonly id: string
  /** The subject of the face. */
  readonly subject: Subject
  /** File name of the photo, without folders. */
  readonly photo: string
  /** JPEG of the face with its surroundings; null where no crop was kept. */
  readonly crop: Uint8Array | null
}

/** Migration of a gallery to another model: templates of both coexist until the switch, which is one transaction. */
export interface MigrationStore {
  state(): Promise<MigrationState>
  /** Begins or resumes a migration. @throws AgnizeError `bad-argument` while another migration is open. */
  begin(model: string, dimensions: number): Promise<void>
  /** One page of faces that a model has not embedded, by id. */
  missing(model: string, after: string, limit: number): Promise<UnembeddedFace[]>
  /**
   * Stores the next model's embedding of a face; does nothing where the face was removed meanwhile.
   *
   * @param options - `isPoor`: the model cannot judge the face, so it is not searched.
   */
  embed(
    faceId: string,
    model: string,
    vector: Float32Array,
    options?: { readonly isPoor?: boolean },
  ): Promise<void>
  /** Records that the next model cannot embed a face. */
  skip(faceId: string, model: string): Promise<void>
  /** Changes the detector that faces are found with; templates are kept. @throws AgnizeError `bad-argument` for an empty gallery. */
  setDetector(name: string): Promise<void>
  /** Activates the next model. @throws AgnizeError `bad-argument` while faces are not embedded. */
  switchOver(): Promise<void>
  /**
   * Activates the previous model again.
   *
   * @throws AgnizeError `bad-argument` without one, and while it has not embedded the faces enrolled since the switch.
   */
  back(): Promise<void>
  /** Deletes the previous model's templates. @throws AgnizeError `bad-argument` without one. */
  finish(): Promise<void>
  /** Deletes the next model's templates. @throws AgnizeError `bad-argument` without one. */
  drop(): Promise<void>
}
