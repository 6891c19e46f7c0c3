import pg from 'pg'
import { startOwnPostgres } from '../scripts/postgres.js'

/** The PostgreSQL server of a run. */
export interface PostgresOfRun {
  /** Which server it is, in words. */
  readonly line: string
  stop(): Promise<void>
}

/**
 * Finds the server that AGNIZE_TEST_POSTGRES_URL names, or starts one and sets that variable. Without one, tests create
 * databases in PGlite.
 */
export async function postgresOfRun(): Promise<PostgresOfRun> {
  const given = process.env.AGNIZE_TEST_POSTGRES_URL
  const own = given ? undefined : await startOwnPostgres()
  const url = given ?? own?.url
  if (!url) {
    const line = 'PostgreSQL: no server here; its tests run in PGlite, PostgreSQL in WebAssembly'
    return { line, stop: async () => {} }
  }
  process.env.AGNIZE_TEST_POSTGRES_URL = url
  const stop = async () => {
    if (own) delete process.env.AGNIZE_TEST_POSTGRES_URL
    await own?.stop()
  }
  try {
    const line = `PostgreSQL: ${await versionsOf(url)}, ${own?.origin ?? 'named by AGNIZE_TEST_POSTGRES_URL'}`
    return { line, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function versionsOf(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query(`select current_setting('server_version') as server,
      (select default_version from pg_available_extensions where name = 'vector') as vector`)
    if (rows[0].vector === null)
      throw new Error(`The server at ${url} has no pgvector: install it.`)
    return `a server, version ${rows[0].server} with pgvector ${rows[0].vector}`
  } finally {
    await client.end()
  }
}
