import { defineConfig } from 'vitest/config'
import { SecondTries } from './tests/second-tries.js'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/setup.ts'],
    reporters: ['default', new SecondTries()],
    // CI tries a failed test once more, and names it.
    retry: Number(process.env.AGNIZE_RETRIES ?? 0),
    // Real networks on shared, noisy machines; no test asserts a time.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // Each file starts worker threads of its own.
    maxWorkers: 2,
    coverage: { provider: 'v8', include: ['dist/**/*.js'], reporter: ['text-summary', 'html'] },
  },
})
