/**
 * Generates src/client/schema.ts, the types of the API, from the server's operations; --check reports whether it is up to date.
 */
import { readFile, writeFile } from 'node:fs/promises'
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript'
import { openApi } from '../dist/server/openapi.js'

/** The document with its pairs, arrays of exactly two, as tuples: TypeScript knows them, other generators do not. */
function withTuples(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTuples)
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, withTuples(each)]),
  )
  if (copy.type !== 'array' || copy.minItems !== 2 || copy.maxItems !== 2) return copy
  return { ...copy, prefixItems: [copy.items, copy.items], items: false }
}

const path = new URL('../src/client/schema.ts', import.meta.url)
const types = astToString(await openapiTS(withTuples(openApi()) as unknown as OpenAPI3))
const text = `// Made by "npm run client-types" from the operations of the server: not to be edited.\n${types}`
if (process.argv.includes('--check')) {
  const there = await readFile(path, 'utf8').catch(() => '')
  if (there !== text) {
    console.error('src/client/schema.ts is not of this API: run "npm run client-types".')
    process.exit(1)
  }
} else await writeFile(path, text)
