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
  /** JPEG; null where nothing was kept. */
  readonly padded: Uint8Array | null
}

/** How a gallery goes over to another model: both live side by side until the switch, which is one transaction. */
export interface MigrationStore {
  state(): Promise<MigrationState>
  /** Begins, or goes on. @throws AgnizeError `bad-argument` where another migration is open. */
  begin(model: string, dimensions: number): Promise<void>
  /** Faces that a model has not embedded, by id. */
  missing(model: string, after: string, limit: number): Promise<UnembeddedFace[]>
  /**
   * Keeps what the next model makes of a face; one that is gone meanwhile is left alone.
   *
   * @param options - `isPoor`: that model cannot judge it, so that it is not searched.
   */
  embed(
    faceId: string,
    model: string,
    vector: Float32Array,
    options?: { readonly isPoor?: boolean },
  ): Promise<void>
  /** Says that the next model cannot embed a face. */
  skip(faceId: string, model: string): Promise<void>
  /** Activates the next model. @throws AgnizeError `bad-argument` while faces are not embedded. */
  switchOver(): Promise<void>
  /**
   * Activates the previous model again.
   *
   * @throws AgnizeError `bad-argument` without one, and while what was enrolled since waits for it.
   */
  back(): Promise<void>
  /** Deletes the previous model's templates. @throws AgnizeError `bad-argument` without one. */
  finish(): Promise<void>
  /** Deletes the next model's templates. @throws AgnizeError `bad-argument` without one. */
  drop(): Promise<void>
}
