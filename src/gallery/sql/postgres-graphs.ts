import { createHash } from 'node:crypto'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Fusion } from '../search/candidate.js'
import { ownSession } from './postgres-connections.js'
import { compact, partition, roleOf, sizeOf } from './search-partition.js'
import type { Schema } from './tables.js'

/**
 * Graphs over the signs of a vector's numbers, whose candidates are then compared by the numbers, and over the numbers, for models of few,
 * whose signs tell too little: neighbors of a person, and candidates that a build examines. `npm run bench:graph-choices`.
 */
const kinds = {
  signs: { neighbors: 32, candidates: 128, operators: 'bit_hamming_ops' },
  numbers: { neighbors: 24, candidates: 128, operators: 'halfvec_ip_ops' },
} as const

/** What a graph compares. */
export type GraphKind = keyof typeof kinds

/** Number of vectors from which a graph is built and searched; chosen by `npm run bench:gallery`. */
export const graphFrom = 10_000

/** Dimension from which a graph compares signs. Judgment: measured at 512. */
const signsFrom = 256

/** Largest dimension that pgvector's graph supports at half precision. */
const maxDimensions = 4000

const kindOf = (dimensions: number): GraphKind => (dimensions >= signsFrom ? 'signs' : 'numbers')

/** The vectors that a graph is over: those that a fusion searches, of one model. */
export interface Graphed {
  readonly galleryId: string
  readonly model: string
  readonly fusion: Fusion
  readonly dimensions: number
}

/** What a graph compares of a vector; searches have to be written so that PostgreSQL takes the graph. */
export function asCompared(kind: GraphKind, vector: RawBuilder<unknown>, dimensions: number) {
  const size = sql.lit(dimensions)
  return kind === 'signs'
    ? sql`(binary_quantize(${vector}::halfvec(${size}))::bit(${size}))`
    : sql`(${vector}::halfvec(${size}))`
}

/** pgvector's graphs of large galleries. */
export class PostgresGraphs {
  readonly #db: Kysely<Schema>
  readonly #builds: boolean
  readonly #building = new Map<string, Promise<void>>()
  readonly #built = new Set<string>()

  /** @param builds - Whether a graph that is missing is built. */
  constructor(db: Kysely<Schema>, builds: boolean) {
    this.#db = db
    this.#builds = builds
  }

  /**
   * What the graph to search compares; a missing one is built in the background, while one of an earlier version is searched.
   *
   * @returns Null where there is none.
   */
  async find(db: Kysely<Schema>, graphed: Graphed): Promise<GraphKind | null> {
    const { galleryId, fusion, dimensions } = graphed
    const kind = kindOf(dimensions)
    const name = nameOf(kind, graphed)
    if (this.#built.has(name)) return kind
    if (await isBuilt(db, name)) {
      this.#built.add(name)
      // A build that was interrupted after its end leaves it.
      if (this.#builds && (await hasEarlier(db, graphed)))
        void this.#begin(name, () => this.#drop(graphed))
      return kind
    }
    if (
      this.#builds &&
      dimensions <= maxDimensions &&
      (await sizeOf(db, galleryId, fusion)) >= graphFrom
    ) {
      void this.build(graphed)
    }
    return (await hasEarlier(db, graphed)) ? 'numbers' : null
  }

  /** Builds a graph while searches and changes continue; one process at a time. A build that has begun is waited for. */
  build(graphed: Graphed): Promise<void> {
    const name = nameOf(kindOf(graphed.dimensions), graphed)
    return this.#begin(name, () => this.#build(name, graphed))
  }

  #begin(name: string, work: () => Promise<void>): Promise<void> {
    const begun = this.#building.get(name)
    if (begun) return begun
    const building = work().finally(() => this.#building.delete(name))
    this.#building.set(name, building)
    return building
  }

  #drop(graphed: Graphed): Promise<void> {
    return this.#db
      .connection()
      .execute((connection) => dropEarlier(connection, graphed))
      .catch(() => {})
  }

  /** Resolves when no graph is being built by this process. */
  async settled(): Promise<void> {
    await Promise.all(this.#building.values())
  }

  async #build(name: string, graphed: Graphed): Promise<void> {
    const { galleryId, model, fusion, dimensions } = graphed
    const kind = kindOf(dimensions)
    const { neighbors, candidates, operators } = kinds[kind]
    try {
      await this.#db.connection().execute(async (connection) => {
        const { rows } = await sql<{ built: boolean }>`select exists (select from
          pg_stat_progress_create_index where index_relid = to_regclass(${name})) as built`.execute(
          connection,
        )
        if (rows[0]!.built) return
        // An interrupted build leaves an invalid index.
        const drop = sql`drop index if exists ${sql.id(name)}`
        await drop.execute(connection)
        const create = sql`create index concurrently ${sql.id(name)} on ${partition(galleryId)}
          using hnsw (${asCompared(kind, sql.ref('vector'), dimensions)} ${sql.raw(operators)})
          with (m = ${sql.lit(neighbors)}, ef_construction = ${sql.lit(candidates)})
          where ${sql.raw(roleOf(fusion))} and model = ${sql.lit(model)}`
        const restoreLimits = await limitBuild(connection, galleryId, dimensions)
        try {
          await create.execute(connection).catch(async (error: { code?: string }) => {
            // Parallel workers share memory that a container may limit to 64 MB; one process needs none.
            if (!restoreLimits || !error.code?.startsWith('53')) throw error
            await drop.execute(connection)
            await sql`set max_parallel_maintenance_workers = 0`.execute(connection)
            await create.execute(connection)
          })
          await dropEarlier(connection, graphed)
        } finally {
          // A connection that was lost needs none.
          await restoreLimits?.().catch(() => {})
        }
      })
    } catch (error) {
      // duplicate_table: another process was faster.
      if ((error as { code?: string }).code !== '42P07') {
        // Without a graph, searches scan all vectors: slow but correct.
        process.emitWarning(
          `The graph of a gallery could not be built, so searches compare everybody (${(error as Error).message}).`,
          'AgnizeWarning',
        )
      }
    }
  }
}

