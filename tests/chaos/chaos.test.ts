import { expect, test } from 'vitest'
import { runChaos } from './chaos.js'

// A short run of what `npm run chaos` does 200 times.
test.each([
  'sqlite',
  'postgres',
] as const)('killed at any moment, a gallery in %s loses nothing and does nothing by halves', async (store) => {
  const { wrong, acknowledged } = await runChaos(store, 8, { seed: 7, atLeast: 9 })
  expect(wrong).toEqual([])
  expect(acknowledged).toBeGreaterThan(8)
})
