/**
 * How PostgreSQL's graph is best built and searched: `npm run bench:graph-choices [-- --people 100000] [--graph signs/32/128] [--visits 400]`.
 *
 * Compares pgvector's graphs, over the signs of the vectors' numbers or over the numbers, given as neighbors/candidates of a build, at numbers of candidates that a search visits. The people
 * are the adults of bench/candidates.ts, real and made-up. The most similar of a probe is that of the similarity that decides; a
 * probe of somebody enrolled has one that is near, and any other one that is as far as all strangers, and harder to find.
 */
import { parseArgs } from 'node:util'
import pg from 'pg'
import { Random } from '../dist/base/random.js'
import { dot } from '../dist/faces/vectors.js'
import { shortlist } from '../dist/gallery/search/candidate.js'
import { halfvecBytes } from '../dist/gallery/sql/halfvec.js'
import { openAgnize, thresholdFor } from '../dist/index.js'
import { similarityBlocks } from '../dist/similarities/similarity-blocks.js'
import { startPostgres } from '../tests/gallery/postgres.js'
import { postgresOfRun } from '../tests/postgres-server.js'
import { candidatePeople } from './candidate-people.js'
import { postgresTime } from './processor-time.js'

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '100000' },
    probes: { type: 'string', default: '1000' },
    graph: { type: 'string', multiple: true, default: ['signs/32/128', 'numbers/24/128'] },
    visits: { type: 'string', multiple: true, default: ['400', '600', '800'] },
  },
})
const size = Number(values.people)
const batch = 500
/** Probes that are compared with everybody. */
const comparedToAll = 40

/** The signs of a vector's numbers. */
const signsOf = (vector: string) => `(binary_quantize(${vector}::halfvec(512))::bit(512))`

await using agnize = await openAgnize({ store: ':memory:' })
const measure = await agnize.similarityMeasure()
const { value: threshold } = thresholdFor(await agnize.embeddingCard(), { fpir: 1e-3 }, size)
const { adults } = await candidatePeople(agnize)
const random = new Random(size)
const real = random.sample(adults!.enrolled, Math.min(size, adults!.enrolled.length))
const faces = [...real, ...adults!.madeUp(size - real.length, random)]
const probes = random.sample(adults!.probes, Number(values.probes))
const offsets = await measure.offsets(faces)
const wanted = shortlist(5, measure)
const most = 10

const similarity = (probe: Float32Array, i: number) => dot(probe, faces[i]!) - offsets[i]!
/** The most similar, at most ten. */
type Best = { readonly i: number; readonly value: number }[]
function note(best: Best, i: number, value: number): void {
  if (best.length === most && value <= best[most - 1]!.value) return
  best.push({ i, value })
  best.sort((a, b) => b.value - a.value)
  best.length = Math.min(best.length, most)
}

const matrix = (vectors: readonly Float32Array[], taken?: Float32Array) => {
  const all = new Float32Array(vectors.length * 512)
  for (const [i, vector] of vectors.entries()) all.set(vector, i * 512)
  return { vectors: all, offsets: taken, dimensions: 512, count: vectors.length }
}
const best: Best[] = probes.map(() => [])
await similarityBlocks(
  matrix(probes, new Float32Array(probes.length)),
  matrix(faces, offsets),
  { threads: 1 },
  ({ rowFrom, rowTo, columnFrom, columnTo, values, stride }) => {
    for (let row = rowFrom; row < rowTo; row++) {
      for (let column = columnFrom; column < columnTo; column++) {
        note(best[row]!, column, values[(row - rowFrom) * stride + column - columnFrom]!)
      }
    }
  },
)
const expected = best.map((found) => found.map(({ i }) => i))
const isMatch = probes.map(
  (probe, i) => similarity(probe, expected[i]![0]!) - measure.prepare(probe).offset >= threshold,
)
console.error(
  `${faces.length} people, ${probes.length} probes, ${isMatch.filter(Boolean).length} of them matches`,
)

