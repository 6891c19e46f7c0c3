/** A child process of `npm run bench:gallery`: opens a gallery and searches it once. */
import { join } from 'node:path'
import { cosineMeasure } from '../dist/faces/similarity-measure.js'
import type { Fusion } from '../dist/gallery/search/candidate.js'
import { LocalSearch } from '../dist/gallery/search/local-search.js'
import { SqlStore } from '../dist/gallery/sql/sql-store.js'
import { SqliteDatabase } from '../dist/gallery/sql/sqlite.js'
import { ManyFaces } from './many-faces.js'

const measure = cosineMeasure

const path = process.argv[2]!
const fusion = process.argv[3] as Fusion
/** Number of searches for measuring the search rate; if 0, the process reports the start time and memory. */
const searches = Number(process.argv[4] ?? 0)
const faces = new ManyFaces(1)
const probe = faces.photo(1, 99)
globalThis.gc?.()
const before = process.memoryUsage().rss
const start = performance.now()
const store = await SqlStore.open(await SqliteDatabase.open(path), 'default')
const search = new LocalSearch(store, { cache: join(`${path}.index`, store.id) })
const { candidates } = await search.search([probe], { measure, limit: 5, fusion })
const took = performance.now() - start
if (candidates[0]![0]?.subject.name !== 'P1') throw new Error('The wrong person was found.')
if (searches > 0) {
  const probes = Array.from({ length: 200 }, (_, i) => faces.photo(i, 98))
  for (const each of probes) await search.search([each], { measure, limit: 5, fusion })
  const begin = performance.now()
  for (let i = 0; i < searches; i++) {
    await search.search([probes[i % probes.length]!], { measure, limit: 5, fusion })
  }
  console.log((1000 * searches) / (performance.now() - begin))
} else {
  const times: number[] = []
  for (let i = 0; i < 1000; i++) {
    const each = faces.photo(i * 37, 97)
    const begin = performance.now()
    await search.search([each], { measure, limit: 5, fusion })
    times.push(performance.now() - begin)
  }
  times.sort((a, b) => a - b)
  const { rss } = process.memoryUsage()
  console.log(
    `  ${`${fusion}: started on the saved index, to the first answer`.padEnd(58)} ${(took / 1000).toFixed(2)} s${search.searchesGraph(fusion) ? ', by the graph' : ''}; ${Math.round(rss / 1e6)} MB resident, ${Math.round((rss - before) / 1e6)} MB of it the gallery’s`,
  )
  console.log(
    `  ${`${fusion}: searches of that process`.padEnd(58)} p50 ${times[500]!.toFixed(2)} ms, p99 ${times[990]!.toFixed(2)} ms`,
  )
}
await search.close()
await store.close()
