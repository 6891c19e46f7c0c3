import type { Kysely } from 'kysely'
import { AgnizeError } from '../../errors.js'
import type { Subject } from '../store.js'
import { galleryError, transact } from './database.js'
import type { Schema } from './schema.js'

/** One gallery in an open file: how its tables are read and changed. */
export class SqliteGallery {
  readonly db: Kysely<Schema>
  readonly path: string
  /** Of the gallery. */
  readonly id: string

  constructor(db: Kysely<Schema>, path: string, id: string) {
    this.db = db
    this.path = path
    this.id = id
  }

  /** A change of what searches find: one transaction, which raises the gallery's version. */
  change<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return this.transact(async (db) => {
      const result = await work(db)
      await db
        .updateTable('galleries')
        .set((expression) => ({ version: expression('version', '+', 1) }))
        .where('id', '=', this.id)
        .execute()
      return result
    })
  }

  /** A change of anything else: one transaction. */
  transact<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return transact(this.db, this.path, work)
  }

  async read<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    try {
      return await work(this.db)
    } catch (error) {
      throw galleryError(error, this.path)
    }
  }

  async find(db: Kysely<Schema>, name: string): Promise<Subject | undefined> {
    return db
      .selectFrom('subjects')
      .select(['id', 'name'])
      .where('gallery_id', '=', this.id)
      .where('name', '=', name)
      .executeTakeFirst()
  }

  /** @throws AgnizeError `unknown-subject`. */
  async require(db: Kysely<Schema>, name: string): Promise<Subject> {
    const subject = await this.find(db, name)
    if (subject) return subject
    throw new AgnizeError(
      'unknown-subject',
      `There is nobody called ${JSON.stringify(name)} in the gallery: "agnize people list" shows who is.`,
    )
  }
}

/** Boxes of one photo that overlap more than this are the same face. */
export const sameFace = 0.5

/** The time, as the tables hold it. */
export const now = () => new Date().toISOString()

/** A vector as the tables hold it. */
export function toBytes(vector: Float32Array): Uint8Array {
  return new Uint8Array(
    vector.buffer.slice(vector.byteOffset, vector.byteOffset + vector.byteLength),
  )
}

/** A copy, since the database's bytes need not lie on a float's boundary. */
export function toFloats(bytes: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer)
}
