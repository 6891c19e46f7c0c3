import type { Agnize } from '../../agnize.js'
import type { TrackedFace } from '../../recognition/tracker.js'
import { type RecordedFace, type Sighting, VisitRecorder } from '../../visit-recorder.js'

/** How long what was read of the settings is good for, in milliseconds. */
const freshFor = 3000
/** How often faces are cut out of a frame: often enough for a good one, in milliseconds. */
const pictureEvery = 400

/** Records the visits before a live connection's camera, while that is switched on. */
export class LiveVisits {
  readonly #camera: string
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

  async update(faces: readonly TrackedFace<RecordedFace>[]): Promise<void> {
    if (!this.#recorder) return
    if (faces.some(({ face }) => face.image !== null)) this.#picturedAt = Date.now()
    await this.#recorder.update(faces, Date.now())
  }

  /** What is known of a track; null where visits are not recorded. */
  about(track: number): Sighting | null {
    return this.#recorder?.about(track) ?? null
  }

  async close(): Promise<void> {
    await this.#recorder?.close()
  }
}
