import { readdirSync, readFileSync } from 'node:fs'

/** Length of the clock tick in which Linux counts processor time, in milliseconds. */
const tick = 10

/** Processor time of this process and of its children so far, in milliseconds; Linux only. */
export function processorTime(): number {
  const children = readdirSync('/proc/self/task').flatMap((thread) => {
    try {
      return readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean)
    } catch {
      // The thread has ended.
      return []
    }
  })
  let sum = 0
  for (const pid of [String(process.pid), ...children]) {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
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
