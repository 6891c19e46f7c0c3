import { type Kysely, type RawBuilder, sql } from 'kysely'
import { weightedMean } from '../../faces/vectors.js'
import type { Fusion } from '../search/candidate.js'
import type { SubjectFilter } from '../subject.js'
import { meeting } from './details.js'
import { halfvecBytes } from './halfvec.js'
import { asCompared, type GraphKind, graphFrom, PostgresGraphs } from './postgres-graphs.js'
import { batchSize, isSearched } from './rows.js'
import { partition, roleOf, sizeOf } from './search-partition.js'
import type { Schema } from './tables.js'
import type { OpenGallery, VectorTable } from './vector-table.js'

/** Maximum number of subjects requested from a graph. Judgment. */
const maxGraphResults = 1000

/** Candidates that a search of a graph examines: `npm run bench:graph-choices`. */
const searched = 600

/**
 * Share of the people below which those that a filter allows are compared one by one. Judgment: comparing all of a million takes about as long
 * as a graph of which one in twenty is allowed.
 */
const leastShare = 0.05

/** Tuples that a filtered search of a graph visits at most before it gives up. Judgment: a million takes about a second. */
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
  readonly #graphs: PostgresGraphs

  /**
   * @param read - Runs work that is repeated where the server asks for it, and translates its errors.
   * @param buildsGraphs - Whether searches build a graph that is missing.
   */
  constructor(db: Kysely<Schema>, read: Read, buildsGraphs: boolean) {
    this.#db = db
    this.#read = read
    this.#graphs = new PostgresGraphs(db, buildsGraphs)
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
    const compared = (vector: RawBuilder<unknown>) => asCompared('numbers', vector, probe.length)
    const column = sql.ref('vector')
    const nearestTo = sql`${halfvecBytes(probe)}`
    const allowed = filter
      ? sql`and subject_id in (${this.#subjects(this.#db, galleryId, filter).select('subjects.id')})`
      : sql``
    const hits = async (db: Kysely<Schema>, graph: GraphKind | null, wanted: number) => {
      const people = sql`from ${partition(galleryId)}
        where gallery_id = ${galleryId} and ${sql.raw(roleOf(fusion))} and model = ${sql.lit(model)} ${allowed}`
      const bySigns = (vector: RawBuilder<unknown>) => asCompared('signs', vector, probe.length)
      const candidates = sql`from (select owner, vector ${people}
        order by ${bySigns(column)} <~> ${bySigns(nearestTo)} limit ${Math.max(searched, wanted)}) as candidates`
      const { rows } = await sql<{ owner: number }>`
        select owner ${graph === 'signs' ? candidates : people}
        order by ${compared(column)} <#> ${compared(nearestTo)}
        limit ${wanted}`.execute(db)
      return rows
    }
    return this.#read(async (reader) => {
      const graph =
        count <= maxGraphResults && (await this.#isLarge(reader, galleryId, fusion, filter))
          ? await this.#graphs.find(reader, { galleryId, model, fusion, dimensions: probe.length })
          : null
      return reader.transaction().execute(async (db) => {
        if (graph) {
          // The planner would rather sort a small table than search its graph, and compiling a plan that sorts all the same takes
          // longer than running it.
          await sql`select set_config('enable_sort', 'off', true), set_config('jit', 'off', true),
            set_config('hnsw.ef_search', ${String(searched)}, true),
            set_config('hnsw.iterative_scan', 'relaxed_order', true),
            set_config('hnsw.max_scan_tuples', ${String(maxScanned)}, true)`.execute(db)
        } else await sql`select set_config('enable_indexscan', 'off', true)`.execute(db)
        // With several templates per subject, more hits than subjects may be needed.
        for (let wanted = count; ; wanted *= 4) {
          const rows = await hits(db, graph, wanted)
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

  /** Whether so many people are searched that a graph pays: few are compared one by one, which is faster and finds every one of them. */
  async #isLarge(
    db: Kysely<Schema>,
    galleryId: string,
    fusion: Fusion,
    filter: SubjectFilter | undefined,
  ): Promise<boolean> {
    if (!filter) return true
    const count = await this.#count(db, galleryId, fusion, filter)
    return count >= Math.max(graphFrom, leastShare * (await sizeOf(db, galleryId, fusion)))
  }

  /** Builds the graph over a gallery's subjects immediately, whatever their number. */
  async buildGraph(galleryId: string): Promise<void> {
    const { model, dimensions } = await this.#db
      .selectFrom('gallery_models')
      .select(['model', 'dimensions'])
      .where('gallery_id', '=', galleryId)
      .where('role', '=', 'active')
      .executeTakeFirstOrThrow()
    await this.#graphs.build({ galleryId, model, fusion: 'mean', dimensions })
  }

  /** Resolves when no graph is being built by this process. */
  settled(): Promise<void> {
    return this.#graphs.settled()
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
