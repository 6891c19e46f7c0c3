import { randomUUID } from 'node:crypto'
import type { CameraReport } from '../gallery/camera-store.js'
import type { Agnize } from '../library/agnize.js'
import type { CameraEvent, CameraFailure } from './event.js'

/** Interval between reports of the cameras' states, in milliseconds. Judgment: a gallery of a hundred cameras is written to every 10 s. */
const reportInterval = 10_000

/** Shortest time between two reports, in milliseconds: cameras that break off again and again write no more often. Judgment. */
const minReportInterval = 1_000

interface Camera extends Omit<CameraReport, 'frameAt' | 'framesPerSecond'> {
  readonly frameAt: number | null
  /** Frames since the last regular report. */
  readonly frames: number
  readonly framesPerSecond: number | null
}

/**
 * Tells the gallery how the cameras are that this program watches: every ten seconds, and soon after a change. What it tells is forgotten
 * when it ends; where it is killed, the time of its last report stays.
 */
export class Heartbeat {
  readonly #agnize: Agnize
  readonly #watcher = randomUUID()
  readonly #cameras = new Map<string, Camera>()
  readonly #timer: NodeJS.Timeout
  #soon: NodeJS.Timeout | undefined
  #reports: Promise<void> = Promise.resolve()
  #measuredAt = Date.now()
  readonly #onShared: (camera: string) => void
  /** Cameras of which it was said that another program watches them. */
  readonly #shared = new Set<string>()

  /**
   * @param cameras - Names of the cameras, and whether each is a folder, which is online at once.
   * @param onShared - Called once for a camera that another program watches too.
   */
  constructor(
    agnize: Agnize,
    cameras: readonly { readonly camera: string; readonly isFolder: boolean }[],
    onShared: (camera: string) => void = () => {},
  ) {
    this.#agnize = agnize
    this.#onShared = onShared
    const since = new Date().toISOString()
    for (const { camera, isFolder } of cameras) {
      this.#cameras.set(camera, {
        ...{ camera, state: isFolder ? 'online' : 'starting', since, frameAt: null, frames: 0 },
        ...{ framesPerSecond: null, error: null },
      })
    }
    this.#timer = setInterval(() => this.#measure(), reportInterval)
    this.#timer.unref()
    this.#report()
  }

  /** A frame of a camera was examined. */
  frame(camera: string): void {
    const known = this.#cameras.get(camera)
    if (!known) return
    this.#cameras.set(camera, { ...known, frameAt: Date.now(), frames: known.frames + 1 })
    if (known.state !== 'online') this.#change(camera, 'online', null)
  }

  /** An event of a camera, which may change its state. */
  event(event: CameraEvent | CameraFailure, isLast: boolean): void {
    const { camera, type } = event
    if (type === 'online' || type === 'offline') this.#change(camera, type, null)
    // A picture in a folder that cannot be read ends nothing.
    else if (type === 'failed' && isLast) this.#change(camera, 'failed', event.error.code)
  }

  /** Forgets the cameras, but for those that have failed. */
  async end(): Promise<void> {
    clearInterval(this.#timer)
    clearTimeout(this.#soon)
    this.#report()
    await this.#reports
    // A gallery that cannot be written any more shows when it was last heard of.
    await this.#agnize.cameras.withdraw(this.#watcher).catch(() => {})
  }

  #change(camera: string, state: Camera['state'], error: string | null): void {
    const known = this.#cameras.get(camera)
    if (!known || (known.state === state && known.error === error)) return
    this.#cameras.set(camera, { ...known, state, error, since: new Date().toISOString() })
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined
      this.#report()
    }, minReportInterval)
    this.#soon.unref()
  }

  #measure(): void {
    const seconds = (Date.now() - this.#measuredAt) / 1000
    this.#measuredAt = Date.now()
    for (const [name, camera] of this.#cameras) {
      const framesPerSecond = camera.frameAt === null ? null : camera.frames / seconds
      this.#cameras.set(name, { ...camera, frames: 0, framesPerSecond })
    }
    this.#report()
  }

  #report(): void {
    this.#reports = this.#reports.then(async () => {
      const reports = [...this.#cameras.values()].map(({ frames: _, frameAt, ...camera }) => ({
        ...camera,
        frameAt: frameAt === null ? null : new Date(frameAt).toISOString(),
      }))
      // Watching goes on where the gallery cannot be written; the next report may succeed.
      const shared = await this.#agnize.cameras.report(this.#watcher, reports).catch(() => [])
      for (const camera of shared) {
        if (this.#shared.has(camera)) continue
        this.#shared.add(camera)
        this.#onShared(camera)
      }
    })
  }
}
