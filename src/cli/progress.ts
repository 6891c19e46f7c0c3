import { isQuiet } from './terminal.js'

/** Cells of the bar. */
const barWidth = 30

/** Minimum time between two drawings of a bar, and between two lines where no terminal shows a bar, in milliseconds. Judgment. */
const pauses = { bar: 100, line: 5000 } as const

/**
 * The progress of some work on standard error: a bar in a terminal; a line now and then elsewhere, where wanted; with
 * `--quiet` nothing.
 */
export class Progress {
  readonly #label: string
  readonly #style: 'bar' | 'lines' | 'none'
  #isDrawn = false
  #drawnAt = 0
  #tenth = -1

  /**
   * @param minSteps - Minimum number of steps for a bar.
   * @param inLines - Whether lines are printed where standard error is no terminal, as for a download.
   */
  constructor(
    label: string,
    {
      minSteps = 0,
      total = Number.POSITIVE_INFINITY,
      inLines = false,
    }: { readonly minSteps?: number; readonly total?: number; readonly inLines?: boolean } = {},
  ) {
    this.#label = label
    if (isQuiet() || total < minSteps) this.#style = 'none'
    else if (process.stderr.isTTY === true) this.#style = 'bar'
    else this.#style = inLines ? 'lines' : 'none'
  }

  update(done: number, total: number, detail: string): void {
    if (this.#style === 'none') return
    const share = total > 0 ? Math.min(1, done / total) : 1
    const now = performance.now()
    const pause = now - this.#drawnAt
    if (this.#style === 'lines') {
      // A line every tenth, and one in between where a tenth takes long.
      const tenth = Math.floor(10 * share)
      if (tenth === this.#tenth && pause < pauses.line) return
      this.#tenth = tenth
      process.stderr.write(`${this.#label} ${percent(share)} ${detail}\n`)
    } else {
      if (this.#isDrawn && pause < pauses.bar && share < 1) return
      const full = Math.round(share * barWidth)
      const bar = `${'■'.repeat(full)}${' '.repeat(barWidth - full)}`
      const line = `${this.#label} ${bar} ${percent(share)} ${detail}`
      // Without wrapping: a second line would not be erased.
      const width = (process.stderr.columns ?? 80) - 1
      process.stderr.write(`\r\u001b[K${line.slice(0, width)}`)
      this.#isDrawn = true
    }
    this.#drawnAt = now
  }

  stop(): void {
    if (this.#isDrawn) process.stderr.write('\r\u001b[K')
    this.#isDrawn = false
  }
}

const percent = (share: number) => `${Math.floor(100 * share)}%`.padStart(4)

/** Progress of a download in megabytes, for {@link Progress.update}. */
export const megabytes = ({ done, total }: { readonly done: number; readonly total: number }) =>
  [done, total, `${(done / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`] as const
