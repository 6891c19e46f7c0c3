import type { Kysely } from 'kysely'
import { AgnizeError } from '../../base/errors.js'
import type { Changes, PeopleStore, Person, PersonTemplate } from '../people-store.js'
import type { SubjectFilter } from '../subject.js'
import { meeting } from './details.js'
import { batchSize, chunks, isSearched } from './rows.js'
import type { SqlGallery } from './sql-gallery.js'
import type { Schema } from './tables.js'

/** Read access of searches to a gallery in a database. */
export class SqlPeople implements PeopleStore {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  probe(vector: Float32Array): Float32Array {
    return this.#gallery.knownVault.blind(vector)
  }

  reveal(vector: Float32Array): Float32Array {
    return this.#gallery.knownVault.reveal(vector)
  }

  named(name: string): Promise<Person | undefined> {
    return this.#gallery.read(async (db) => {
      const { key } = await this.#gallery.require(db, name)
      return (await this.#some(db, [key]))[0]
    })
  }

  async *everybody(): AsyncGenerator<Person[], void, undefined> {
    let after = 0
    for (;;) {
      const keys = await this.#gallery.read((db) =>
        db
          .selectFrom('subjects')
          .select('key')
          .where('gallery_id', '=', this.#gallery.id)
          .where('templates', '>', 0)
          .where('key', '>', after)
          .orderBy('key')
          .limit(batchSize)
          .execute(),
      )
      if (keys.length === 0) return
      after = keys.at(-1)!.key
      yield await this.people(keys.map(({ key }) => key))
    }
  }

  people(keys: readonly number[]): Promise<Person[]> {
    return this.#gallery.read(async (db) => {
      const people: Person[] = []
      for (let i = 0; i < keys.length; i += batchSize) {
        people.push(...(await this.#some(db, keys.slice(i, i + batchSize))))
      }
      return people
    })
  }

  async #some(db: Kysely<Schema>, keys: readonly number[]): Promise<Person[]> {
    const active = await this.#gallery.activeModel(db)
    if (!active) return []
    // Separate queries instead of a join: without statistics the planner may choose a bad join order.
    const subjects = await db
      .selectFrom('subjects')
      .select(['key', 'id', 'name'])
      .where('gallery_id', '=', this.#gallery.id)
      .where('key', 'in', keys)
      .orderBy('key')
      .execute()
    if (subjects.length === 0) return []
    const { isWhole } = this.#gallery.database
    const templates = await db
      .selectFrom('templates')
      .select(['subject_id', 'crop_id as photoId', 'key', 'id', 'model', 'vector', 'quality'])
      .$if(isWhole !== null, (query) => query.select(isWhole!('templates').as('whole')))
      .where('gallery_id', '=', this.#gallery.id)
      .where(isSearched)
      .where(
        'subject_id',
        'in',
        subjects.map(({ id }) => id),
      )
      .execute()
    const seals = await this.#gallery.seals(
      db,
      subjects.map(({ id }) => id),
    )
    const own = new Map<string, PersonTemplate[]>(subjects.map(({ id }) => [id, []]))
    for (const { subject_id, model, vector, whole, ...template } of templates) {
      // A damaged template must not affect an answer.
      if (whole !== undefined && !whole) throw damagedTemplate(template.id)
      if (model !== active.model) continue
      own
        .get(subject_id)!
        .push({ ...template, vector: seals(subject_id).openVector(vector, template.id) })
    }
    return subjects
      .map(({ key, id, name }) => ({
        key,
        subject: { id, name },
        templates: own.get(id)!.sort((a, b) => a.key - b.key),
      }))
      .filter(({ templates }) => templates.length > 0)
  }

  photos(photoIds: readonly string[]): Promise<Map<string, string>> {
    return this.#gallery.read(async (db) => {
      const photos = new Map<string, string>()
      for (const ids of chunks(photoIds)) {
        const crops = await db
          .selectFrom('crops')
          .select(['id', 'photo'])
          .where('gallery_id', '=', this.#gallery.id)
          .where('id', 'in', ids)
          .execute()
        for (const { id, photo } of crops) photos.set(id, photo)
      }
      return photos
    })
  }

  matching(filter: SubjectFilter): Promise<number[]> {
    return this.#gallery.read(async (db) => {
      const subjects = db
        .selectFrom('subjects')
        .select('subjects.key')
        .where('subjects.gallery_id', '=', this.#gallery.id)
        .where('subjects.templates', '>', 0)
        .orderBy('subjects.key')
      const rows = await meeting(subjects, this.#gallery.id, filter).execute()
      return rows.map(({ key }) => key)
    })
  }

  changes(since: number): Promise<Changes | null> {
    return this.#gallery.read(async (db) => {
      const { version, removals_from } = await db
        .selectFrom('galleries')
        .select(['version', 'removals_from'])
        .where('id', '=', this.#gallery.id)
        .executeTakeFirstOrThrow()
      if (since < removals_from) return null
      const changed = await db
        .selectFrom('subjects')
        .select('key')
        .where('gallery_id', '=', this.#gallery.id)
        .where('changed', '>', since)
        .orderBy('key')
        .execute()
      const removed = await db
        .selectFrom('removed_subjects')
        .select('key')
        .where('gallery_id', '=', this.#gallery.id)
        .where('version', '>', since)
        .execute()
      return {
        version,
        changed: changed.map(({ key }) => key),
        removed: removed.map(({ key }) => key),
      }
    })
  }
}

function damagedTemplate(id: string): AgnizeError {
  return new AgnizeError(
    'gallery-damaged',
    `The gallery is damaged: the template ${id} differs from what was enrolled. "agnize gallery verify" lists all damage, "agnize gallery repair" removes it.`,
  )
}
