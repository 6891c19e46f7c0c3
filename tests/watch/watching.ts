import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import { openAgnize } from '../../dist/index.js'
import type { Portraits } from '../console/portraits.js'
import { homeWithModels } from '../fixtures.js'

/** `agnize watch` as a process of its own. */
export class Watching {
  readonly events: any[] = []
  stderr = ''
  readonly child: ChildProcess
  /** Exit status. */
  readonly ended: Promise<number | null>
  #tell = () => {}

  constructor(
    home: string,
    args: readonly string[],
    { input = 'ignore' as 'ignore' | 'pipe', env = {} as Record<string, string> } = {},
  ) {
    this.child = spawn(
      process.execPath,
      [resolve('dist/cli/main.js'), 'watch', ...args, '--json', '--mute', '--home', home],
      { env: { ...process.env, NO_COLOR: '1', ...env }, stdio: [input, 'pipe', 'pipe'] },
    )
    onTestFinished(() => void this.child.kill('SIGKILL'))
    let text = ''
    this.child.stdout!.on('data', (chunk) => {
      text += chunk
      const lines = text.split('\n')
      text = lines.pop()!
      for (const line of lines) this.events.push(JSON.parse(line))
      this.#tell()
    })
    this.child.stderr!.on('data', (chunk) => {
      this.stderr += chunk
      this.#tell()
    })
    this.ended = new Promise((done) => {
      this.child.once('close', (code) => {
        done(code)
        this.#tell()
      })
    })
  }

  /** Waits until a condition holds; fails after this many seconds. */
  async until(isSo: () => boolean, seconds = 60): Promise<void> {
    const end = Date.now() + 1000 * seconds
    while (!isSo()) {
      const left = end - Date.now()
      if (left <= 0 || this.child.exitCode !== null) {
        throw new Error(
          `It did not come to that: ${JSON.stringify(told(this.events))} ${this.stderr}`,
        )
      }
      await new Promise<void>((done) => {
        const timer = setTimeout(done, Math.min(left, 500))
        this.#tell = () => {
          clearTimeout(timer)
          done()
        }
      })
    }
  }

  /** Ends the process as Ctrl-C does. */
  async stop(): Promise<number | null> {
    this.child.kill('SIGINT')
    return this.ended
  }
}

/** The events as short texts, without those about the state of cameras. */
export const told = (events: readonly any[]): string[] =>
  events
    .filter(({ type }) => type !== 'online' && type !== 'offline')
    .map(({ type, text, subject }) => text ?? `${subject?.name ?? 'stranger'} ${type}`)

/** A home in which Anna and Bo are enrolled. */
export async function homeWithPeople(people: Portraits): Promise<string> {
  const home = await homeWithModels()
  await using agnize = await openAgnize({ home, threads: 2 })
  await agnize.enroll('Anna', people.anna, { at: [240, 240] })
  await agnize.enroll('Bo', people.bo, { at: [240, 240] })
  await agnize.gallery.setGreeting({ againAfter: 5 })
  return home
}
