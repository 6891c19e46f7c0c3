import { expect, test } from 'vitest'
import { lacks } from '../requirements.js'
import { runChaos } from './chaos.js'

// A short run of what `npm run chaos` does 200 times.
test.each([
  'sqlite',
  'postgres',
] as const)('a gallery in %s loses no change and keeps no partial one when killed at any moment', async (store) => {
  const { isRealServer, wrong, acknowledged } = await runChaos(store, 8, { seed: 7, atLeast: 9 })
  if (store === 'postgres') expect(isRealServer).toBe(!lacks('postgres'))
  expect(wrong).toEqual([])
  expect(acknowledged).toBeGreaterThan(8)
}, 900_000)