/** Bytes of a graph's element in memory: what is compared, its neighbors, of 16 bytes each, and headers. */
function elementBytes(dimensions: number): number {
  const kind = kindOf(dimensions)
  return (kind === 'signs' ? dimensions / 8 : 2 * dimensions) + 2 * kinds[kind].neighbors * 16 + 200
}
/** Megabytes that a build takes beyond its elements: the server allocates memory in blocks of that size. */
const blockMb = 8
/** Memory of a build at most, in megabytes. Judgment: about 1.5 million vectors of 512 numbers; a larger graph is built more slowly. */
const maxBuildMb = 2048

/**
 * Gives a build the memory that its graph needs and the time that it takes; a larger setting of the server stays. Through a pooler
 * the server's own settings apply.
 *
 * @returns A function that restores the limits of other statements; undefined where none were changed.
 */
async function limitBuild(
  connection: Kysely<Schema>,
  galleryId: string,
  dimensions: number,
): Promise<(() => Promise<void>) | undefined> {
  const { templates } = await connection
    .selectFrom('galleries')
    .select('templates')
    .where('id', '=', galleryId)
    .executeTakeFirstOrThrow()
  const needed = Math.ceil((templates * elementBytes(dimensions)) / 2 ** 20) + blockMb
  const kilobytes = Math.min(needed, maxBuildMb) * 1024
  const { rows } = await sql<{ before: string; own: string | null }>`
    select current_setting('statement_timeout') as before,
      current_setting(${ownSession}, true) as own`.execute(connection)
  if (rows[0]!.own !== 'on') return undefined
  await sql`select set_config('statement_timeout', '0', false), set_config('maintenance_work_mem',
    greatest(pg_size_bytes(current_setting('maintenance_work_mem')) / 1024, ${sql.lit(kilobytes)})::text,
    false)`.execute(connection)
  return async () => {
    await sql`select set_config('statement_timeout', ${rows[0]!.before}, false)`.execute(connection)
    await sql`reset maintenance_work_mem`.execute(connection)
    await sql`reset max_parallel_maintenance_workers`.execute(connection)
  }
}

/** Name of a graph, within PostgreSQL's 63 characters. */
function nameOf(kind: GraphKind, { galleryId, model, fusion }: Graphed): string {
  const hash = createHash('sha256').update(model).digest('hex').slice(0, 8)
  const name = `graph_${compact(galleryId)}_${hash}_${fusion}`
  return kind === 'numbers' ? name : `${name}_${kind}`
}

/** Whether an earlier version of agnize built a graph over numbers where this one builds one over signs. */
async function hasEarlier(db: Kysely<Schema>, graphed: Graphed): Promise<boolean> {
  return kindOf(graphed.dimensions) === 'signs' && isBuilt(db, nameOf('numbers', graphed))
}

/** Drops the graph of an earlier version. A failure is no harm: the next process that finds it drops it. */
async function dropEarlier(connection: Kysely<Schema>, graphed: Graphed): Promise<void> {
  if (kindOf(graphed.dimensions) !== 'signs') return
  const earlier = sql.id(nameOf('numbers', graphed))
  await sql`drop index concurrently if exists ${earlier}`.execute(connection).catch(() => {})
}

/** Whether an index exists and is complete. */
async function isBuilt(db: Kysely<Schema>, name: string): Promise<boolean> {
  const { rows } = await sql<{ valid: boolean }>`select indisvalid as valid from pg_index
    where indexrelid = to_regclass(${name})`.execute(db)
  return rows[0]?.valid ?? false
}
