import { readdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { errorCodes } from '../../../dist/index.js'
import { errorsOf } from '../../../dist/server/openapi.js'
import { operations } from '../../../dist/server/operations.js'
import { documented } from '../contract.js'
import { shares } from './shares.js'

// Errors that other tests provoke: tests/server/limits and faults, tests/workers, and tests/models/pull.
const elsewhere = [
  ...['overloaded', 'timed-out', 'not-calibrated', 'photo-crashed'],
  ...['closed', 'internal', 'store-unreachable', 'gallery-locked'],
  ...['download-failed', 'disk-full', 'read-only'],
]

test('every assigned file exists', async () => {
  const files = await readdir(import.meta.dirname)
  expect(Object.keys(shares).filter((name) => !files.includes(`${name}.test.ts`))).toEqual([])
})

test('every operation of the document is assigned to one file', () => {
  const tags = Object.values(shares).flatMap(({ tags }) => tags as readonly string[])
  expect(tags.length).toBe(new Set(tags).size)
  const covered = operations.filter(({ tag }) => tags.includes(tag)).map(({ id }) => id)
  // A WebSocket is no operation with a handler; live-frames.test.ts opens it.
  expect([...documented.keys()].filter((id) => !covered.includes(id))).toEqual(['live'])
})

test('every error of an operation is tested by a file', () => {
  const covered = [...Object.values(shares).flatMap(({ errors }) => errors), ...elsewhere]
  const promised = new Set(operations.flatMap((operation) => errorsOf(operation)))
  expect([...promised].filter((code) => !covered.includes(code))).toEqual([])
  expect(covered.filter((code) => !(errorCodes as readonly string[]).includes(code))).toEqual([])
})
