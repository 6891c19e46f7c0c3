/** Counters of a live page, read by `npm run bench:live`. */
export interface LiveMeasure {
  /** Number of frames with a result. */
  results: number
  /** Delay from camera to screen in milliseconds, for the last 1,000 frames. */
  readonly delays: number[]
}

declare global {
  interface Window {
    agnizeLive?: LiveMeasure
  }
}