const run = await postgresOfRun()
console.log(run.line)
const server = await startPostgres()
const client = new pg.Client({ connectionString: server.url })
await client.connect()
await client.query('create extension if not exists vector')
await client.query('create table faces (person int, vector halfvec not null)')
for (let i = 0; i < faces.length; i += batch) {
  const some = faces.slice(i, i + batch)
  await client.query(
    `insert into faces values ${some.map((_, k) => `($${2 * k + 1}, $${2 * k + 2}::halfvec)`)}`,
    some.flatMap((vector, k) => [i + k, halfvecBytes(vector)]),
  )
}
await client.query('vacuum analyze faces')
await client.query(`set maintenance_work_mem = '2GB'`)

console.log(
  '| neighbors/candidates | build | size | visited | processor | p50 | p99 | recall@1 | recall@10 | of matches |',
)
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |')
await client.query('set enable_indexscan = off')
await searches('none, all compared', '', undefined)
await client.query('set enable_indexscan = on')
for (const graph of values.graph) {
  const [kind, neighbors, candidates] = graph.split('/')
  const bySigns = kind === 'signs'
  const start = performance.now()
  const compared = bySigns
    ? `${signsOf('vector')} bit_hamming_ops`
    : '(vector::halfvec(512)) halfvec_ip_ops'
  await client.query(`create index faces_graph on faces using hnsw (${compared})
    with (m = ${Number(neighbors)}, ef_construction = ${Number(candidates)})`)
  const seconds = Math.round((performance.now() - start) / 1000)
  const { rows } = await client.query(`select pg_relation_size('faces_graph') as bytes`)
  const about = `${seconds} s | ${Math.round(rows[0].bytes / 1e6)} MB`
  for (const visits of values.visits) await searches(graph, about, visits, bySigns)
  await client.query('drop index faces_graph')
}
await client.end()
await server.stop()
await run.stop()
process.exit(0)

async function searches(
  graph: string,
  about: string,
  visits: string | undefined,
  bySigns = false,
): Promise<void> {
  const from = bySigns
    ? `(select person, vector from faces
        order by ${signsOf('vector')} <~> ${signsOf('$1')} limit ${visits}) nearest`
    : 'faces'
  const counts = { first: 0, ten: 0, matches: 0 }
  const times: number[] = []
  const some = visits ? probes : probes.slice(0, comparedToAll)
  const processor = await postgresTime(client)
  for (const [i, probe] of some.entries()) {
    const start = performance.now()
    await client.query('begin')
    if (visits) {
      await client.query(
        `select set_config('hnsw.ef_search', $1, true), set_config('hnsw.iterative_scan', 'relaxed_order', true)`,
        [visits],
      )
    }
    const { rows } = await client.query<{ person: number }>(
      `select person from ${from} order by (vector::halfvec(512)) <#> $1::halfvec(512) limit ${wanted}`,
      [halfvecBytes(probe)],
    )
    await client.query('commit')
    times.push(performance.now() - start)
    const nearest: Best = []
    for (const { person } of rows) note(nearest, person, similarity(probe, person))
    const found = nearest.map(({ i }) => i)
    const isRight = found[0] === expected[i]![0]
    if (isRight) counts.first++
    if (isRight && isMatch[i]) counts.matches++
    counts.ten += found.filter((person) => expected[i]!.includes(person)).length / most
  }
  const each = ((await postgresTime(client)) - processor) / some.length
  times.sort((a, b) => a - b)
  const at = (share: number) => `${times[Math.floor(share * (times.length - 1))]!.toFixed(1)} ms`
  const rate = (count: number) => `${((100 * count) / some.length).toFixed(1)} %`
  const matches = isMatch.slice(0, some.length).filter(Boolean).length
  console.log(
    `| ${graph} | ${about || '|'} | ${visits ?? ''} | ${each.toFixed(1)} ms | ${at(0.5)} | ${at(0.99)} | ${rate(counts.first)} | ${rate(counts.ten)} | ${counts.matches} of ${matches} |`,
  )
}
