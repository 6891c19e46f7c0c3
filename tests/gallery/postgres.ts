import { randomUUID } from 'node:crypto'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import pg from 'pg'
import { startOwnPostgres } from '../../scripts/postgres.js'
import { lacks } from '../requirements.js'

/** An empty database of a PostgreSQL server with pgvector. */
export interface PostgresDatabaseUnderTest {
  readonly url: string
  /** Whether a PostgreSQL server runs it; else PGlite in this process, whose connections take turns. */
  readonly isReal: boolean
  /** Deletes the database. */
  stop(): Promise<void>
}

/** Creates an empty database in the server that tests/setup.ts found or started, or in PGlite. */
export async function startPostgres(): Promise<PostgresDatabaseUnderTest> {
  if (lacks('postgres')) return startPglite()
  return emptyDatabase(process.env.AGNIZE_TEST_POSTGRES_URL!)
}

/** Starts a server that nobody else uses, so that `stop` may stop it. */
export async function startStoppablePostgres(): Promise<PostgresDatabaseUnderTest> {
  const own = await startOwnPostgres()
  if (own) return { url: own.url, isReal: true, stop: () => own.stop() }
  lacks('postgres')
  return startPglite()
}

async function emptyDatabase(real: string): Promise<PostgresDatabaseUnderTest> {
  const name = `agnize_test_${randomUUID().replaceAll('-', '')}`
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: real })
    await client.connect()
    await client.query(statement).finally(() => client.end())
  }
  await run(`create database ${name}`)
  const url = new URL(real)
  url.pathname = `/${name}`
  const stop = () => run(`drop database if exists ${name} with (force)`)
  return { url: url.href, isReal: true, stop }
}

async function startPglite(): Promise<PostgresDatabaseUnderTest> {
  const db = await PGlite.create({ extensions: { vector } })
  const server = new PGLiteSocketServer({ db, port: 0, maxConnections: 100 })
  const port = await new Promise<number>((done) => {
    server.addEventListener('listening', (event) =>
      done((event as CustomEvent<{ port: number }>).detail.port),
    )
    server.start()
  })
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= server.stop().then(() => db.close())
    return stopped
  }
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, isReal: false, stop }
}
