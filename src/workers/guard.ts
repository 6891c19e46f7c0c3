import { writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { workerData } from 'node:worker_threads'
import { outOfMemory } from './protocol.js'

/** What the guard of a worker process starts with. */
export interface GuardSetup {
  /** Descriptor of the pipe whose other end the parent holds. */
  readonly lifeline: number
  /** Bytes of memory at which the process is ended. */
  readonly memory: number
}

/** How often memory is measured, in milliseconds: a decoder fills about 100 MB in that time. */
const measureEvery = 50

// A thread beside the one that works, which may be inside a decoder or a network for as long as that pleases: it ends the
// process when the parent is gone, or when memory runs over.
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
}, measureEvery)
