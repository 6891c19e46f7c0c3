/**
 * Whether searches find the person who is the best by the similarity that decides, though indexes choose candidates by the cosine:
 * `npm run bench:candidates [-- --postgres] [-- --gallery children] [-- --people 100000]`. Galleries of adults, of small children and of both, from Labeled Faces in the Wild
 * and UTKFace in AGNIZE_TEST_FACES, filled up to 100,000 people with made-up ones of the same kinds. --postgres also searches them
 * in the server that AGNIZE_TEST_POSTGRES_URL names.
 */
import { parseArgs } from 'node:util'
import { Random } from '../dist/base/random.js'
import { dot } from '../dist/faces/vectors.js'
import type { Search } from '../dist/gallery/search/candidate.js'
import { DatabaseSearch } from '../dist/gallery/search/database-search.js'
import { LocalSearch } from '../dist/gallery/search/local-search.js'
import { PostgresDatabase } from '../dist/gallery/sql/postgres.js'
import { SqlStore } from '../dist/gallery/sql/sql-store.js'
import { SqliteDatabase } from '../dist/gallery/sql/sqlite.js'
import { openAgnize, thresholdFor } from '../dist/index.js'
import { startPostgres } from '../tests/gallery/postgres.js'
import { candidatePeople, type People } from './candidate-people.js'

const { values } = parseArgs({
  options: {
    postgres: { type: 'boolean', default: false },
    gallery: { type: 'string', multiple: true },
    people: { type: 'string', multiple: true },
  },
})
const sizes = values.people?.map(Number) ?? [1_000, 10_000, 100_000]
/** Probes of each gallery: a rate of 0.995 needs some hundreds. */
const probesOfEach = 1_000
const batch = 1_000

await using agnize = await openAgnize({ store: ':memory:' })
const measure = await agnize.similarityMeasure()
const card = await agnize.embeddingCard()

const kinds = await candidatePeople(agnize)

const server = values.postgres ? await startPostgres() : undefined
const database = server && (await PostgresDatabase.open(server.url))
console.log(
  '| gallery | people | probes | 8 bits, all compared | graph |' +
    (server ? ' PostgreSQL, graph from 10,000 | PostgreSQL, graph |' : ''),
)
console.log(`| --- | --- | --- | --- | --- |${server ? ' --- | --- |' : ''}`)
for (const [name, people] of Object.entries(kinds)) {
  if (values.gallery && !values.gallery.includes(name)) continue
  for (const size of sizes) await gallery(name, people, size)
}
await database?.close()
await server?.stop()
process.exit(0)

async function gallery(
  name: string,
  { enrolled, probes, madeUp }: People,
  size: number,
): Promise<void> {
  const random = new Random(size)
  const real = random.sample(enrolled, Math.min(size, enrolled.length))
  const faces = [...real, ...madeUp(size - real.length, random)]
  const searched = random.sample(probes, Math.min(probesOfEach, probes.length))
  const expected = bestOfEach(faces, searched)

  const store = await SqlStore.open(await SqliteDatabase.open(':memory:'), 'default')
  await enroll(store, faces)
  const scan = new LocalSearch(store, { cache: null, graphFrom: Infinity })
  const found = [await share(scan, searched, expected)]
  await scan.close()
  const graph = new LocalSearch(store, { cache: null, graphFrom: 1 })
  await graph.search([searched[0]!], { measure, limit: 5 })
  await graph.graphBuilt()
  if (!graph.searchesGraph()) throw new Error('no graph was built')
  found.push(await share(graph, searched, expected))
  await graph.close()
  await store.close()

  if (database) {
    const shared = await SqlStore.open(database, `${name}-${size}`)
    await enroll(shared, faces)
    const search = new DatabaseSearch(shared, database.vectors)
    found.push(await share(search, searched, expected))
    await database.vectors.buildGraph(shared.id)
    found.push(await share(search, searched, expected))
  }
  console.log(`| ${name} | ${size} | ${searched.length} | ${found.join(' | ')} |`)
}

/** The person of the highest similarity for each probe, and whether it is a match: compared in float32 with everybody. */
function bestOfEach(faces: readonly Float32Array[], probes: readonly Float32Array[]) {
  const { value: threshold } = thresholdFor(card, { fpir: 1e-3 }, faces.length)
  const prepared = faces.map((vector) => measure.prepare(vector))
  return probes.map((vector) => {
    const probe = measure.prepare(vector)
    let best = -1
    let most = Number.NEGATIVE_INFINITY
    for (const [i, face] of prepared.entries()) {
      const similarity = dot(face.vector, vector) - face.offset
      if (similarity > most) [best, most] = [i, similarity]
    }
    return { name: `P${best}`, isMatch: most - probe.offset >= threshold }
  })
}

async function enroll(store: SqlStore, faces: readonly Float32Array[]): Promise<void> {
  for (let i = 0; i < faces.length; i += batch) {
    await store.addEach(
      faces.slice(i, i + batch).map((vector, k) => ({
        name: `P${i + k}`,
        template: {
          model: card.name,
          vector,
          quality: 1,
          photo: `${i + k}`,
          photoHash: `${i + k}`,
          box: { x: 1, y: 1, width: 100, height: 100 },
          crop: Uint8Array.of(1),
        },
      })),
    )
  }
}

/** The share of probes for which a search's first is the expected person, of all and of those who match. */
async function share(
  search: Search,
  probes: readonly Float32Array[],
  expected: ReturnType<typeof bestOfEach>,
): Promise<string> {
  const counts = { right: 0, matches: 0, rightMatches: 0 }
  for (const [i, probe] of probes.entries()) {
    const { candidates } = await search.search([probe], { measure, limit: 5 })
    const { name, isMatch } = expected[i]!
    const isRight = candidates[0]![0]?.subject.name === name
    if (isRight) counts.right++
    if (isMatch) counts.matches++
    if (isMatch && isRight) counts.rightMatches++
  }
  return `${((100 * counts.right) / probes.length).toFixed(1)} % (of matches ${counts.rightMatches} of ${counts.matches})`
}
