import { writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { workerData } from 'node:worker_threads'
import { outOfMemory } from './protocol.js'

/** Setup of the guard thread of a worker process. */
export interface GuardSetup {
  /** File descriptor of the pipe whose other end the parent holds. */
  readonly lifeline: number
  /** Resident memory in bytes at which the process is killed. */
  readonly memory: number
}

/** Interval between memory measurements, in milliseconds: a decoder fills about 100 MB in that time. */
const measureIntervalMs = 50

// A thread beside the working one, which may be blocked in a decoder or a network for any time: it kills the process when the
// parent has exited or the memory limit is reached.
const { lifeline, memory } = workerData as GuardSetup
const end = () => process.kill(process.pid, 'SIGKILL')
const socket = new Socket({ fd: lifeline })
socket.on('error', end)
socket.on('close', end)
socket.resume()
setInterval(() => {
  if (process.memoryUsage.rss() < memory) return
  writeSync(lifeline, outOfMemory)
  end()
}, measureIntervalMs)
