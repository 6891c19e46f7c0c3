import { expect, test } from 'vitest'
import { call, gallery, testCoverage, useApiServer } from './api.js'

useApiServer('greeting')

test("is the tutorial's unless another is set", async () => {
  const own = { gallery: await gallery() }
  const { body } = await call('getGreeting', own)
  expect(body).toEqual({ phrase: 'Welcome {names}, have a nice day!', again_after_seconds: 30 })
  const json = { phrase: 'Ahoy {names}!' }
  expect((await call('updateGreeting', own, { json })).body).toEqual({ ...body, ...json })
  await call('updateGreeting', own, { json: { phrase: null, again_after_seconds: 60 } })
  expect((await call('getGreeting', own)).body).toEqual({ ...body, again_after_seconds: 60 })
  const match = { 'if-match': (await call('getGreeting', own)).headers.get('etag')! }
  const greet = (phrase: string) =>
    call('updateGreeting', own, { json: { phrase }, headers: match })
  expect((await greet('Hello {names}!')).status).toBe(200)
  expect((await greet('Hi {names}!')).body.code).toBe('changed-meanwhile')
  expect((await call('updateGreeting', own, { json: { phrase: '' } })).body.code).toBe(
    'bad-argument',
  )
})

testCoverage()
