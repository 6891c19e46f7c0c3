import { expect, test } from 'vitest'
import { runChaos } from './chaos.js'

// A short run of what `npm run chaos` does 200 times.
test.each([
  'sqlite',
  'postgres',
] as const)('killed at any moment, a gallery in %s loses nothing and does nothing by halves', async (store) => {
  const { wrong, acknowledged } = await runChaos(store, 8, { seed: 7 })
  expect(wrong).toEqual([])
  // However slow the machine is, something was there to be lost.
  expect(acknowledged).toBeGreaterThan(0)
})
