import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../fixtures.js'
import { openSqlite } from './sqlite.js'

test('people are due at the moment their time is over, not before and not a day later', async () => {
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
