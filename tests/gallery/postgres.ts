import { randomUUID } from 'node:crypto'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import pg from 'pg'

/** A real PostgreSQL server from npm, in this process, or the one that AGNIZE_TEST_POSTGRES_URL names. */
export interface PostgresServer {
  readonly url: string
  /** Whether it is a server of its own, with many connections that run side by side. */
  readonly isReal: boolean
  stop(): Promise<void>
}

/** Starts a server with an empty database. */
export async function startPostgres(): Promise<PostgresServer> {
  const real = process.env.AGNIZE_TEST_POSTGRES_URL
  return real ? emptyDatabase(real) : startPglite()
}

async function emptyDatabase(real: string): Promise<PostgresServer> {
  const name = `agnize_test_${randomUUID().replaceAll('-', '')}`
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: real })
    await client.connect()
    await client.query(statement).finally(() => client.end())
  }
  await run(`create database ${name}`)
  const url = new URL(real)
  url.pathname = `/${name}`
  const stop = () => run(`drop database ${name} with (force)`)
  return { url: url.href, isReal: true, stop }
}

async function startPglite(): Promise<PostgresServer> {
  const db = await PGlite.create({ extensions: { vector } })
  const server = new PGLiteSocketServer({ db, port: 0, maxConnections: 100 })
  const port = await new Promise<number>((done) => {
    server.addEventListener('listening', (event) =>
      done((event as CustomEvent<{ port: number }>).detail.port),
    )
    server.start()
  })
  const stop = async () => {
    await server.stop()
    await db.close()
  }
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, isReal: false, stop }
}
