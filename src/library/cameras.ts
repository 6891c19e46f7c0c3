import type { CameraReport, WatchedCamera } from '../gallery/camera-store.js'
import type { GallerySession } from '../session/gallery-session.js'

/**
 * The cameras that programs watch for this gallery: whether each one runs, and since when. No picture is kept. The `cameras` of an
 * opened agnize.
 *
 * Every method throws AgnizeError `closed` after `Agnize.close`, and `gallery-*`, `unknown-gallery`, `store-*`,
 * `key-missing` or `wrong-key` where the gallery cannot be opened; changes also throw `read-only` and `disk-full`.
 */
export class Cameras {
  readonly #session: GallerySession

  /** @internal */
  constructor(session: GallerySession) {
    this.#session = session
  }

  /**
   * The watched cameras by name, also those whose program broke off: these were last heard of at `heardAt`.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const { camera, state, heardAt } of await agnize.cameras.list()) console.log(camera, state, heardAt)
   * ```
   */
  async list(): Promise<WatchedCamera[]> {
    return (await this.#store()).list()
  }

  /**
   * Reports the state of cameras, as `watch` of `agnize/watch` does every ten seconds.
   *
   * @param watcher - Id of the program, a name of its choice.
   * @returns Names of those that another program has reported too since this one began.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const since = new Date().toISOString()
   * await agnize.cameras.report('my-program', [
   *   { camera: 'door', state: 'online', since, frameAt: since, framesPerSecond: 10, error: null },
   * ])
   * ```
   */
  async report(watcher: string, cameras: readonly CameraReport[]): Promise<string[]> {
    return (await this.#store()).report(watcher, cameras)
  }

  /**
   * Forgets the cameras of a program that ends; those that have failed stay for a week.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await agnize.cameras.withdraw('my-program')
   * ```
   */
  async withdraw(watcher: string): Promise<void> {
    await (await this.#store()).withdraw(watcher)
  }

  async #store() {
    return (await this.#session.gallery()).store.cameras
  }
}
