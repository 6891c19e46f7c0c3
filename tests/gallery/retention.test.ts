import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { template, temporaryFolder } from '../fixtures.js'
import { openSqlite } from './sqlite.js'

test('people are due exactly when their retention ends', async () => {
  const store = await openSqlite(join(await temporaryFolder(), 'gallery.sqlite'))
  onTestFinished(() => store.close())
  await store.create('By date', { details: { keepUntil: '2026-05-01T00:00:00.000Z' } })
  await store.create('By rule', { since: '2026-04-21T00:00:00.000Z' })
  await store.retention.set({ purpose: null, days: 10 })
  const due = async (at: string) =>
    (await store.retention.due(new Date(at))).map(({ subject }) => subject.name).sort()
  expect(await due('2026-04-30T23:59:59.999Z')).toEqual([])
  expect(await due('2026-05-01T00:00:00.000Z')).toEqual(['By date', 'By rule'])
})

test('deletes visits exactly when their retention ends, and none of another gallery', async () => {
  const path = join(await temporaryFolder(), 'gallery.sqlite')
  const [here, there] = [await openSqlite(path, 'here'), await openSqlite(path, 'there')]
  onTestFinished(async () => {
    await here.close()
    await there.close()
  })
  const hour = 3_600_000
  const at = (ago: number) => new Date(Date.now() - ago).toISOString()
  const { model, vector } = template(1)
  const face = { model, vector, quality: 0.5, similarity: null, explanation: null, image: null }
  const visit = (store: typeof here, visitorId: string, ago: number) =>
    store.visits.begin(
      { camera: 'door', by: { visitorId }, firstAt: at(ago), lastAt: at(ago), face },
      at(ago),
    )
  const left = async (store: typeof here) =>
    (await store.visits.list({ limit: 9 })).map(({ visitorId }) => visitorId)
  await here.visits.configure({ recording: true, days: 30 })
  await there.visits.configure({ recording: true, days: 30 })
  for (const store of [here, there]) {
    await visit(store, 'over', 10 * 24 * hour + hour)
    await visit(store, 'not yet', 10 * 24 * hour - hour)
  }
  await here.visits.configure({ recording: true, days: 10 })
  await here.visits.expire()
  expect(await left(here)).toEqual(['not yet'])
  expect((await left(there)).sort()).toEqual(['not yet', 'over'])
})
