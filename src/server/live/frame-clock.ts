/** Time of judging a frame that counts, in milliseconds. Judgment: a machine that is quick enough for a challenge needs less. */
const countedMs = 300

/** Longest time that does not count in all, in milliseconds. Judgment: half of a challenge, so that no load lifts its limits. */
const mostStoodMs = 15_000

/**
 * The clock by which the frames of a challenge are timed, in milliseconds. It stands still while the server takes long to judge a frame,
 * up to a limit, so that nobody fails because the machine is busy.
 */
export class FrameClock {
  #stood = 0
  #last = 0

  /** The time of a frame. @param arrived - When it arrived; `performance.now()`. */
  timeOf(arrived: number): number {
    // A frame that arrived while another was judged is not earlier than that one.
    this.#last = Math.max(this.#last, arrived - this.#stood)
    return this.#last
  }

  /** Takes account of how long a frame was judged. */
  judged(ms: number): void {
    this.#stood = Math.min(mostStoodMs, this.#stood + Math.max(0, ms - countedMs))
  }
}
