import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { halfvecBytes } from '../../dist/gallery/sql/halfvec.js'
import { unitVector } from '../fixtures.js'
import { startPostgres } from './postgres.js'

test('the database reads from the bytes what it reads from text', async () => {
  const server = await startPostgres()
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  onTestFinished(async () => {
    await client.end()
    await server.stop()
  })
  await client.query('create extension if not exists vector')
  const edges = [0, 1, -1, 65504, 6.1e-5, 6.0975552e-5, 5.96e-8, 2.98e-8, 2.99e-8, 1e-9, 1 / 3]
  // Halfway between two halves: the even one is taken.
  const middles = [1 + 1 / 2048, 1 + 3 / 2048, -(1 + 1 / 2048), 2 ** -14 + 2 ** -25]
  for (const numbers of [edges, middles, [...unitVector(1, 512)], [...unitVector(2, 512)]]) {
    const vector = Float32Array.from(numbers)
    const { rows } = await client.query(
      'select $1::halfvec::text as bytes, $2::text::halfvec::text as text',
      [halfvecBytes(vector), `[${vector.join(',')}]`],
    )
    expect(rows[0].bytes).toBe(rows[0].text)
  }
})
