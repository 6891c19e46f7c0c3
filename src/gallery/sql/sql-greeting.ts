import type { GreetingSettings, GreetingStore } from '../greeting-store.js'
import { galleryGone, type SqlGallery } from './sql-gallery.js'

/** Greeting settings of a gallery in a database. */
export class SqlGreeting implements GreetingStore {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  get(): Promise<GreetingSettings> {
    return this.#gallery.read(async (db) => {
      const row = await db
        .selectFrom('galleries')
        .select(['greeting_phrase', 'greeting_again'])
        .where('id', '=', this.#gallery.id)
        .executeTakeFirstOrThrow(galleryGone)
      return { phrase: row.greeting_phrase, againAfter: row.greeting_again }
    })
  }

  async set({ phrase, againAfter }: GreetingSettings): Promise<void> {
    await this.#gallery.change(async (db, change) => {
      await db
        .updateTable('galleries')
        .set({ greeting_phrase: phrase, greeting_again: againAfter })
        .where('id', '=', this.#gallery.id)
        .execute()
      change.record('greeting', null, {})
    })
  }
}
