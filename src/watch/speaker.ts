import { platform } from 'node:os'
import { startGroup } from './child.js'

/** A program that says a text aloud, by system. */
const programs: Partial<Record<NodeJS.Platform, readonly [command: string, ...args: string[]]>> = {
  darwin: ['say'],
  linux: ['espeak-ng'],
  win32: [
    ...['powershell', '-NoProfile', '-Command'],
    'Add-Type -AssemblyName System.Speech; (New-Object System.Speech.Synthesis.SpeechSynthesizer).Speak($input)',
  ],
} as const

/** Longer than any greeting takes, in milliseconds. */
const longest = 20_000

/**
 * Says a text aloud on this machine.
 *
 * @returns Whether it was said; false where no program for it is there.
 */
export async function sayAloud(text: string): Promise<boolean> {
  const program = programs[platform()]
  if (!program) return false
  const [command, ...args] = program
  // Through standard input, so that a name is never taken for an option.
  const { child, ended } = startGroup(command, args, {
    stdio: ['pipe', 'ignore', 'ignore'],
    milliseconds: longest,
  })
  child.stdin!.end(text)
  const { code, isLate } = await ended.catch(() => ({ code: null, isLate: false }))
  return code === 0 && !isLate
}
