import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { PostgresDatabase } from '../../dist/gallery/sql/postgres.js'
import { type OwnPostgres, startOwnPostgres } from '../../scripts/postgres.js'
import { temporaryFolder } from '../fixtures.js'
import { certificate } from '../models/certificates.js'
import { lacks } from '../requirements.js'

describe.skipIf(lacks('postgres'))('a server with a certificate of an own authority', () => {
  let server: OwnPostgres
  let ca: string
  let otherCa: string
  const folders: string[] = []
  const folder = () => {
    folders.push(mkdtempSync(join(tmpdir(), 'agnize-test-')))
    return folders.at(-1)!
  }
  beforeAll(async () => {
    const { ca: own, tls } = await certificate(folder())
    ca = own
    otherCa = (await certificate(folder())).ca
    server = (await startOwnPostgres({ listen_addresses: '127.0.0.1,127.0.0.2' }))!
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    const write = async (file: string, content: Buffer) => {
      // The program runs in the folder of data, as the user of the server.
      const text = client.escapeLiteral(content.toString('base64'))
      const program = `umask 077 && base64 -d > ${file}`
      await client.query(`copy (select ${text}) to program ${client.escapeLiteral(program)}`)
    }
    await write('server.crt', tls.cert)
    await write('server.key', tls.key)
    await client.query('alter system set ssl = on')
    await client.end()
    await server.shutDown()
    await server.start()
  }, 180_000)
  afterAll(async () => {
    await server?.stop()
    for (const each of folders) rmSync(each, { recursive: true })
  })

  /** Whether the connection is encrypted. */
  async function isEncrypted(parameters: string, host = '127.0.0.1'): Promise<boolean> {
    const url = server.url.replace('127.0.0.1', host)
    const database = await PostgresDatabase.open(`${url}?${parameters}`)
    onTestFinished(() => database.close())
    const { sql } = await import('kysely')
    const query = sql<{ ssl: boolean }>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`
    const { rows } = await database.read((db) => query.execute(db))
    return rows[0]!.ssl
  }

  test('is used with its authority, encrypted, and without a certificate only where the address says so', async () => {
    expect(await isEncrypted(`sslmode=verify-full&sslrootcert=${ca}`)).toBe(true)
    expect(await isEncrypted(`sslmode=require&sslrootcert=${ca}`)).toBe(true)
    expect(await isEncrypted('sslmode=require')).toBe(true)
    expect(await isEncrypted('sslmode=disable')).toBe(false)
  })

  test('is refused with another authority, or with none, and the sentence says what to give', async () => {
    for (const parameters of [
      `sslmode=require&sslrootcert=${otherCa}`,
      `sslmode=verify-full&sslrootcert=${otherCa}`,
      'sslmode=verify-full',
    ]) {
      await expect(
        PostgresDatabase.open(`${server.url}?${parameters}`),
        parameters,
      ).rejects.toMatchObject({
        code: 'store-unreachable',
        message: expect.stringMatching(
          /certificate of the database .* is not trusted .*sslrootcert=FILE/,
        ),
      })
    }
  })

  test('is refused under a name that its certificate does not have, but for verify-ca', async () => {
    // The certificate is for 127.0.0.1 and localhost.
    const host = '127.0.0.2'
    expect(await isEncrypted(`sslmode=verify-ca&sslrootcert=${ca}`, host)).toBe(true)
    await expect(isEncrypted(`sslmode=verify-full&sslrootcert=${ca}`, host)).rejects.toMatchObject({
      code: 'store-unreachable',
      message: expect.stringContaining('127.0.0.2'),
    })
  })

  test('a file that is no certificate or no key is refused by its name', async () => {
    const file = join(await temporaryFolder(), 'wrong.pem')
    await writeFile(file, 'neither')
    for (const parameters of [
      `sslrootcert=${file}`,
      `sslrootcert=${ca}&sslcert=${file}`,
      `sslrootcert=${ca}&sslcert=${ca}&sslkey=${file}`,
    ]) {
      await expect(isEncrypted(`sslmode=require&${parameters}`), parameters).rejects.toMatchObject({
        code: 'bad-argument',
        message: expect.stringContaining(`${file} that the address of the database names is no`),
      })
    }
  })
})
