import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../scripts/free-port.js'

/** A pooler in transaction mode: statements of one client go to other connections after every transaction. */
export interface Pooler {
  /** Address of the database behind it. */
  readonly url: string
  stop(): Promise<void>
}

/**
 * Starts PgBouncer before a server of tests.
 *
 * @param connections - Number of connections to the server that all clients share.
 */
export async function startPooler(serverPort: number, connections: number): Promise<Pooler> {
  const folder = mkdtempSync(join(tmpdir(), 'agnize-pooler-'))
  const port = await freePort()
  const file = join(folder, 'pgbouncer.ini')
  writeFileSync(
    file,
    `[databases]
postgres = host=127.0.0.1 port=${serverPort} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${connections}
max_client_conn = 200
`,
  )
  // PgBouncer refuses to run as root.
  const isRoot = process.getuid?.() === 0
  if (isRoot) for (const path of [folder, file]) chownSync(path, nobody, nobody)
  const pooler = spawn('pgbouncer', [file], isRoot ? { uid: nobody, gid: nobody } : {})
  await listening(pooler)
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop: async () => {
      const ended = once(pooler, 'exit')
      // At once: SIGTERM would wait for clients.
      pooler.kill('SIGQUIT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** User without rights, by convention. */
const nobody = 65_534

async function listening(pooler: ChildProcess): Promise<void> {
  let log = ''
  await new Promise<void>((done, fail) => {
    pooler.stderr!.on('data', (text: Buffer) => {
      log += text
      if (log.includes('process up')) done()
    })
    pooler.once('error', fail)
    pooler.once('exit', () => fail(new Error(`PgBouncer ended at its start:\n${log}`)))
  })
}
