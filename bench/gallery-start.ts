/** One part of `npm run bench:gallery`: a process that opens a gallery and asks once. */
import { join } from 'node:path'
import type { Fusion } from '../dist/gallery/search/candidate.js'
import { LocalSearch } from '../dist/gallery/search/local-search.js'
import { SqlStore } from '../dist/gallery/sql/sql-store.js'
import { SqliteDatabase } from '../dist/gallery/sql/sqlite.js'
import { ManyFaces } from './many-faces.js'

const path = process.argv[2]!
const fusion = process.argv[3] as Fusion
const probe = new ManyFaces(1).photo(1, 99)
globalThis.gc?.()
const before = process.memoryUsage().rss
const start = performance.now()
const store = await SqlStore.open(await SqliteDatabase.open(path), 'default')
const search = new LocalSearch(store, { cache: join(`${path}.index`, store.id) })
const { candidates } = await search.search([probe], { limit: 5, fusion })
const took = performance.now() - start
if (candidates[0]![0]?.subject.name !== 'P1') throw new Error('The wrong person was found.')
for (let i = 0; i < 100; i++) await search.search([probe], { limit: 5, fusion })
const { rss } = process.memoryUsage()
console.log(
  `  ${`${fusion}: started on the saved index, to the first answer`.padEnd(58)} ${(took / 1000).toFixed(2)} s${search.searchesGraph(fusion) ? ', by the graph' : ''}; ${Math.round(rss / 1e6)} MB resident, ${Math.round((rss - before) / 1e6)} MB of it the gallery’s`,
)
await search.close()
await store.close()
