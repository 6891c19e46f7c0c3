/**
 * The plans of the store's statements, on a database with one large, analyzed gallery and a small, new one. The most buffers that
 * a statement may read are in statement-budgets.json: `AGNIZE_WRITE_BUDGETS=1 npx vitest run tests/gallery/statement-plans.test.ts`
 * writes it again, and its changes are to be understood.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { cosineMeasure } from '../../dist/faces/similarity-measure.js'
import { DatabaseSearch } from '../../dist/gallery/search/database-search.js'
import { PostgresDatabase } from '../../dist/gallery/sql/postgres.js'
import { SqlStore } from '../../dist/gallery/sql/sql-store.js'
import { template } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { explainStatements } from './explained.js'
import { type PostgresDatabaseUnderTest, startPostgres } from './postgres.js'

const budgetFile = new URL('statement-budgets.json', import.meta.url)
/** What a plan may read beyond its budget: pages fill differently from run to run. */
const allowance = (budget: number) => 2 * budget + 30

describe.skipIf(lacks('postgres'))('plans', () => {
  let server: PostgresDatabaseUnderTest
  let database: PostgresDatabase
  let big: SqlStore
  let small: SqlStore
  const measure = cosineMeasure

  beforeAll(async () => {
    server = await startPostgres()
    database = await PostgresDatabase.open(server.url)
    big = await SqlStore.open(database, 'big', { actor: 'tests' }, false)
    for (let i = 0; i < 5000; i += 500) {
      await big.createEach(
        Array.from({ length: 500 }, (_, k) => ({
          name: `B${i + k}`,
          details: { tags: [k % 2 ? 'odd' : 'even'], externalId: `x${i + k}` },
        })),
      )
      await big.addEach(
        Array.from({ length: 1000 }, (_, k) => ({
          name: `B${i + (k >> 1)}`,
          template: face(10_000 + 2 * i + k),
        })),
      )
    }
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    await client.query('analyze')
    await client.end()
    small = await SqlStore.open(database, 'small', { actor: 'tests' }, false)
    await small.addEach(
      Array.from({ length: 240 }, (_, k) => ({ name: `S${k >> 1}`, template: face(k) })),
    )
  })
  afterAll(async () => {
    await database.close()
    await server.stop()
  })

  test('every statement keeps to its budget, and neither scans nor loops over many rows for few', async () => {
    const { explained, end } = explainStatements()
    onTestFinished(end)
    await workOn(small, 'S')
    await small.templates()
    await readEverybody(small)
    await workOn(big, 'B')
    end()
    expect(explained.size).toBeGreaterThan(60)
    const measured = Object.fromEntries(
      [...explained].map(([text, { buffers }]) => [text, buffers] as const).sort(),
    )
    if (process.env.AGNIZE_WRITE_BUDGETS) {
      writeFileSync(budgetFile, `${JSON.stringify(measured, null, 2)}\n`)
    }
    const bad = [...explained].flatMap(([text, { bad }]) =>
      [...bad].map((why) => `${why}: ${text}`),
    )
    expect(bad).toEqual([])
    const budgets: Record<string, number> = existsSync(budgetFile)
      ? JSON.parse(readFileSync(budgetFile, 'utf8'))
      : {}
    const over = Object.entries(measured).filter(
      ([text, buffers]) => buffers > allowance(budgets[text] ?? -1),
    )
    expect(over).toEqual([])
  })

  test('a statement that leaves out the gallery is seen to exceed its budget', async () => {
    const { explained, end } = explainStatements()
    onTestFinished(end)
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    onTestFinished(() => client.end())
    const partition = `search_vectors_${big.id.replaceAll('-', '')}`
    const { id } = await big.subject('B77')
    await client.query(`delete from ${partition} where gallery_id = $1 and subject_id = $2`, [
      big.id,
      id,
    ])
    await client.query(`delete from ${partition} where subject_id = $1`, [id])
    await client.query(
      `select count(*) from templates join subjects on subjects.gallery_id = templates.gallery_id
       and subjects.templates < $1 where templates.gallery_id = $2 and subjects.id = $3`,
      [1, small.id, id],
    )
    end()
    const [good, wrong] = [...explained].filter(([text]) => text.startsWith('delete'))
    expect(wrong![1].buffers).toBeGreaterThan(allowance(good![1].buffers))
  })

  function face(seed: number) {
    return template(seed, { photoHash: `photo ${seed}`, photo: `${seed}.jpg` })
  }

  async function readEverybody(store: SqlStore): Promise<void> {
    for await (const people of store.people.everybody()) expect(people.length).toBeGreaterThan(0)
  }

  /** What users do with a gallery and some of its people. */
  async function workOn(store: SqlStore, who: string): Promise<void> {
    const name = (i: number) => `${who}${i}`
    await store.state()
    await store.galleries()
    await store.subjects({ limit: 20, after: name(1) })
    await store.subjects({ filter: { tags: ['odd'] }, limit: 20 })
    const subject = await store.subject(name(3))
    await store.withId(subject.id)
    const faces = await store.templatesOf(name(3))
    await store.faces(name(3))
    await store.crops(faces.map(({ id }) => id))
    await store.enrolled.get(faces[0]!.id)
    await store.enrolled.crop(faces[0]!.id)
    await store.enrolled.list({ subject: name(3), limit: 5 })
    const search = new DatabaseSearch(store, database.vectors)
    const probe = face(who === 'S' ? 6 : 10_006).vector
    const found = await search.search([probe], { measure, limit: 5 })
    expect(found.candidates[0]).toHaveLength(5)
    await search.search([probe], { measure, limit: 5, fusion: 'best' })
    await search.search([probe], { measure, limit: 5, filter: { tags: ['odd'] } })
    await search.search([probe], { measure, limit: 5, filter: { subjects: [name(3), name(4)] } })
    const fresh = 900_000 + (who === 'S' ? 0 : 1000)
    await store.add(name(3), face(fresh))
    await store.add(name(3), face(fresh))
    await store.create(`${who} new`, { details: { tags: ['odd'] } })
    await store.createEach([
      { name: `${who} other`, details: { externalId: `${who}!`, tags: ['a'] } },
    ])
    await store.update(name(5), { metadata: { floor: 3 }, tags: ['even'], externalId: `${who}?` })
    await store.rename(name(6), `${who} renamed`)
    const moved = await store.faces(name(7))
    await store.enrolled.move([moved[0]!.id], name(8))
    await store.enrolled.remove([moved[0]!.id])
    await store.merge(name(9), name(10))
    const { quality: _, ...correction } = face(fresh + 1)
    await store.corrections.add(name(11), { ...correction, kind: 'not' })
    await store.corrections.list()
    await store.corrections.embedded(correction.model)
    await store.corrections.kept(name(11))
    await store.corrections.disown(name(12), (await store.templatesOf(name(12)))[0]!.id)
    await store.visits.list({ limit: 20 })
    await store.remove(name(13))
    await store.traces(subject.id)
  }
})
