import { createHash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { weightedMean } from '../../faces/vectors.js'
import type { Fusion } from '../search/candidate.js'
import type { SubjectFilter } from '../subject.js'
import { meeting } from './details.js'
import { halfvecBytes } from './halfvec.js'
import { ownSession } from './postgres-connections.js'
import { batchSize, isSearched } from './rows.js'
import type { Schema } from './tables.js'
import type { OpenGallery, VectorTable } from './vector-table.js'

/** Number of vectors from which a graph is built and searched; chosen by `npm run bench:gallery`. */
const graphFrom = 10_000
/** Largest dimension that pgvector's graph supports at half precision. */
const maxGraphVectors = 4000
/** Maximum number of subjects requested from the graph. Judgment. */
const maxGraphResults = 1000
/** Neighbors of a person in the graph, and candidates that its build and its searches examine: `npm run bench:graph-choices`. */
const neighbors = 24
const candidatesOfBuild = 128
const searched = 600

/** Tuples that a filtered search of the graph visits at most before it gives up. Judgment: a million takes about a second. */
const maxScanned = 1_000_000

/** A row of `search_vectors`: a template, a subject's average, or both where the subject has one template. */
interface Row {
  readonly subject_id: string
  readonly owner: number
  readonly model: string
  readonly as_mean: boolean
  readonly as_template: boolean
  readonly vector: Float32Array
}

type Read = <T>(work: (db: Kysely<Schema>) => Promise<T>) => Promise<T>

/** The vectors that pgvector searches: at half precision, one partition per gallery, with a graph in large galleries. */
export class PostgresVectors implements VectorTable {
  readonly table = 'search_vectors'
  readonly #db: Kysely<Schema>
  readonly #read: Read
  readonly #buildsGraphs: boolean
  readonly #building = new Map<string, Promise<void>>()
  readonly #graphs = new Set<string>()

  /**
   * @param read - Runs work that is repeated where the server asks for it, and translates its errors.
   * @param buildsGraphs - Whether searches build a graph that is missing.
   */
  constructor(db: Kysely<Schema>, read: Read, buildsGraphs: boolean) {
    this.#db = db
    this.#read = read
    this.#buildsGraphs = buildsGraphs
  }

  /**
   * The partition is attached to the table after it was made: PostgreSQL locks the table against every reader to make one in it.
   */
  async prepare(db: Kysely<Schema>, galleryId: string): Promise<void> {
    const own = partition(galleryId)
    await sql`create table if not exists ${own} (like search_vectors including all)`.execute(db)
    await sql`alter table search_vectors attach partition ${own}
      for values in (${sql.lit(galleryId)})`.execute(db)
  }

  /** Name of the partition of a gallery. */
  partition(galleryId: string) {
    return partition(galleryId)
  }

  async drop(db: Kysely<Schema>, galleryId: string): Promise<void> {
    await sql`drop table if exists ${partition(galleryId)}`.execute(db)
  }

  async refresh(
    db: Kysely<Schema>,
    gallery: OpenGallery,
    subjectIds: readonly string[],
  ): Promise<void> {
    const galleryId = gallery.id
    await sql`delete from ${partition(galleryId)}
      where gallery_id = ${galleryId} and subject_id in (${sql.join(subjectIds)})`.execute(db)
    const subjects = await db
      .selectFrom('subjects')
      .select(['id', 'key'])
      .where('gallery_id', '=', galleryId)
      .where('id', 'in', subjectIds)
      .execute()
    const owners = new Map(subjects.map(({ id, key }) => [id, key]))
    const templates = await db
      .selectFrom('templates')
      .select(['id', 'subject_id', 'model', 'vector', 'quality'])
      .where('gallery_id', '=', galleryId)
      .where('subject_id', 'in', subjectIds)
      .where(isSearched)
      .orderBy('key')
      .execute()
    // Stored in the space of comparison: rotated where the gallery is protected.
    const seals = await gallery.seals(db, subjectIds)
    const opened = templates.map(({ vector, id, ...template }) => ({
      ...template,
      owner: owners.get(template.subject_id)!,
      vector: seals(template.subject_id).openVector(vector, id),
    }))
    const groups = new Map<string, (typeof opened)[number][]>()
    for (const template of opened) {
      const group = `${template.subject_id} ${template.model}`
      const own = groups.get(group)
      if (own) own.push(template)
      else groups.set(group, [template])
    }
    const rows = [...groups.values()].flatMap(rowsOf)
    for (let i = 0; i < rows.length; i += batchSize) {
      const values = rows
        .slice(i, i + batchSize)
        .map(
          ({ subject_id, owner, model, as_mean, as_template, vector }) =>
            sql`(${galleryId}, ${subject_id}, ${owner}, ${model}, ${as_mean}, ${as_template}, ${halfvecBytes(vector)}::halfvec)`,
        )
      await sql`insert into ${partition(galleryId)}
        (gallery_id, subject_id, owner, model, as_mean, as_template, vector) values ${sql.join(values)}`.execute(
        db,
      )
    }
  }

  async nearest(
    galleryId: string,
    probe: Float32Array,
    {
      model,
      fusion,
      filter,
      count,
    }: {
      readonly model: string
      readonly fusion: Fusion
      readonly filter: SubjectFilter | undefined
      readonly count: number
    },
  ): Promise<number[]> {
    const dimensions = sql.lit(probe.length)
    const nearestTo = halfvecBytes(probe)
    const allowed = filter
      ? sql`and subject_id in (${this.#subjects(this.#db, galleryId, filter).select('subjects.id')})`
      : sql``
    const hits = async (db: Kysely<Schema>, wanted: number) => {
      const { rows } = await sql<{ owner: number }>`
        select owner from ${partition(galleryId)}
        where gallery_id = ${galleryId} and ${sql.raw(roleOf(fusion))} and model = ${sql.lit(model)} ${allowed}
        order by (vector::halfvec(${dimensions})) <#> ${nearestTo}::halfvec(${dimensions})
        limit ${wanted}`.execute(db)
      return rows
    }
    return this.#read(async (reader) => {
      const graph =
        (await this.#graph(reader, galleryId, model, fusion, probe.length)) &&
        count <= maxGraphResults &&
        // Few vectors are compared one by one, which is faster and finds every one of them.
        (!filter || (await this.#count(reader, galleryId, fusion, filter)) >= graphFrom)
      return reader.transaction().execute(async (db) => {
        if (graph) {
          await sql`select set_config('hnsw.ef_search', ${String(searched)}, true),
            set_config('hnsw.iterative_scan', 'relaxed_order', true),
            set_config('hnsw.max_scan_tuples', ${String(maxScanned)}, true)`.execute(db)
        } else await sql`select set_config('enable_indexscan', 'off', true)`.execute(db)
        // With several templates per subject, more hits than subjects may be needed.
        for (let wanted = count; ; wanted *= 4) {
          const rows = await hits(db, wanted)
          const owners = [...new Set(rows.map(({ owner }) => owner))].slice(0, count)
          if (owners.length === count || rows.length < wanted) return owners
        }
      })
    })
  }

  count(galleryId: string, fusion: Fusion, filter: SubjectFilter): Promise<number> {
    return this.#read((db) => this.#count(db, galleryId, fusion, filter))
  }

  async #count(
    db: Kysely<Schema>,
    galleryId: string,
    fusion: Fusion,
    filter: SubjectFilter,
  ): Promise<number> {
    const { count } = await this.#subjects(db, galleryId, filter)
      .select((expression) =>
        fusion === 'mean'
          ? expression.fn.countAll<number>().as('count')
          : expression.fn
              .coalesce(expression.fn.sum<number>('templates'), sql<number>`0`)
              .as('count'),
      )
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  #subjects(db: Kysely<Schema>, galleryId: string, filter: SubjectFilter) {
    return meeting(
      db
        .selectFrom('subjects')
        .where('subjects.gallery_id', '=', galleryId)
        .where('subjects.templates', '>', 0),
      galleryId,
      filter,
    )
  }

  /** Whether a graph exists; a missing one is built in the background. */
  async #graph(
    db: Kysely<Schema>,
    galleryId: string,
    model: string,
    fusion: Fusion,
    dimensions: number,
  ): Promise<boolean> {
    const name = graphName(galleryId, model, fusion)
    if (this.#graphs.has(name)) return true
    const { rows } = await sql<{ valid: boolean }>`select indisvalid as valid from pg_index
      where indexrelid = to_regclass(${name})`.execute(db)
    if (rows[0]?.valid) {
      this.#graphs.add(name)
      return true
    }
    if (this.#buildsGraphs && !this.#building.has(name) && dimensions <= maxGraphVectors) {
      const { people, templates } = await db
        .selectFrom('galleries')
        .select(['people', 'templates'])
        .where('id', '=', galleryId)
        .executeTakeFirstOrThrow()
      if ((fusion === 'mean' ? people : templates) >= graphFrom) {
        this.#building.set(name, this.#build(name, galleryId, model, fusion, dimensions))
      }
    }
    return false
  }

  /** Builds a graph while searches and changes continue; one process at a time. */
  async #build(
    name: string,
    galleryId: string,
    model: string,
    fusion: Fusion,
    dimensions: number,
  ): Promise<void> {
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
          using hnsw ((vector::halfvec(${sql.lit(dimensions)})) halfvec_ip_ops)
          with (m = ${sql.lit(neighbors)}, ef_construction = ${sql.lit(candidatesOfBuild)})
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
    } finally {
      this.#building.delete(name)
    }
  }

  /** Builds the graph over a gallery's subjects immediately, whatever their number. */
  async buildGraph(galleryId: string): Promise<void> {
    const { model, dimensions } = await this.#db
      .selectFrom('gallery_models')
      .select(['model', 'dimensions'])
      .where('gallery_id', '=', galleryId)
      .where('role', '=', 'active')
      .executeTakeFirstOrThrow()
    await this.#build(graphName(galleryId, model, 'mean'), galleryId, model, 'mean', dimensions)
  }

  /** Resolves when no graph is being built by this process. */
  async settled(): Promise<void> {
    await Promise.all(this.#building.values())
  }

  /** Problems of the vectors, in words. */
  async check(): Promise<string[]> {
    const { rows } = await sql<{ name: string }>`
      select g.name from galleries g
      join gallery_models m on m.gallery_id = g.id and m.role = 'active'
      cross join lateral (select count(*) as searched from search_vectors v
        where v.gallery_id = g.id and v.model = m.model and as_template) v
      -- Faces that score 0 have a vector where they were enrolled before these were left out.
      where v.searched not between (select count(*) from templates t
        where t.gallery_id = g.id and t.model = m.model and t.quality > 0) and g.templates`.execute(
      this.#db,
    )
    return rows.map(({ name }) => `the vectors that ${name} is searched by are not its templates`)
  }
}

