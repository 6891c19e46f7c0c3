import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { platform } from 'node:os'

/** Time that a process group has to exit after SIGTERM before it is killed, in milliseconds. Judgment. */
const exitGraceMs = 2000

/** Time that the last output of an exited program may take to arrive, in milliseconds. Judgment. */
const outputDrainMs = 500

/** How a program ended: with an exit code, by a signal, or by timeout. */
export interface ChildExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly timedOut: boolean
}

/**
 * Starts a program as the leader of its own process group, so that its descendants can be ended with it.
 *
 * @param options - `milliseconds`: timeout after which the group is ended.
 * @returns The program, and a promise of how it ends. The promise settles when the program itself exits; descendants that keep
 * its pipes open are not waited for.
 * @throws The error that prevented the start.
 */
export function startGroup(
  command: string,
  args: readonly string[],
  { milliseconds, ...options }: SpawnOptions & { readonly milliseconds: number },
): { readonly child: ChildProcess; readonly ended: Promise<ChildExit> } {
  const child = spawn(command, args, { ...options, detached: platform() !== 'win32' })
  // A program that closes its standard input early is no error (EPIPE).
  child.stdin?.on('error', () => {})
  let timedOut = false
  const timeout = setTimeout(() => {
    timedOut = true
    void endGroup(child)
  }, milliseconds)
  // A signal that ends agnize also ends the group.
  const onExit = () => signalGroup(child, 'SIGKILL')
  process.once('exit', onExit)
  const ended = new Promise<ChildExit>((done, fail) => {
    child.once('error', fail)
    child.once('exit', (code, signal) => {
      const tell = () => done({ code, signal, timedOut })
      child.once('close', tell)
      setTimeout(tell, outputDrainMs).unref()
    })
  }).finally(() => {
    clearTimeout(timeout)
    process.off('exit', onExit)
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy()
  })
  return { child, ended }
}

/** Asks a group to exit, then kills it. */
async function endGroup(child: ChildProcess): Promise<void> {
  signalGroup(child, 'SIGTERM')
  await new Promise((done) => setTimeout(done, exitGraceMs))
  // Sent even if the leader has exited: its descendants may ignore SIGTERM.
  signalGroup(child, 'SIGKILL')
}

/** Sends a signal to a program and to every process of its group. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    if (platform() === 'win32') child.kill(signal)
    else process.kill(-child.pid, signal)
  } catch {
    // No process of the group is left.
  }
}
