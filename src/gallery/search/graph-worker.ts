import { parentPort } from 'node:worker_threads'
import { Graph } from './hnsw-graph.js'
import { loadUsearch } from './usearch.js'

/** Messages to the thread that builds a graph. */
export type GraphTask =
  | { readonly dimensions: number }
  | { readonly keys: Float64Array; readonly codes: Int8Array }
  | { readonly save: string }

let graph: Graph | undefined

parentPort?.on('message', async (task: GraphTask) => {
  if ('dimensions' in task) graph = new Graph(loadUsearch()!, task.dimensions)
  else if ('save' in task) graph!.save(task.save)
  // One thread only: the other cores answer searches meanwhile.
  else graph!.add(task.keys, task.codes, 1)
  parentPort!.postMessage('done')
})