function rowsOf(
  templates: readonly {
    subject_id: string
    owner: number
    model: string
    vector: Float32Array
    quality: number
  }[],
): Row[] {
  const { subject_id, owner, model } = templates[0]!
  const row = (vector: Float32Array, as_mean: boolean, as_template: boolean): Row => ({
    subject_id,
    owner,
    model,
    as_mean,
    as_template,
    vector,
  })
  if (templates.length === 1) return [row(templates[0]!.vector, true, true)]
  return [
    row(weightedMean(templates), true, false),
    ...templates.map(({ vector }) => row(vector, false, true)),
  ]
}

/** Bytes of a graph's element in memory besides its vector: its neighbors, of 16 bytes each, and headers. */
const elementBytes = 200 + 2 * neighbors * 16
/** Megabytes that a build takes beyond its elements: the server allocates memory in blocks of that size. */
const blockMb = 8
/** Memory of a build at most, in megabytes. Judgment: about a million vectors of 512 numbers; a larger graph is built more slowly. */
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
  const needed = Math.ceil((templates * (2 * dimensions + elementBytes)) / 2 ** 20) + blockMb
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

const roleOf = (fusion: Fusion) => (fusion === 'mean' ? 'as_mean' : 'as_template')

const partition = (galleryId: string) => sql.table(`search_vectors_${compact(galleryId)}`)

/** Name of the graph of a gallery and model, within PostgreSQL's 63 characters. */
function graphName(galleryId: string, model: string, fusion: Fusion): string {
  const hash = createHash('sha256').update(model).digest('hex').slice(0, 8)
  return `graph_${compact(galleryId)}_${hash}_${fusion}`
}

const compact = (id: string) => id.replaceAll('-', '')
