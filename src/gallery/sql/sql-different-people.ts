import type { Kysely } from 'kysely'
import { AgnizeError } from '../../base/errors.js'
import type { DifferentPeople, DifferentPeopleStore } from '../different-people-store.js'
import type { Subject } from '../subject.js'
import { appendToAuditLog } from './audit-chain.js'
import type { ActionOnPair } from './audit-log.js'
import { chunks, now } from './rows.js'
import type { SqlGallery } from './sql-gallery.js'
import { subjectsById } from './subjects-by-id.js'
import type { Schema } from './tables.js'

type Row = Omit<Schema['different_people'], 'gallery_id'>

/** A gallery's pairs of different people in a database. No search depends on them, so the gallery's version stays. */
export class SqlDifferentPeople implements DifferentPeopleStore {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  add(name: string, other: string): Promise<DifferentPeople> {
    return this.#change(name, other, async (db, pair) => {
      const row = { ...idsOf(pair), created_at: now() }
      const known = await this.#row(db, row)
      if (known) return { subjects: pair, createdAt: known.created_at }
      await db
        .insertInto('different_people')
        .values({ gallery_id: this.#gallery.id, ...row })
        .execute()
      await this.#record(db, 'mark-different', pair)
      return { subjects: pair, createdAt: row.created_at }
    })
  }

  remove(name: string, other: string): Promise<boolean> {
    return this.#change(name, other, async (db, pair) => {
      if (!(await this.#row(db, idsOf(pair)))) return false
      const { subject_id, other_id } = idsOf(pair)
      await db
        .deleteFrom('different_people')
        .where('gallery_id', '=', this.#gallery.id)
        .where('subject_id', '=', subject_id)
        .where('other_id', '=', other_id)
        .execute()
      await this.#record(db, 'unmark-different', pair)
      return true
    })
  }

  list(): Promise<DifferentPeople[]> {
    return this.#gallery.read(async (db) =>
      this.#named(db, await rowsOf(db, this.#gallery.id).execute()),
    )
  }

  of(name: string): Promise<DifferentPeople[]> {
    return this.#gallery.read(async (db) => {
      const { id } = await this.#gallery.require(db, name)
      return this.#named(db, await rowsOf(db, this.#gallery.id, id).execute())
    })
  }

  #change<T>(
    name: string,
    other: string,
    work: (db: Kysely<Schema>, pair: readonly [Subject, Subject]) => Promise<T>,
  ): Promise<T> {
    return this.#gallery.transact(async (db) => {
      await this.#gallery.database.lock(db, this.#gallery.id)
      const found = [
        await this.#gallery.require(db, name),
        await this.#gallery.require(db, other),
      ] as const
      if (found[0].id === found[1].id) {
        throw new AgnizeError(
          'bad-argument',
          `${JSON.stringify(name)} and ${JSON.stringify(other)} are one person of the gallery: give two people.`,
        )
      }
      const [one, two] = found[0].id < found[1].id ? found : ([found[1], found[0]] as const)
      return work(db, [
        { id: one.id, name: one.name },
        { id: two.id, name: two.name },
      ])
    })
  }

  #row(
    db: Kysely<Schema>,
    { subject_id, other_id }: Pick<Row, 'subject_id' | 'other_id'>,
  ): Promise<Row | undefined> {
    return rowsOf(db, this.#gallery.id)
      .where('subject_id', '=', subject_id)
      .where('other_id', '=', other_id)
      .executeTakeFirst()
  }

  #record(db: Kysely<Schema>, action: ActionOnPair, pair: Pair) {
    const details = { subjects: pair.map(({ id }) => id) }
    return appendToAuditLog(db, this.#gallery, [{ action, subjectId: null, details }])
  }

  async #named(db: Kysely<Schema>, rows: readonly Row[]): Promise<DifferentPeople[]> {
    const ids = rows.flatMap(({ subject_id, other_id }) => [subject_id, other_id])
    const subjects = await subjectsById(db, this.#gallery.id, ids)
    return rows.flatMap(({ subject_id, other_id, created_at }): DifferentPeople[] => {
      const [one, two] = [subjects.get(subject_id), subjects.get(other_id)]
      // A subject may have been removed between the queries.
      return one && two ? [{ subjects: [one, two], createdAt: created_at }] : []
    })
  }
}

type Pair = DifferentPeople['subjects']

const idsOf = ([one, two]: Pair) => ({ subject_id: one.id, other_id: two.id })

/** Rows of a gallery, or of one of its subjects, oldest first. */
function rowsOf(db: Kysely<Schema>, galleryId: string, subjectId?: string) {
  const rows = db
    .selectFrom('different_people')
    .select(['subject_id', 'other_id', 'created_at'])
    .where('gallery_id', '=', galleryId)
    .orderBy('created_at')
    .orderBy('subject_id')
    .orderBy('other_id')
  if (subjectId === undefined) return rows
  return rows.where((row) =>
    row.or([row('subject_id', '=', subjectId), row('other_id', '=', subjectId)]),
  )
}

/** Makes whoever is different from one subject different from the one into whom it is merged, in the transaction of the merge. */
export async function mergeDifferent(
  db: Kysely<Schema>,
  gallery_id: string,
  from: string,
  into: string,
): Promise<void> {
  const rows = await rowsOf(db, gallery_id, from).execute()
  const moved = rows.flatMap(({ subject_id, other_id, created_at }) => {
    const other = subject_id === from ? other_id : subject_id
    if (other === into) return []
    const [one, two] = other < into ? [other, into] : [into, other]
    return { gallery_id, subject_id: one, other_id: two, created_at }
  })
  // The rows of the merged subject go with it.
  for (const some of chunks(moved)) {
    await db
      .insertInto('different_people')
      .values(some)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}
