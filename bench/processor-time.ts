import { readdirSync, readFileSync } from 'node:fs'
import type pg from 'pg'

/** Length of the clock tick in which Linux counts processor time, in milliseconds. */
const tick = 10

/** Fields of a process in /proc, from the third on. */
const statOf = (pid: string) =>
  readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')

function childrenOf(pid: string): string[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    try {
      return readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean)
    } catch {
      // The thread has ended.
      return []
    }
  })
}

/** Processor time of this process and of its children so far, in milliseconds; Linux only. */
export function processorTime(): number {
  let sum = 0
  for (const pid of [String(process.pid), ...childrenOf('self')]) {
    const fields = statOf(pid)
    sum += Number(fields[11]) + Number(fields[12])
  }
  return sum * tick
}

/** Processor time that some work takes, in milliseconds. */
export async function processorTimeOf(work: () => Promise<unknown>): Promise<number> {
  const before = processorTime()
  await work()
  return processorTime() - before
}

/**
 * Processor time of a PostgreSQL server on this machine so far, in milliseconds: of all its processes, also of those that have
 * ended.
 */
export async function postgresTime(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const [, server] = statOf(String(rows[0]!.pid))
  const ofEnded = statOf(server!).slice(11, 15)
  const ofRunning = childrenOf(server!).flatMap((pid) => statOf(pid).slice(11, 13))
  return [...ofEnded, ...ofRunning].reduce((sum, ticks) => sum + Number(ticks), 0) * tick
}
