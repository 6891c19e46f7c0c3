import { type Kysely, sql } from 'kysely'
import { AgnizeError } from '../../base/errors.js'
import type { MigrationState, MigrationStore, UnembeddedFace } from '../migration-store.js'
import { newId, now } from './rows.js'
import { openCrop } from './sealed-rows.js'
import type { Change, SqlGallery } from './sql-gallery.js'
import { type ModelRole, type Schema, setAsideMark } from './tables.js'

/** Migration of a gallery in a database to another model. */
export class SqlMigration implements MigrationStore {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  state(): Promise<MigrationState> {
    return this.#gallery.read(async (db) => {
      const models = await db
        .selectFrom('gallery_models')
        .select(['model', 'role'])
        .where('gallery_id', '=', this.#gallery.id)
        .execute()
      const called = (role: ModelRole) => models.find((each) => each.role === role)?.model ?? null
      const next = called('next')
      const { faces } = await db
        .selectFrom('crops')
        .select((expression) => expression.fn.countAll<number>().as('faces'))
        .where('gallery_id', '=', this.#gallery.id)
        .where('skipped_by', 'is distinct from', setAsideMark)
        .executeTakeFirstOrThrow()
      const { embedded } = await db
        .selectFrom('templates')
        .select((expression) => expression.fn.countAll<number>().as('embedded'))
        .where('gallery_id', '=', this.#gallery.id)
        .where('model', '=', next ?? '')
        .executeTakeFirstOrThrow()
      return {
        active: called('active'),
        next,
        previous: called('previous'),
        faces: Number(faces),
        embedded: Number(embedded),
      }
    })
  }

  async begin(model: string, dimensions: number): Promise<void> {
    await this.#gallery.change(async (db, change) => {
      const { active, next, previous } = await this.#roles(db)
      if (!active) {
        throw new AgnizeError(
          'bad-argument',
          'The gallery is empty: the first enrolled photo determines its model.',
        )
      }
      if (active === model) {
        throw new AgnizeError('bad-argument', `The gallery already uses ${model}.`)
      }
      // For the previous model, this embeds faces enrolled since the switch, so that switching back is possible.
      if (next === model || previous === model) return
      if (next || previous) {
        throw new AgnizeError(
          'bad-argument',
          next
            ? `A migration to ${next} is in progress: continue it, or drop it with "agnize gallery migrate --drop".`
            : `The templates of the previous model ${previous} are still kept: delete them with "agnize gallery migrate --finish", or return to that model with --back.`,
        )
      }
      await db
        .insertInto('gallery_models')
        .values({
          ...{ gallery_id: this.#gallery.id, model, dimensions, role: 'next' },
          cohort: this.#gallery.cohortOf(model),
        })
        .execute()
      change.record('migrate', null, { to: model })
    })
  }

