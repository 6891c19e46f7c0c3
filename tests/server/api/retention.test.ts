import { expect, test } from 'vitest'
import { call, enrollAnna, gallery, testCoverage, useApiServer } from './api.js'

useApiServer('retention')

test('lists people whose retention has ended, and erases them with a receipt', async () => {
  const own = { gallery: await gallery() }
  await enrollAnna(own)
  expect((await call('listDue', own)).body.items).toEqual([])
  await call(
    'updateSubject',
    { ...own, subject: 'Anna' },
    { json: { keep_until: '2020-01-01T00:00:00Z' } },
  )
  expect((await call('listDue', own)).body.items).toMatchObject([{ subject: { name: 'Anna' } }])
  const { receipts } = (await call('eraseDue', own)).body
  expect(receipts).toMatchObject([{ checks: { notFound: true, rows: 0 } }])
  expect((await call('listSubjects', own)).body.items).toEqual([])
})

testCoverage()
