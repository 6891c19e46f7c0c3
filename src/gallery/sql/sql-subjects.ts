import { type Kysely, sql } from 'kysely'
import { AgnizeError } from '../../base/errors.js'
import { searchedWords } from '../folded-name.js'
import { pseudonymsOf } from '../pseudonym.js'
import type { CreatedSubject, NewSubject, Removed, RemoveOptions } from '../store.js'
import type {
  Subject,
  SubjectChange,
  SubjectDetails,
  SubjectPage,
  SubjectSummary,
  TagCount,
} from '../subject.js'
import { columnsOf, detailsOf, labelsOf, meeting, writeDetails } from './details.js'
import { redactJobs } from './job-traces.js'
import { tablesOfPairs, tablesOfSubjects } from './personal-data.js'
import { chunks } from './rows.js'
import { resealFor } from './sealed-rows.js'
import { forgetDecisions, renameInDecisions } from './sql-decisions.js'
import { forgetDeliveries } from './sql-deliveries.js'
import { mergeDifferent } from './sql-different-people.js'
import type { SqlEnrollment } from './sql-enrollment.js'
import type { Change, SqlGallery } from './sql-gallery.js'
import type { Schema } from './tables.js'

/** The subjects of a gallery in a database. */
export class SqlSubjects {
  readonly #gallery: SqlGallery
  readonly #enrollment: SqlEnrollment

  constructor(gallery: SqlGallery, enrollment: SqlEnrollment) {
    this.#gallery = gallery
    this.#enrollment = enrollment
  }

