import { createRequire } from 'node:module'
import type { SingleBar } from 'cli-progress'
import Table from 'cli-table3'
import { createColors } from 'picocolors'
import { AgnizeError } from '../base/errors.js'

const wantsColor =
  process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb'

/** Colors; without effect unless standard output is a terminal and `NO_COLOR` is unset. */
export const colors = createColors(wantsColor)

const stdoutAbort = new AbortController()

/** Aborted when the reader of standard output (head, less) has closed the pipe: the command stops without an error. */
export const stdoutClosed: AbortSignal = stdoutAbort.signal

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  stdoutAbort.abort()
})

/** Writes a line of results to standard output. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`)
}

/** Writes a line that is not a result, such as a warning or a summary, to standard error. */
export function printStderr(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Writes a value to standard output as one line of JSON. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value))
}

/** Formats a table without borders, indented by two spaces. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const blank = ''
  const rendered = new Table({
    head: head.map((cell) => colors.dim(cell)),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    chars: {
      top: blank,
      'top-mid': blank,
      'top-left': blank,
      'top-right': blank,
      bottom: blank,
      'bottom-mid': blank,
      'bottom-left': blank,
      'bottom-right': blank,
      left: '  ',
      'left-mid': blank,
      mid: blank,
      'mid-mid': blank,
      right: blank,
      'right-mid': blank,
      middle: '  ',
    },
  })
  rendered.push(...rows.map((row) => [...row]))
  return rendered
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** A progress bar on standard error; not shown where that is not a terminal. */
export class Progress {
  readonly #label: string
  readonly #shown: boolean
  #bar: SingleBar | undefined

  /** @param minSteps - Minimum number of steps for a bar. */
  constructor(label: string, minSteps = 0, total = Number.POSITIVE_INFINITY) {
    this.#label = label
    this.#shown = process.stderr.isTTY === true && total >= minSteps
  }

  update(done: number, total: number, detail: string): void {
    if (!this.#shown) return
    const values = { label: this.#label, detail }
    if (this.#bar) this.#bar.update(done, values)
    else this.#bar = startBar(total, done, values)
  }

  stop(): void {
    this.#bar?.stop()
    this.#bar = undefined
  }
}

/** Starts a bar; cli-progress is loaded on first use, since most commands show none. */
function startBar(total: number, done: number, values: object): SingleBar {
  const { Presets, SingleBar } = createRequire(import.meta.url)(
    'cli-progress',
  ) as typeof import('cli-progress')
  const format = '{label} {bar} {percentage}% {detail}'
  const options = { format, hideCursor: true, clearOnComplete: true, stream: process.stderr }
  const bar = new SingleBar(options, Presets.rect)
  bar.start(total, done, values)
  return bar
}

/** Formats an error as one sentence with its code; with `--debug` also the stacks of the error and its causes. */
export function describeError(error: unknown, debug: boolean): string {
  const known =
    error instanceof AgnizeError
      ? error
      : new AgnizeError(
          'internal',
          `agnize failed (${String((error as Error)?.message ?? error)}): run it again with --debug and report what it prints.`,
          { cause: error },
        )
  const line = `${colors.red('error')} ${known.message} [${known.code}]`
  if (!debug) return line
  const stacks: string[] = []
  for (let at: unknown = known; at instanceof Error; at = at.cause)
    stacks.push(at.stack ?? String(at))
  return [line, ...stacks].join('\n')
}
