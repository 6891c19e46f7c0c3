import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** Whether the processes of this machine can be listed, which needs Linux. */
export const canSeeProcesses = process.platform === 'linux'

/** Running child processes of a process, which itself may have ended. */
export function childrenOf(parent: number = process.pid): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent)
}

/** Running child processes whose command line names a file. */
export function childrenThatRun(file: string, parent: number = process.pid): number[] {
  return childrenOf(parent).filter((pid) => commandLine(pid).includes(file))
}

/** A process's command line; empty when it has ended. */
export function commandLine(pid: number): string {
  return read(pid, 'cmdline').replaceAll('\0', ' ')
}

/** A process's environment as it was when it started. */
export function environmentOf(pid: number): string[] {
  return read(pid, 'environ').split('\0').filter(Boolean)
}

/** Whether a process runs; a zombie does not. */
export function isRunning(pid: number): boolean {
  const state = /^\d+ \(.*\) (\S)/s.exec(read(pid, 'stat'))?.[1]
  return state !== undefined && state !== 'Z' && state !== 'X'
}

/** Waits until a condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(20)
}

function parentOf(pid: number): number | undefined {
  if (!isRunning(pid)) return undefined
  return Number(/^\d+ \(.*\) \S (\d+)/s.exec(read(pid, 'stat'))?.[1])
}

function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}
