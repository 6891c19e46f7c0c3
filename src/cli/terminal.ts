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

/** Writes an error, or something else that must not be missed, to standard error. */
export function printStderr(line: string): void {
  process.stderr.write(`${line}\n`)
}

let quiet = false

/** `--quiet`: only results and errors are printed from now on. */
export function beQuiet(): void {
  quiet = true
}

/** Whether only results and errors are printed. */
export const isQuiet = (): boolean => quiet

/** Writes a warning, a summary or a hint to standard error; with `--quiet` nothing. */
export function printNote(line: string): void {
  if (!quiet) printStderr(line)
}

/** Writes a value to standard output as one line of JSON. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value))
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

/** Formats an error of the command line's parser ("error: unknown option …") as the other errors are. */
export function usageError(text: string): string {
  const [sentence = '', ...suggestions] = text
    .trim()
    .replace(/^error: /, '')
    .split('\n')
  const parts = [sentence.replace(/([^.?!])$/, '$1.'), ...suggestions.map(unbracketed)]
  return `${colors.red('error')} ${capitalized(parts.join(' '))} [bad-argument]`
}

const unbracketed = (text: string) => text.replace(/^\((.*)\)$/, '$1')

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
