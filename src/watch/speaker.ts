import { platform } from 'node:os'
import { startGroup } from './child.js'

/** Text-to-speech program of each platform. */
const programs: Partial<Record<NodeJS.Platform, readonly [command: string, ...args: string[]]>> = {
  darwin: ['say'],
  linux: ['espeak-ng'],
  win32: [
    ...['powershell', '-NoProfile', '-Command'],
    'Add-Type -AssemblyName System.Speech; (New-Object System.Speech.Synthesis.SpeechSynthesizer).Speak($input)',
  ],
} as const

/** Timeout of a spoken greeting, in milliseconds. Judgment: longer than any greeting takes. */
const speechTimeoutMs = 20_000

/**
 * Speaks a text on this machine.
 *
 * @returns Whether it was spoken; false where no text-to-speech program is installed.
 */
export async function sayAloud(text: string): Promise<boolean> {
  const program = programs[platform()]
  if (!program) return false
  const [command, ...args] = program
  // The text is passed through standard input, so that a name is never parsed as an option.
  const { child, ended } = startGroup(command, args, {
    stdio: ['pipe', 'ignore', 'ignore'],
    milliseconds: speechTimeoutMs,
  })
  child.stdin!.end(text)
  const { code, timedOut } = await ended.catch(() => ({ code: null, timedOut: false }))
  return code === 0 && !timedOut
}