  create(
    name: string,
    {
      since,
      details,
    }: { readonly since?: string; readonly details?: Partial<SubjectDetails> } = {},
  ): Promise<SubjectSummary> {
    return this.#gallery.change(async (db, change) => {
      await this.#requireNameFree(db, name)
      const made = await this.#enrollment.findOrCreateSubjects(db, change, [
        { name, ...(since && { since }) },
      ])
      const { id } = made.get(name)!
      if (details) await this.#writeDetails(db, id, details)
      change.touchDetails(id)
      change.record('create', id)
      return this.#summary(db, id)
    })
  }

  createEach(entries: readonly NewSubject[]): Promise<CreatedSubject[]> {
    return this.#gallery.change(async (db, change) => {
      const made: CreatedSubject[] = []
      for (const some of chunks(entries)) made.push(...(await this.#createSome(db, change, some)))
      return made
    })
  }

  async #createSome(
    db: Kysely<Schema>,
    change: Change,
    entries: readonly NewSubject[],
  ): Promise<CreatedSubject[]> {
    const externalIds = entries.flatMap(({ details }) => details.externalId ?? [])
    const taken = new Set(
      externalIds.length === 0
        ? []
        : (
            await db
              .selectFrom('subjects')
              .select('external_id')
              .where('gallery_id', '=', this.#gallery.id)
              .where('external_id', 'in', externalIds)
              .execute()
          ).map(({ external_id }) => external_id),
    )
    const before = change.lastKey
    const withColumns = entries.map((entry) => {
      const { externalId } = entry.details
      const isTaken = externalId != null && taken.has(externalId)
      if (externalId != null) taken.add(externalId)
      const details = isTaken ? { ...entry.details, externalId: null } : entry.details
      return { ...entry, details, isTaken, columns: columnsOf(details) }
    })
    const subjects = await this.#enrollment.findOrCreateSubjects(db, change, withColumns)
    const created = await db
      .selectFrom('subjects')
      .select('id')
      .where('gallery_id', '=', this.#gallery.id)
      .where('key', '>', before)
      .execute()
    const fresh = new Set(created.map(({ id }) => id))
    const labels: Schema['subject_labels'][] = []
    const outcomes = withColumns.map(({ name, details, isTaken }): CreatedSubject => {
      const { id } = subjects.get(name)!
      if (!fresh.has(id)) return { name, outcome: 'known' }
      change.record('create', id)
      labels.push(...labelsOf({ gallery_id: this.#gallery.id, subject_id: id }, details))
      return { name, outcome: isTaken ? 'without external id' : 'created' }
    })
    for (const some of chunks(labels)) await db.insertInto('subject_labels').values(some).execute()
    return outcomes
  }

  subjects({ filter, search, after, limit }: SubjectPage = {}): Promise<SubjectSummary[]> {
    return this.#gallery.read(async (db) => {
      let query = this.#summaries(db).orderBy('subjects.name')
      if (filter) query = meeting(query, this.#gallery.id, filter)
      for (const word of searchedWords(search ?? '')) {
        query = query.where(this.#gallery.database.contains('subjects.name', word))
      }
      if (after !== undefined) query = query.where('subjects.name', '>', after)
      if (limit !== undefined) query = query.limit(limit)
      return detailsOf(db, this.#gallery.id, await query.execute())
    })
  }

  tags(): Promise<TagCount[]> {
    return this.#gallery.read(async (db) => {
      const rows = await db
        .selectFrom('subject_labels')
        .select('label')
        .select(({ fn }) => fn.countAll<number>().as('subjects'))
        .where('gallery_id', '=', this.#gallery.id)
        .where('kind', '=', 'tag')
        .groupBy('label')
        .orderBy('label')
        .execute()
      return rows.map(({ label, subjects }) => ({ tag: label, subjects: Number(subjects) }))
    })
  }

  withId(id: string): Promise<Subject | undefined> {
    return this.#gallery.read((db) =>
      db
        .selectFrom('subjects')
        .select(['id', 'name'])
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', '=', id)
        .executeTakeFirst(),
    )
  }

  subject(name: string): Promise<SubjectSummary> {
    return this.#gallery.read(async (db) => {
      const { id } = await this.#gallery.require(db, name)
      return this.#summary(db, id)
    })
  }

  update(
    name: string,
    { name: newName, ...details }: SubjectChange,
    check?: (before: SubjectSummary) => void,
  ): Promise<SubjectSummary> {
    return this.#gallery.change(async (db, change) => {
      const { id } = await this.#gallery.require(db, name)
      check?.(await this.#summary(db, id))
      if (newName !== undefined) await this.#rename(db, change, id, newName)
      await this.#writeDetails(db, id, details)
      change.touchDetails(id)
      const fields = Object.keys(details).sort()
      if (fields.length > 0) change.record('update', id, { fields })
      return this.#summary(db, id)
    })
  }

  async #writeDetails(
    db: Kysely<Schema>,
    id: string,
    details: Partial<SubjectDetails>,
  ): Promise<void> {
    if (details.externalId != null) await this.#requireFree(db, details.externalId, id)
    await writeDetails(db, { gallery_id: this.#gallery.id, subject_id: id }, details)
  }

  async #rename(db: Kysely<Schema>, change: Change, id: string, name: string): Promise<void> {
    await this.#requireNameFree(db, name, id)
    await db
      .updateTable('subjects')
      .set({ name })
      .where('gallery_id', '=', this.#gallery.id)
      .where('id', '=', id)
      .execute()
    change.touchDetails(id)
    change.record('rename', id)
  }

  /** @throws AgnizeError `subject-exists` where a subject other than `id` has the name. */
  async #requireNameFree(db: Kysely<Schema>, name: string, id?: string): Promise<void> {
    const taken = await this.#gallery.find(db, name)
    if (!taken || taken.id === id) return
    throw new AgnizeError(
      'subject-exists',
      `There is already a person named ${JSON.stringify(name)}: choose another name${id ? ', or "agnize people merge" if they are the same person' : ''}.`,
    )
  }

  async #requireFree(db: Kysely<Schema>, externalId: string, id: string): Promise<void> {
    const other = await db
      .selectFrom('subjects')
      .select('name')
      .where('gallery_id', '=', this.#gallery.id)
      .where('external_id', '=', externalId)
      .where('id', '!=', id)
      .executeTakeFirst()
    if (!other) return
    throw new AgnizeError(
      'subject-exists',
      `${JSON.stringify(other.name)} already has the external id ${JSON.stringify(externalId)}: remove it from that person first.`,
    )
  }

  rename(name: string, newName: string): Promise<Subject> {
    return this.#gallery.change(async (db, change) => {
      const { id } = await this.#gallery.require(db, name)
      await this.#rename(db, change, id, newName)
      return { id, name: newName }
    })
  }

  async remove(
    name: string,
    { action = 'remove', reference, check }: RemoveOptions = {},
  ): Promise<Removed> {
    const removed = await this.#gallery.change(async (db, change) => {
      const { id } = await this.#gallery.require(db, name)
      const summary = await this.#summary(db, id)
      check?.(summary)
      const { corrections } = await db
        .selectFrom('corrections')
        .select((expression) => expression.fn.countAll<number>().as('corrections'))
        .where('gallery_id', '=', this.#gallery.id)
        .where('subject_id', '=', id)
        .executeTakeFirstOrThrow()
      const knownBy = [summary.name, summary.externalId].filter((text) => text !== null)
      await redactJobs(db, this.#gallery.id, [...knownBy, ...(await this.#photosOf(db, id))])
      await forgetDeliveries(db, this.#gallery, id)
      const decisions = await forgetDecisions(db, this.#gallery.id, id)
      await change.remove(id)
      change.record(action, id, {
        templates: summary.templates,
        // Pseudonyms: the log can be queried for an erased subject, but not read.
        ...(action === 'erase' && {
          who: pseudonymsOf(reference === undefined ? knownBy : [...knownBy, reference]),
        }),
      })
      return { ...summary, corrections: Number(corrections), decisions }
    })
    await this.#gallery.database.scrub()
    return removed
  }

  /** File names of the photos of a subject's faces. */
  async #photosOf(db: Kysely<Schema>, id: string): Promise<string[]> {
    const photos: string[] = []
    for (const table of ['crops', 'corrections'] as const) {
      const rows = await db
        .selectFrom(table)
        .select('photo')
        .distinct()
        .where('gallery_id', '=', this.#gallery.id)
        .where('subject_id', '=', id)
        .execute()
      photos.push(...rows.map(({ photo }) => photo))
    }
    return photos
  }

  traces(subjectId: string): Promise<Record<string, number>> {
    return this.#gallery.read(async (db) => {
      const found: Record<string, number> = {}
      const { vectors } = this.#gallery.database
      for (const table of tablesOfSubjects) {
        if (table === personalVectors && !vectors) continue
        const column = table === 'subjects' ? 'id' : 'subject_id'
        const isOther = tablesOfPairs.has(table) ? sql`or other_id = ${subjectId}` : sql``
        const { rows } = await sql<{
          count: number
        }>`select count(*) as count from ${sql.table(table)}
          where gallery_id = ${this.#gallery.id} and (${sql.ref(column)} = ${subjectId} ${isOther})`.execute(
          db,
        )
        const count = Number(rows[0]!.count)
        if (count > 0) found[table] = count
      }
      return found
    })
  }

  merge(
    from: string,
    into: string,
    check?: (before: SubjectSummary) => void,
  ): Promise<SubjectSummary> {
    return this.#gallery.change(async (db, change) => {
      const source = await this.#gallery.require(db, from)
      const target = await this.#gallery.require(db, into)
      check?.(await this.#summary(db, source.id))
      if (source.id === target.id) {
        throw new AgnizeError('bad-argument', 'A person cannot be merged with themselves.')
      }
      await resealFor(db, this.#gallery, source.id, target.id)
      for (const table of ['crops', 'templates', 'corrections', 'visits', 'deliveries'] as const) {
        await db
          .updateTable(table)
          .set({ subject_id: target.id })
          .where('gallery_id', '=', this.#gallery.id)
          .where('subject_id', '=', source.id)
          .execute()
      }
      await mergeDifferent(db, this.#gallery.id, source.id, target.id)
      await renameInDecisions(db, this.#gallery.id, source.id, target.id)
      change.touch(target.id)
      await change.remove(source.id)
      change.record('merge', target.id, { from: source.id })
      await change.recount()
      return this.#summary(db, target.id)
    })
  }

  async #summary(db: Kysely<Schema>, id: string): Promise<SubjectSummary> {
    const rows = await this.#summaries(db).where('subjects.id', '=', id).execute()
    return (await detailsOf(db, this.#gallery.id, rows))[0]!
  }

  #summaries(db: Kysely<Schema>) {
    return db
      .selectFrom('subjects')
      .select(['id', 'name', 'templates', 'created_at as createdAt'])
      .select(['external_id as externalId', 'metadata', 'purpose'])
      .select(['consented_at as consentedAt', 'keep_until as keepUntil'])
      .where('subjects.gallery_id', '=', this.#gallery.id)
  }
}

/** A table of PostgreSQL only. */
const personalVectors = 'search_vectors'
