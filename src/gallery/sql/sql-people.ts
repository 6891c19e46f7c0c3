import type { Kysely } from 'kysely'
import type { Changes, PeopleStore, Person, PersonTemplate, SubjectFilter } from '../store.js'
import { meeting } from './details.js'
import type { Schema } from './schema.js'
import { rowsAtATime, type SqlGallery, toFloats } from './sql-gallery.js'

/** How searches read a gallery in a database. */
export class SqlPeople implements PeopleStore {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  probe(vector: Float32Array): Float32Array {
    return vector
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
          .limit(rowsAtATime)
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
      for (let i = 0; i < keys.length; i += rowsAtATime) {
        people.push(...(await this.#some(db, keys.slice(i, i + rowsAtATime))))
      }
      return people
    })
  }

  async #some(db: Kysely<Schema>, keys: readonly number[]): Promise<Person[]> {
    const active = await this.#gallery.activeModel(db)
    if (!active) return []
    const rows = await db
      .selectFrom('subjects')
      .innerJoin('templates', (join) =>
        join
          .onRef('templates.gallery_id', '=', 'subjects.gallery_id')
          .onRef('templates.subject_id', '=', 'subjects.id'),
      )
      .select(['subjects.key as person', 'subjects.id as subjectId', 'subjects.name'])
      .select(['templates.key', 'templates.id', 'templates.vector', 'templates.quality'])
      .where('subjects.gallery_id', '=', this.#gallery.id)
      .where('subjects.key', 'in', keys)
      .where('templates.model', '=', active.model)
      .orderBy('subjects.key')
      .orderBy('templates.key')
      .execute()
    const people: (Person & { templates: PersonTemplate[] })[] = []
    for (const { person, subjectId, name, key, id, vector, quality } of rows) {
      const template = { key, id, quality, vector: toFloats(vector) }
      const last = people.at(-1)
      if (last?.key === person) last.templates.push(template)
      else people.push({ key: person, subject: { id: subjectId, name }, templates: [template] })
    }
    return people
  }

  owners(templateKeys: readonly number[]): Promise<number[]> {
    return this.#gallery.read(async (db) => {
      const owners = new Set<number>()
      for (let i = 0; i < templateKeys.length; i += rowsAtATime) {
        const rows = await db
          .selectFrom('templates')
          .innerJoin('subjects', (join) =>
            join
              .onRef('subjects.gallery_id', '=', 'templates.gallery_id')
              .onRef('subjects.id', '=', 'templates.subject_id'),
          )
          .select('subjects.key')
          .where('templates.gallery_id', '=', this.#gallery.id)
          .where('templates.key', 'in', templateKeys.slice(i, i + rowsAtATime))
          .execute()
        for (const { key } of rows) owners.add(key)
      }
      return [...owners]
    })
  }

  photos(templateIds: readonly string[]): Promise<Map<string, string>> {
    return this.#gallery.read(async (db) => {
      const photos = new Map<string, string>()
      for (let i = 0; i < templateIds.length; i += rowsAtATime) {
        const rows = await db
          .selectFrom('templates')
          .innerJoin('crops', (join) =>
            join
              .onRef('crops.gallery_id', '=', 'templates.gallery_id')
              .onRef('crops.id', '=', 'templates.crop_id'),
          )
          .select(['templates.id', 'crops.photo'])
          .where('templates.gallery_id', '=', this.#gallery.id)
          .where('templates.id', 'in', templateIds.slice(i, i + rowsAtATime))
          .execute()
        for (const { id, photo } of rows) photos.set(id, photo)
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