  async setDetector(name: string): Promise<void> {
    await this.#gallery.change(async (db, change) => {
      const { active } = await this.#roles(db)
      if (!active) {
        throw new AgnizeError(
          'bad-argument',
          'The gallery is empty: the first enrolled photo determines its detector.',
        )
      }
      await this.#gallery.recordDetector(db, name)
      change.record('migrate', null, { detector: name })
    })
  }

  missing(model: string, after: string, limit: number): Promise<UnembeddedFace[]> {
    return this.#gallery.read(async (db) => {
      const rows = await db
        .selectFrom('crops')
        .select(['id', 'subject_id', 'photo', 'padded'])
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', '>', after)
        .where('skipped_by', 'is distinct from', setAsideMark)
        .where('id', 'not in', (expression) =>
          expression
            .selectFrom('templates')
            .select('templates.crop_id')
            .where('templates.gallery_id', '=', this.#gallery.id)
            .where('templates.model', '=', model),
        )
        .orderBy('id')
        .limit(limit)
        .execute()
      if (rows.length === 0) return []
      const subjects = await db
        .selectFrom('subjects')
        .select(['id', 'name'])
        .where('gallery_id', '=', this.#gallery.id)
        .where(
          'id',
          'in',
          rows.map(({ subject_id }) => subject_id),
        )
        .execute()
      const names = new Map(subjects.map(({ id, name }) => [id, name]))
      const seals = await this.#gallery.seals(db, [...names.keys()])
      return rows.map(({ id, subject_id, photo, padded }) => {
        const crop = openCrop(seals(subject_id), padded, id)
        return {
          id,
          subject: { id: subject_id, name: names.get(subject_id)! },
          photo,
          crop: crop.length > 0 ? crop : null,
        }
      })
    })
  }

  async embed(
    faceId: string,
    model: string,
    vector: Float32Array,
    { isPoor = false }: { readonly isPoor?: boolean } = {},
  ): Promise<void> {
    await this.#gallery.transact(async (db) => {
      await this.#gallery.database.lock(db, this.#gallery.id)
      const { next, previous } = await this.#roles(db)
      if (model !== next && model !== previous) {
        throw new AgnizeError('bad-argument', `The migration to ${model} is no longer in progress.`)
      }
      const face = await db
        .selectFrom('templates')
        .select(['subject_id', 'quality'])
        .where('gallery_id', '=', this.#gallery.id)
        .where('crop_id', '=', faceId)
        .executeTakeFirst()
      // The face was removed meanwhile.
      if (!face) return
      const seal = (await this.#gallery.seals(db, [face.subject_id]))(face.subject_id)
      const id = newId()
      const { next_key } = await db
        .selectFrom('galleries')
        .select('next_key')
        .where('id', '=', this.#gallery.id)
        .executeTakeFirstOrThrow()
      await db
        .insertInto('templates')
        .values({
          gallery_id: this.#gallery.id,
          id,
          key: next_key,
          ...face,
          ...(isPoor && { quality: 0 }),
          crop_id: faceId,
          model,
          vector: seal.sealVector(vector, id),
          created_at: now(),
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      await db
        .updateTable('galleries')
        .set({ next_key: next_key + 1 })
        .where('id', '=', this.#gallery.id)
        .execute()
      await this.#gallery.database.vectors?.refresh(db, this.#gallery, [face.subject_id])
    })
  }

  async switchOver(): Promise<void> {
    await this.#gallery.change(async (db, change) => {
      const { active, next } = await this.#roles(db)
      if (!active || !next) {
        throw new AgnizeError(
          'bad-argument',
          'No migration to another model is in progress: start one with "agnize gallery migrate --to MODEL".',
        )
      }
      await this.#requireAll(db, next)
      await this.#setRole(db, active, 'previous')
      await this.#setRole(db, next, 'active')
      await this.#recountAll(db, change, next)
      change.record('switch-model', null, { from: active, to: next })
    })
  }

  async back(): Promise<void> {
    await this.#gallery.change(async (db, change) => {
      const { active, previous } = await this.#roles(db)
      if (!active || !previous) {
        throw new AgnizeError('bad-argument', 'There is no previous model to return to.')
      }
      await this.#requireAll(db, previous)
      await db
        .updateTable('gallery_models')
        .set({ role: 'next' })
        .where('gallery_id', '=', this.#gallery.id)
        .where('model', '=', active)
        .execute()
      await this.#setRole(db, previous, 'active')
      await this.#recountAll(db, change, previous)
      change.record('switch-model', null, { from: active, to: previous })
    })
  }

  finish(): Promise<void> {
    return this.#deleteRole(
      'previous',
      'There is no previous model whose templates could be deleted.',
    )
  }

  drop(): Promise<void> {
    return this.#deleteRole('next', 'No migration to another model is in progress.')
  }

  async #deleteRole(role: 'previous' | 'next', nothing: string): Promise<void> {
    await this.#gallery.change(async (db, change) => {
      const model = (await this.#roles(db))[role]
      if (!model) throw new AgnizeError('bad-argument', nothing)
      const { vectors } = this.#gallery.database
      if (vectors) {
        await sql`delete from ${sql.table(vectors.table)}
          where gallery_id = ${this.#gallery.id} and model = ${model}`.execute(db)
      }
      for (const table of ['templates', 'calibrations', 'gallery_models'] as const) {
        await db
          .deleteFrom(table)
          .where('gallery_id', '=', this.#gallery.id)
          .where('model', '=', model)
          .execute()
      }
      await db
        .deleteFrom('correction_vectors')
        .where('gallery_id', '=', this.#gallery.id)
        .where('model', '=', model)
        .execute()
      change.record(role === 'previous' ? 'finish-migration' : 'drop-migration', null, { model })
    })
    await this.#gallery.database.scrub()
  }

  async #roles(db: Kysely<Schema>): Promise<Partial<Record<ModelRole, string>>> {
    const rows = await db
      .selectFrom('gallery_models')
      .select(['model', 'role'])
      .where('gallery_id', '=', this.#gallery.id)
      .execute()
    return Object.fromEntries(rows.map(({ role, model }) => [role, model]))
  }

  /** Requires that a model has processed every face; faces in which it finds none are marked by `skip`. */
  async #requireAll(db: Kysely<Schema>, model: string): Promise<void> {
    const { count } = await db
      .selectFrom('crops')
      .select((expression) => expression.fn.countAll<number>().as('count'))
      .where('gallery_id', '=', this.#gallery.id)
      .where('skipped_by', 'is distinct from', model)
      .where('skipped_by', 'is distinct from', setAsideMark)
      .where('id', 'not in', (expression) =>
        expression
          .selectFrom('templates')
          .select('templates.crop_id')
          .where('templates.gallery_id', '=', this.#gallery.id)
          .where('templates.model', '=', model),
      )
      .executeTakeFirstOrThrow()
    if (Number(count) === 0) return
    throw new AgnizeError(
      'bad-argument',
      `${count} kept faces have no template of ${model}: run "agnize gallery migrate --to ${model.split('@')[0]}" first.`,
    )
  }

  async skip(faceId: string, model: string): Promise<void> {
    await this.#gallery.transact((db) =>
      db
        .updateTable('crops')
        .set({ skipped_by: model })
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', '=', faceId)
        .execute(),
    )
  }

  async #setRole(db: Kysely<Schema>, model: string, role: ModelRole): Promise<void> {
    await db
      .updateTable('gallery_models')
      .set({ role })
      .where('gallery_id', '=', this.#gallery.id)
      .where('model', '=', model)
      .execute()
  }

  async #recountAll(db: Kysely<Schema>, change: Change, model: string): Promise<void> {
    await db
      .updateTable('subjects')
      .set((expression) => ({
        changed: change.version,
        templates: expression
          .selectFrom('templates')
          .select((inner) => inner.fn.countAll<number>().as('count'))
          .whereRef('templates.gallery_id', '=', 'subjects.gallery_id')
          .whereRef('templates.subject_id', '=', 'subjects.id')
          .where('templates.model', '=', model),
      }))
      .where('gallery_id', '=', this.#gallery.id)
      .execute()
    const { people, templates } = await db
      .selectFrom('subjects')
      .select((expression) => [
        expression.fn.countAll<number>().as('people'),
        expression.fn.sum<number>('templates').as('templates'),
      ])
      .where('gallery_id', '=', this.#gallery.id)
      .where('templates', '>', 0)
      .executeTakeFirstOrThrow()
    change.counted(Number(people), Number(templates ?? 0))
    change.forgetRemovals()
  }
}
