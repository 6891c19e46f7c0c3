/** What a live page counts, for who measures from outside: `npm run bench:live`. */
export interface LiveMeasure {
  /** Frames whose result came. */
  results: number
  /** Milliseconds from camera to screen, of the last 1,000. */
  readonly delays: number[]
}

declare global {
  interface Window {
    agnizeLive?: LiveMeasure
  }
}
