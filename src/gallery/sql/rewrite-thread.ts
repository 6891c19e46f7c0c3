import { parentPort, workerData } from 'node:worker_threads'
import { SqliteFile } from './sqlite-file.js'

/** Path of the file that the thread rewrites. */
export type RewriteTask = string

/** Answer of the thread: the error of SQLite, if there was one. */
export interface RewriteAnswer {
  readonly error?: { readonly message: string; readonly errcode?: number }
}

let answer: RewriteAnswer = {}
try {
  const file = new SqliteFile(workerData as RewriteTask)
  try {
    file.exec('pragma secure_delete = ON; vacuum; pragma wal_checkpoint(truncate)')
  } finally {
    file.close()
  }
} catch (error) {
  const { message, errcode } = error as Error & { errcode?: number }
  answer = { error: { message, ...(errcode !== undefined && { errcode }) } }
}
parentPort?.postMessage(answer)
