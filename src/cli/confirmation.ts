import { createInterface } from 'node:readline/promises'
import { AgnizeError } from '../base/errors.js'

/** `--yes`. */
export const yesOption = ['-y, --yes', 'do not ask for confirmation'] as const

/** Whether somebody can answer a question: both ends are a terminal. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true

/**
 * Asks before something is deleted, if there is a terminal to ask in.
 *
 * @param question - Such as `Delete Robert with 2 photos?`.
 * @throws AgnizeError `cancelled` where the answer is not yes.
 */
export async function confirmDeletion(question: string): Promise<void> {
  if (!canAsk() || (await answersYes(question))) return
  throw new AgnizeError('cancelled', 'Nothing was deleted.')
}

/** Asks a question on standard error. @returns Whether the answer is yes; Ctrl-C and Ctrl-D are a no. */
export async function answersYes(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const abandoned = new AbortController()
  terminal.on('close', () => abandoned.abort())
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: abandoned.signal })
    return /^\s*y(es)?\s*$/i.test(answer)
  } catch {
    process.stderr.write('\n')
    return false
  } finally {
    terminal.close()
  }
}
