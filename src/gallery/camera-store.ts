/** What the program that watches a camera says of it. */
export interface CameraReport {
  /** Name of the camera. */
  readonly camera: string
  /**
   * `starting` until the first frame; `offline` while it delivers none and is tried again; `failed` where it cannot be read at all,
   * and is not tried again.
   */
  readonly state: 'starting' | 'online' | 'offline' | 'failed'
  /** When this state began, ISO 8601, UTC. */
  readonly since: string
  /** Time of the last frame, ISO 8601, UTC; null before the first one. */
  readonly frameAt: string | null
  /** Frames examined per second lately; null where it delivers single pictures, and before it was measured. */
  readonly framesPerSecond: number | null
  /** Code of the error for which it has failed; null where it has not. */
  readonly error: string | null
}

/**
 * A camera of which nothing was heard for this time, in milliseconds, is not watched any more: its program reports every ten seconds,
 * and clocks of two machines may differ by a few. Judgment.
 */
export const lostAfterMs = 35_000

/** A camera that is watched, or was until its program broke off. */
export interface WatchedCamera extends CameraReport {
  /** When its program was last heard of, ISO 8601, UTC. */
  readonly heardAt: string
  /**
   * Number of programs that watch it at present. With more than one, each records the visits of the same people; 0 where none was
   * heard of for 35 seconds, or it has failed.
   */
  readonly programs: number
}

/** The cameras of a gallery that programs watch, each as a program reported it last. Backups do not contain them. */
export interface CameraStore {
  /**
   * Replaces what a program has reported of these cameras, and forgets those that nobody was heard of for a week.
   *
   * @returns Names of those that another program has reported too since this one began.
   */
  report(watcher: string, cameras: readonly CameraReport[]): Promise<string[]>
  /** Forgets the cameras of a program that ends; those that have failed stay until nobody was heard of for a week. */
  withdraw(watcher: string): Promise<void>
  /** Those that somebody was heard of within a week, by name. */
  list(): Promise<WatchedCamera[]>
}
