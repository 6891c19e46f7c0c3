import {
  type RecordedFace,
  type Sighting,
  VisitRecorder,
} from '../../application/visit-recorder.js'
import type { Agnize } from '../../library/agnize.js'
import { Tracker } from '../../recognition/tracker.js'

/** Time for which the visit settings are cached, in milliseconds. Judgment. */
const settingsMaxAgeMs = 3000
/** Interval at which faces are cropped from a frame, in milliseconds: short enough for a good crop of a visit. Judgment. */
const cropIntervalMs = 400

/**
 * Records the visits at a live connection's camera, while the gallery records visits. It has a tracker of its own: the
 * gallery's settings decide what is recorded, from images only, whatever options the client chose for its results.
 */
export class LiveVisits {
  readonly #camera: string
  readonly #tracker: Tracker
  readonly #requireLive: boolean
  #recorder: VisitRecorder | undefined
  #settingsReadAt = 0
  #croppedAt = 0

  /** @param requireLive - Whether only live faces make visits. */
  constructor(camera: string, requireLive: boolean) {
    this.#camera = camera
    this.#requireLive = requireLive
    this.#tracker = new Tracker({ requireLive })
  }

  /** Refreshes the setting whether visits are recorded. */
  async refreshSettings(agnize: Agnize): Promise<void> {
    const now = Date.now()
    if (now - this.#settingsReadAt < settingsMaxAgeMs) return
    this.#settingsReadAt = now
    const { recording } = await agnize.visits.settings()
    if (recording) {
      this.#recorder ??= new VisitRecorder(agnize.visits, this.#camera, {
        frames: 5,
        strangerAfter: 0,
      })
    } else this.#recorder = undefined
  }

  /** Whether crops of the next frame's faces are needed. */
  get needsCrops(): boolean {
    if (!this.#recorder) return false
    return this.#recorder.lacksImages || Date.now() - this.#croppedAt >= cropIntervalMs
  }

  /** Whether visits are recorded. */
  get areRecorded(): boolean {
    return this.#recorder !== undefined
  }

  /**
   * Adds the faces of an image, with verdicts by the gallery's own settings.
   *
   * @param at - Arrival time of the frame, in milliseconds of the trackers' clock.
   * @returns The sighting of each face; null where there is none.
   */
  async update(faces: readonly RecordedFace[], at: number): Promise<(Sighting | null)[]> {
    const recorder = this.#recorder
    if (!recorder) return faces.map(() => null)
    if (faces.some(({ image }) => image !== null)) this.#croppedAt = Date.now()
    const tracked = this.#tracker.update(faces, at)
    const present = this.#requireLive
      ? tracked.filter(({ track }) => track.liveness === 'live')
      : tracked
    await recorder.update(present, Date.now())
    return tracked.map(({ track }) => recorder.sightingOf(track.id))
  }

  async close(): Promise<void> {
    await this.#recorder?.close()
  }
}
