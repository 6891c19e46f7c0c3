import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { platform } from 'node:os'

/** How long a group of processes has to end by itself once it is asked to, in milliseconds. */
const patience = 2000

/** How long what a program wrote last may take to arrive, in milliseconds. */
const lastWords = 500

/** How a program ended: by its exit code, a signal, or since its time was over. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly isLate: boolean
}

/**
 * Starts a program in a group of its own, so that what it starts in turn ends with it.
 *
 * @param options - `milliseconds`: how long it may take; then its group is ended.
 * @returns The program, and how it ends. That is told when the program itself has gone: what it left running may hold its
 * pipes for ever, and is not waited for.
 * @throws What kept it from starting.
 */
export function startGroup(
  command: string,
  args: readonly string[],
  { milliseconds, ...options }: SpawnOptions & { readonly milliseconds: number },
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(command, args, { ...options, detached: platform() !== 'win32' })
  // A program that does not read its input is no error.
  child.stdin?.on('error', () => {})
  let isLate = false
  const clock = setTimeout(() => {
    isLate = true
    void endGroup(child)
  }, milliseconds)
  // One that ends agnize takes it along.
  const onExit = () => signalGroup(child, 'SIGKILL')
  process.once('exit', onExit)
  const ended = new Promise<Ended>((done, fail) => {
    child.once('error', fail)
    child.once('exit', (code, signal) => {
      const tell = () => done({ code, signal, isLate })
      child.once('close', tell)
      setTimeout(tell, lastWords).unref()
    })
  }).finally(() => {
    clearTimeout(clock)
    process.off('exit', onExit)
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy()
  })
  return { child, ended }
}

/** Asks a group to end, and ends it where it does not. */
async function endGroup(child: ChildProcess): Promise<void> {
  signalGroup(child, 'SIGTERM')
  await new Promise((done) => setTimeout(done, patience))
  // Also where the program has gone: what it started may be deaf to the asking.
  signalGroup(child, 'SIGKILL')
}

/** Sends a signal to a program that leads a group, and to all that it started. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    if (platform() === 'win32') child.kill(signal)
    else process.kill(-child.pid, signal)
  } catch {
    // Nobody of it is left.
  }
}
