/**
 * A PostgreSQL server with pgvector on 127.0.0.1, in a temporary folder, for tests and benchmarks.
 *
 * `npm run postgres [-- COMMAND …]` starts one and prints its address, or runs a command that finds it in
 * AGNIZE_TEST_POSTGRES_URL. The programs come from scripts/postgres-programs.ts.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.js'
import { findPrograms, type PostgresPrograms } from './postgres-programs.js'

/** A running server. */
export interface OwnPostgres {
  /** Address of its database `postgres`, as its superuser. */
  readonly url: string
  readonly port: number
  /** Where its programs come from. */
  readonly origin: string
  /** Kills the server, as a power failure would. */
  kill(): Promise<void>
  /** Starts the server again after it was killed or stopped, on the same port and data. */
  start(): Promise<void>
  /** Stops the server at once, and keeps its data. */
  shutDown(): Promise<void>
  /** Stops the server and deletes its data. */
  stop(): Promise<void>
}

/** Settings for tests: many connections, and as durable as the default. */
const testSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  // A restart must not wait for a large checkpoint.
  max_wal_size: '2GB',
}

/**
 * Starts a server with an empty data folder.
 *
 * @param settings - Of `postgresql.conf`, over those for tests.
 * @returns undefined where this machine has no PostgreSQL with pgvector and cannot get one.
 */
export async function startOwnPostgres(
  settings: Readonly<Record<string, string>> = {},
): Promise<OwnPostgres | undefined> {
  const programs = await findPrograms()
  if (!programs) return undefined
  sweep(programs)
  const data = newFolder(programs)
  const cluster = join(data, 'cluster')
  const args = ['-D', programs.inside(cluster), '-U', 'postgres', '--auth=trust', '--no-sync']
  await finished(programs.spawn('initdb', [...args, '--encoding=UTF8', '--locale=C.UTF-8']))
  const port = await freePort()
  const all = Object.entries({ ...testSettings, port: String(port), ...settings })
  appendFileSync(
    join(cluster, 'postgresql.conf'),
    all.map(([name, value]) => `${name} = '${value}'\n`).join(''),
  )
  return OwnServer.start(programs, data, port)
}

/**
 * Starts a streaming replica of a server.
 *
 * @returns undefined where {@link startOwnPostgres} does.
 */
export async function startReplica(of: OwnPostgres): Promise<OwnPostgres | undefined> {
  const programs = await findPrograms()
  if (!programs) return undefined
  const data = newFolder(programs)
  const cluster = join(data, 'cluster')
  const from = ['-h', '127.0.0.1', '-p', String(of.port), '-U', 'postgres']
  const into = ['-D', programs.inside(cluster), '--write-recovery-conf', '--checkpoint=fast']
  await finished(programs.spawn('pg_basebackup', [...from, ...into]))
  const port = await freePort()
  appendFileSync(join(cluster, 'postgresql.conf'), `port = '${port}'\n`)
  return OwnServer.start(programs, data, port)
}

class OwnServer implements OwnPostgres {
  readonly url: string
  readonly port: number
  readonly origin: string
  readonly #programs: PostgresPrograms
  readonly #data: string
  #process: ChildProcess | undefined
  #log = ''

  private constructor(programs: PostgresPrograms, data: string, port: number) {
    this.#programs = programs
    this.#data = data
    this.port = port
    this.origin = programs.origin
    this.url = `postgres://postgres@127.0.0.1:${port}/postgres`
  }

  static async start(programs: PostgresPrograms, data: string, port: number) {
    const server = new OwnServer(programs, data, port)
    await server.start()
    return server
  }

  async start(): Promise<void> {
    if (isRunning(this.#process)) return
    // The connections' processes of a server that was killed end a moment later, and a new one waits for them.
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#startOnce()
      } catch (error) {
        if (attempt === 50 || !(error as Error).message.includes('still in use')) throw error
        await new Promise((done) => setTimeout(done, 100))
      }
    }
  }

  async #startOnce(): Promise<void> {
    const cluster = join(this.#data, 'cluster')
    const server = this.#programs.spawn('postgres', ['-D', this.#programs.inside(cluster)])
    this.#process = server
    await new Promise<void>((done, fail) => {
      server.stderr!.on('data', (text: Buffer) => {
        this.#log = (this.#log + text).slice(-20_000)
        if (this.#log.includes('ready to accept')) done()
      })
      server.once('exit', () => fail(new Error(`PostgreSQL ended at its start:\n${this.#log}`)))
      server.once('error', fail)
    })
    this.#log = ''
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  shutDown(): Promise<void> {
    return this.#end('SIGQUIT')
  }

  async stop(): Promise<void> {
    await this.#end('SIGQUIT')
    rmSync(this.#data, { recursive: true, force: true })
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#process
    if (!isRunning(server)) return
    const gone = once(server!, 'exit')
    server!.kill(signal)
    await gone
  }
}

const isRunning = (server: ChildProcess | undefined) =>
  server !== undefined && server.exitCode === null && server.signalCode === null

/** A folder for a server's data, which its user owns. */
function newFolder({ folder, user }: PostgresPrograms): string {
  mkdirSync(folder, { recursive: true, mode: 0o1777 })
  const data = mkdtempSync(join(folder, 'agnize-postgres-'))
  writeFileSync(join(data, 'owner'), String(process.pid))
  if (user) chownSync(data, user.uid, user.gid)
  return data
}

/** Ends the servers whose starter was killed, and deletes their data. */
function sweep({ folder }: PostgresPrograms): void {
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) {
    if (!name.startsWith('agnize-postgres-')) continue
    const data = join(folder, name)
    try {
      const owner = Number(readFileSync(join(data, 'owner'), 'utf8'))
      if (owner > 0 && isAlive(owner)) continue
      const lock = join(data, 'cluster', 'postmaster.pid')
      if (existsSync(lock)) {
        const pid = Number(readFileSync(lock, 'utf8').split('\n')[0])
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        if (command.includes(name)) process.kill(pid, 'SIGQUIT')
      }
    } catch {
      // Somebody else's folder, or a server that has ended.
    }
    rmSync(data, { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function finished(program: ChildProcess): Promise<void> {
  let said = ''
  for (const stream of [program.stdout, program.stderr]) {
    stream!.on('data', (text: Buffer) => (said += text))
  }
  const [code] = await once(program, 'close')
  if (code !== 0) throw new Error(`${program.spawnargs.join(' ')} failed:\n${said}`)
}

/** Waits for a signal, which alone does not keep a process alive. */
async function holdOpen(signal: Promise<unknown>): Promise<void> {
  const timer = setInterval(() => {}, 60_000)
  await signal.finally(() => clearInterval(timer))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await startOwnPostgres()
  if (!server) {
    console.error('PostgreSQL with pgvector is not here, and cannot be installed without root.')
    process.exit(1)
  }
  const [command, ...args] = process.argv.slice(2)
  const env = { ...process.env, AGNIZE_TEST_POSTGRES_URL: server.url }
  console.error(`${server.origin}: ${server.url}`)
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => {})
  if (command) {
    const [code] = await once(spawn(command, args, { env, stdio: 'inherit' }), 'exit')
    process.exitCode = code ?? 1
  } else {
    await Promise.race(
      [once(process, 'SIGINT'), once(process, 'SIGTERM')].map((each) => holdOpen(each)),
    )
  }
  await server.stop()
}
