import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Codes } from './codes.js'
import type { GraphTask } from './graph-worker.js'

/**
 * Builds the graph over vectors in a thread of its own, into a file. The vectors may change meanwhile: each block is built
 * as it was when it was copied.
 *
 * @throws Errors of the library or the disk; or `signal`'s reason.
 */
export async function buildGraph(codes: Codes, path: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const worker = new Worker(new URL('./graph-worker.js', import.meta.url))
  const tell = async (task: GraphTask, transfer: ArrayBuffer[] = []) => {
    const done = once(worker, 'message', { signal })
    worker.postMessage(task, transfer)
    await done
  }
  try {
    await tell({ dimensions: codes.dimensions })
    for (const { keys, codes: block } of [...codes.blocks()]) {
      const copy = { keys: keys.slice(), codes: block.slice() }
      await tell(copy, [copy.keys.buffer as ArrayBuffer, copy.codes.buffer as ArrayBuffer])
    }
    await tell({ save: path })
  } finally {
    await worker.terminate()
  }
}
