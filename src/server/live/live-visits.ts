import {
  type RecordedFace,
  type Sighting,
  VisitRecorder,
} from '../../application/visit-recorder.js'
import type { Agnize } from '../../library/agnize.js'
import { Tracker } from '../../recognition/tracker.js'

/** How long what was read of the settings is good for, in milliseconds. */
const freshFor = 3000
/** How often faces are cut out of a frame: often enough for a good one, in milliseconds. */
const pictureEvery = 400

/**
 * Records the visits before a live connection's camera, while that is switched on. It follows faces for itself: what is kept is
 * decided by the gallery's own rule, and from pictures only, whatever the client asks to be told of its frames.
 */
export class LiveVisits {
  readonly #camera: string
  readonly #tracker = new Tracker()
  #recorder: VisitRecorder | undefined
  #lookedAt = 0
  #picturedAt = 0

  constructor(camera: string) {
    this.#camera = camera
  }

  /** Looks whether visits are recorded. */
  async look(agnize: Agnize): Promise<void> {
    const now = Date.now()
    if (now - this.#lookedAt < freshFor) return
    this.#lookedAt = now
    const { recording } = await agnize.visits.settings()
    if (recording) {
      this.#recorder ??= new VisitRecorder(agnize.visits, this.#camera, {
        frames: 5,
        strangerAfter: 0,
      })
    } else this.#recorder = undefined
  }

  /** Whether the next frame's faces are to be cut out. */
  get wantsPictures(): boolean {
    return this.#recorder !== undefined && Date.now() - this.#picturedAt >= pictureEvery
  }

  /** Whether visits are recorded. */
  get areRecorded(): boolean {
    return this.#recorder !== undefined
  }

  /**
   * Takes the faces of a picture, as the gallery's own rule answers them.
   *
   * @param at - When the frame came, in milliseconds by the clock that trackers go by.
   * @returns What is known of each; null where that is nothing.
   */
  async update(faces: readonly RecordedFace[], at: number): Promise<(Sighting | null)[]> {
    const recorder = this.#recorder
    if (!recorder) return faces.map(() => null)
    if (faces.some(({ image }) => image !== null)) this.#picturedAt = Date.now()
    const tracked = this.#tracker.update(faces, at)
    await recorder.update(tracked, Date.now())
    return tracked.map(({ track }) => recorder.about(track.id))
  }

  async close(): Promise<void> {
    await this.#recorder?.close()
  }
}
