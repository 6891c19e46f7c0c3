import { createRequire } from 'node:module'

const { version: found } = createRequire(import.meta.url)('agnize/package.json') as {
  version: string
}

/** agnize's version, from its package.json. */
export const version = found
