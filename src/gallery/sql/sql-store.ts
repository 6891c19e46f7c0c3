import { type Insertable, type Kysely, sql } from 'kysely'
import { AgnizeError } from '../../errors.js'
import type { Crops } from '../../faces/face.js'
import { overlap } from '../../geometry/box.js'
import type { ArchiveLine } from '../archive/archive-file.js'
import type { EnrolledFaceStore } from '../enrolled-faces.js'
import {
  type Added,
  type AuditStore,
  type BackupStore,
  type CalibrationStore,
  type CorrectionStore,
  type DecisionStore,
  type GalleryState,
  type GallerySummary,
  type KeptFace,
  type MigrationStore,
  type NamedTemplate,
  type NewTemplate,
  type PeopleStore,
  type ProtectionStore,
  type Removed,
  type RetentionStore,
  type Store,
  type StoredTemplate,
  type Subject,
  type SubjectChange,
  type SubjectDetails,
  type SubjectPage,
  type SubjectSummary,
  type TemplateSummary,
  wrongModel,
} from '../store.js'
import { SqlAudit } from './audit-log.js'
import { detailsOf, meeting, writeDetails } from './details.js'
import { newId, now, rowsAtATime, sameFace } from './rows.js'
import type { Schema } from './schema.js'
import { openCrops, resealFor, sealCrops } from './sealed-rows.js'
import { SqlBackups } from './sql-backups.js'
import { SqlCalibrations } from './sql-calibrations.js'
import { SqlCorrections } from './sql-corrections.js'
import type { SqlDatabase } from './sql-database.js'
import { forgetDecisions, renameInDecisions, SqlDecisions } from './sql-decisions.js'
import { dumpRows } from './sql-dump.js'
import { SqlFaces } from './sql-faces.js'
import { type Change, type GalleryAccess, galleryGone, SqlGallery } from './sql-gallery.js'
import { SqlMigration } from './sql-migration.js'
import { SqlPeople } from './sql-people.js'
import { SqlProtection } from './sql-protection.js'
import { SqlRetention } from './sql-retention.js'

/** A gallery in a database. */
export class SqlStore implements Store {
  readonly people: PeopleStore
  readonly enrolled: EnrolledFaceStore
  readonly corrections: CorrectionStore
  readonly calibrations: CalibrationStore
  readonly decisions: DecisionStore
  readonly audit: AuditStore
  readonly protection: ProtectionStore
  readonly retention: RetentionStore
  readonly backups: BackupStore
  readonly migration: MigrationStore
  readonly #gallery: SqlGallery
  readonly #owns: boolean

  private constructor(gallery: SqlGallery, owns: boolean) {
    this.#owns = owns
    this.#gallery = gallery
    this.people = new SqlPeople(gallery)
    this.enrolled = new SqlFaces(gallery)
    this.corrections = new SqlCorrections(gallery)
    this.calibrations = new SqlCalibrations(gallery)
    this.decisions = new SqlDecisions(gallery)
    this.audit = new SqlAudit(gallery)
    this.protection = new SqlProtection(gallery)
    this.retention = new SqlRetention(gallery)
    this.backups = new SqlBackups(gallery)
    this.migration = new SqlMigration(gallery)
  }

  /**
   * @param name - Of the gallery in the database; made when it is not there.
   * @param owns - Whether the database is to be closed with the store.
   */
  static async open(
    database: SqlDatabase,
    name: string,
    access: GalleryAccess = { actor: 'agnize' },
    owns = true,
  ): Promise<SqlStore> {
    try {
      const found = await database.read((db) => galleryCalled(db, name))
      if (found) return await SqlStore.#of(new SqlGallery(database, found.id, access), owns)
      if (access.create === false) {
        throw new AgnizeError(
          'unknown-gallery',
          `There is no gallery ${JSON.stringify(name)}: "agnize gallery list" shows those that are.`,
        )
      }
      const made = await database.transact(async (db) => {
        const id = newId()
        const counts = { version: 0, next_key: 1, people: 0, templates: 0, removals_from: 0 }
        await db
          .insertInto('galleries')
          .values({ id, name, ...counts, created_at: now() })
          .onConflict((conflict) => conflict.column('name').doNothing())
          .execute()
        const row = (await galleryCalled(db, name))!
        if (row.id === id) await database.vectors?.prepare(db, id)
        return row
      })
      return new SqlStore(new SqlGallery(database, made.id, access), owns)
    } catch (error) {
      if (owns) await database.close()
      throw error
    }
  }

  static async #of(gallery: SqlGallery, owns: boolean): Promise<SqlStore> {
    // Before anything is asked of it: a key that is missing or wrong.
    await gallery.read((db) => gallery.vault(db))
    return new SqlStore(gallery, owns)
  }

  get id(): string {
    return this.#gallery.id
  }

  /** Where the gallery is. @internal */
  get gallery(): SqlGallery {
    return this.#gallery
  }

  state(): Promise<GalleryState> {
    return this.#gallery.read(async (db) => {
      const { protection, ...state } = await db
        .selectFrom('galleries')
        .leftJoin('gallery_models', (join) =>
          join
            .onRef('gallery_models.gallery_id', '=', 'galleries.id')
            .on('gallery_models.role', '=', 'active'),
        )
        .select(['version', 'people', 'templates', 'model', 'protection'])
        .where('galleries.id', '=', this.#gallery.id)
        .executeTakeFirstOrThrow(galleryGone)
      this.#gallery.vaultOf(protection)
      return state
    })
  }

  galleries(): Promise<GallerySummary[]> {
    return this.#gallery.read(async (db) => {
      const rows = await db
        .selectFrom('galleries')
        .leftJoin('gallery_models', (join) =>
          join
            .onRef('gallery_models.gallery_id', '=', 'galleries.id')
            .on('gallery_models.role', '=', 'active'),
        )
        .select(['name', 'people', 'templates', 'model', 'protection'])
        .orderBy('name')
        .execute()
      return rows.map(({ protection, ...row }) => ({ ...row, isProtected: protection !== null }))
    })
  }

  async add(name: string, template: NewTemplate): Promise<Added> {
    return (await this.addEach([{ name, template }]))[0]!
  }

  addEach(entries: readonly NamedTemplate[]): Promise<Added[]> {
    return this.#gallery.change(async (db, change) => {
      const added: Added[] = []
      for (let i = 0; i < entries.length; i += rowsAtATime) {
        added.push(...(await this.#addSome(db, change, entries.slice(i, i + rowsAtATime))))
      }
      return added
    })
  }

  async #addSome(
    db: Kysely<Schema>,
    change: Change,
    entries: readonly NamedTemplate[],
  ): Promise<Added[]> {
    const known = await this.#knownFaces(
      db,
      entries.map(({ template }) => template.photoHash),
    )
    // A face that comes twice is added once, and makes nobody the second time.
    const seen: FaceOfPhoto[] = [...known]
    const fresh = entries.filter(({ template }) => {
      if (seen.some((each) => isSameFace(each, template))) return false
      seen.push(template)
      return true
    })
    await this.#bindModel(
      db,
      fresh.map(({ template }) => template),
    )
    const subjects = await this.#subjectsCalled(db, change, fresh)
    const seals = await this.#gallery.seals(
      db,
      [...subjects.values()].map(({ id }) => id),
    )
    const created_at = now()
    const gallery_id = this.#gallery.id
    const enrolled = new Map<string, number>()
    const crops: Insertable<Schema['crops']>[] = []
    const templates: Schema['templates'][] = []
    const added = entries.map(({ name, template }): Added => {
      const before = sameFaceIn(known, template)
      if (before) return { outcome: 'known', ...before }
      const subject = subjects.get(name)!
      const { box, photo, photoHash } = template
      const own = { gallery_id, subject_id: subject.id, created_at }
      const crop = { ...own, id: newId(), photo, photo_hash: photoHash, ...box }
      const seal = seals(subject.id)
      crops.push({ ...crop, ...sealCrops(seal, template.crops, crop.id) })
      const templateId = newId()
      templates.push({
        ...own,
        id: templateId,
        key: change.newKey(),
        crop_id: crop.id,
        model: template.model,
        vector: seal.sealVector(template.vector, templateId),
        quality: template.quality,
      })
      change.touch(subject.id)
      enrolled.set(subject.id, (enrolled.get(subject.id) ?? 0) + 1)
      known.push({ photoHash, box, subject, templateId })
      return { outcome: 'added', subject, templateId }
    })
    if (crops.length > 0) {
      await db.insertInto('crops').values(crops).execute()
      await db.insertInto('templates').values(templates).execute()
    }
    for (const [id, templates] of enrolled) change.record('enrol', id, { templates })
    return added
  }

  /** Faces of photos that are enrolled. */
  async #knownFaces(db: Kysely<Schema>, photoHashes: string[]): Promise<KnownFace[]> {
    const crops = await db
      .selectFrom('crops')
      .select(['id', 'photo_hash', 'x', 'y', 'width', 'height'])
      .where('gallery_id', '=', this.#gallery.id)
      .where('photo_hash', 'in', [...new Set(photoHashes)])
      .execute()
    if (crops.length === 0) return []
    // Not joined to the crops: without statistics a planner may begin at the wrong end.
    const templates = await db
      .selectFrom('templates')
      .innerJoin('subjects', (join) =>
        join
          .onRef('subjects.gallery_id', '=', 'templates.gallery_id')
          .onRef('subjects.id', '=', 'templates.subject_id'),
      )
      .select(['subjects.id', 'subjects.name', 'templates.id as templateId', 'templates.crop_id'])
      .where('templates.gallery_id', '=', this.#gallery.id)
      .where(
        'templates.crop_id',
        'in',
        crops.map(({ id }) => id),
      )
      .execute()
    const faces = new Map(crops.map(({ id, ...face }) => [id, face]))
    return templates.map(({ id, name, templateId, crop_id }) => {
      const { photo_hash, ...box } = faces.get(crop_id)!
      return { photoHash: photo_hash, box, subject: { id, name }, templateId }
    })
  }

  /** The first template decides the gallery's model; an emptied gallery is free to take another. */
  async #bindModel(db: Kysely<Schema>, templates: readonly NewTemplate[]): Promise<void> {
    const [first] = templates
    if (!first) return
    const other = templates.find(({ model }) => model !== first.model)
    if (other) throw wrongModel(first.model, other.model)
    const active = await this.#gallery.activeModel(db)
    const dimensions = active?.model === first.model ? active.dimensions : first.vector.length
    if (templates.some(({ vector }) => vector.length !== dimensions)) {
      throw new AgnizeError(
        'wrong-model',
        `A template of ${first.model} has ${dimensions} numbers, and one of these has not: it was made by something else.`,
      )
    }
    if (active?.model === first.model) return
    const models = () => db.deleteFrom('gallery_models').where('gallery_id', '=', this.#gallery.id)
    if (active) {
      const template = await db
        .selectFrom('templates')
        .select('id')
        .where('gallery_id', '=', this.#gallery.id)
        .limit(1)
        .executeTakeFirst()
      if (template) throw wrongModel(active.model, first.model)
      await models().execute()
    }
    await db
      .insertInto('gallery_models')
      .values({
        gallery_id: this.#gallery.id,
        model: first.model,
        dimensions: first.vector.length,
        role: 'active',
      })
      .execute()
  }

  /** Subjects by name; those that are new are made. */
  async #subjectsCalled(
    db: Kysely<Schema>,
    change: Change,
    entries: readonly Omit<NamedTemplate, 'template'>[],
  ): Promise<Map<string, Subject>> {
    const since = new Map(entries.map(({ name, since }) => [name, since]))
    const wanted = [...since.keys()]
    if (wanted.length === 0) return new Map()
    const rows = await db
      .selectFrom('subjects')
      .select(['id', 'name'])
      .where('gallery_id', '=', this.#gallery.id)
      .where('name', 'in', wanted)
      .execute()
    const subjects = new Map(rows.map((row) => [row.name, row]))
    const missing = wanted.filter((name) => !subjects.has(name))
    const created_at = now()
    const made = missing.map((name) => ({
      gallery_id: this.#gallery.id,
      id: newId(),
      key: change.newKey(),
      name,
      metadata: '{}',
      templates: 0,
      changed: change.version,
      created_at: since.get(name) ?? created_at,
    }))
    if (made.length > 0) {
      await db.insertInto('subjects').values(made).execute()
      for (const { id, name } of made) subjects.set(name, { id, name })
      const vault = await this.#gallery.vault(db)
      if (vault.isSealed) {
        const keys = made.map(({ id }) => ({
          gallery_id: this.#gallery.id,
          subject_id: id,
          sealed: vault.newSubject(id).sealed!,
        }))
        await db.insertInto('subject_keys').values(keys).execute()
      }
    }
    return subjects
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
      const made = await this.#subjectsCalled(db, change, [{ name, ...(since && { since }) }])
      const { id } = made.get(name)!
      if (details) await this.#writeDetails(db, id, details)
      change.touch(id)
      change.record('create', id)
      return this.#summary(db, id)
    })
  }

  faces(name: string): Promise<KeptFace[]> {
    return this.#gallery.read(async (db) => {
      const { id } = await this.#gallery.require(db, name)
      const vault = await this.#gallery.vault(db)
      const seal = (await this.#gallery.seals(db, [id]))(id)
      const of = { gallery_id: this.#gallery.id, subject_id: id }
      const crops = await db
        .selectFrom('crops')
        .selectAll()
        .where('gallery_id', '=', of.gallery_id)
        .where('subject_id', '=', of.subject_id)
        .orderBy('id')
        .execute()
      const templates = await db
        .selectFrom('templates')
        .select(['id', 'crop_id', 'model', 'vector', 'quality'])
        .where('gallery_id', '=', of.gallery_id)
        .where('subject_id', '=', of.subject_id)
        .execute()
      return crops.map((crop): KeptFace => {
        const { x, y, width, height } = crop
        const opened = openCrops(seal, crop, crop.id)
        return {
          id: crop.id,
          photo: crop.photo,
          photoHash: crop.photo_hash,
          box: { x, y, width, height },
          createdAt: crop.created_at,
          crops: opened.padded.length > 0 ? opened : null,
          templates: templates
            .filter(({ crop_id }) => crop_id === crop.id)
            .map(({ id, model, vector, quality }) => ({
              id,
              model,
              vector: vault.reveal(seal.openVector(vector, id)),
              quality,
            })),
        }
      })
    })
  }

  dump<T>(
    work: (lines: AsyncIterable<ArchiveLine>, keys: ReadonlyMap<string, Uint8Array>) => Promise<T>,
  ): Promise<T> {
    const { database, id } = this.#gallery
    return database.snapshot(async (db) => {
      const keys = await db
        .selectFrom('subject_keys')
        .select(['subject_id', 'sealed'])
        .where('gallery_id', '=', id)
        .execute()
      return work(dumpRows(db, id), new Map(keys.map((key) => [key.subject_id, key.sealed])))
    })
  }

  templates(): Promise<StoredTemplate[]> {
    return this.#gallery.read(async (db) => {
      const active = await this.#gallery.activeModel(db)
      const rows = await this.#templatesWithCrops(db)
        .innerJoin('subjects', (join) =>
          join
            .onRef('subjects.gallery_id', '=', 'templates.gallery_id')
            .onRef('subjects.id', '=', 'templates.subject_id'),
        )
        .select(['templates.id', 'templates.vector', 'templates.quality', 'crops.photo'])
        .select(['subjects.id as subjectId', 'subjects.name as subjectName'])
        .where('templates.model', '=', active?.model ?? '')
        .orderBy('subjects.key')
        .orderBy('templates.key')
        .execute()
      const vault = await this.#gallery.vault(db)
      const seals = await this.#gallery.seals(
        db,
        rows.map(({ subjectId }) => subjectId),
      )
      const subjects = new Map<string, Subject>()
      return rows.map(({ id, vector, quality, photo, subjectId, subjectName }) => {
        const subject = subjects.get(subjectId) ?? { id: subjectId, name: subjectName }
        subjects.set(subjectId, subject)
        const opened = seals(subjectId).openVector(vector, id)
        return { id, quality, photo, subject, vector: vault.reveal(opened) }
      })
    })
  }

  crops(templateIds: readonly string[]): Promise<Map<string, Crops>> {
    return this.#gallery.read(async (db) => {
      const crops = new Map<string, Crops>()
      for (let i = 0; i < templateIds.length; i += rowsAtATime) {
        const rows = await this.#templatesWithCrops(db)
          .select(['templates.id', 'templates.subject_id', 'templates.crop_id'])
          .select(['crops.aligned', 'crops.padded'])
          .where('templates.id', 'in', templateIds.slice(i, i + rowsAtATime))
          .execute()
        const seals = await this.#gallery.seals(
          db,
          rows.map(({ subject_id }) => subject_id),
        )
        for (const { id, subject_id, crop_id, ...sealed } of rows) {
          const opened = openCrops(seals(subject_id), sealed, crop_id)
          // Where only a template was imported, nothing is kept of the face.
          if (opened.padded.length > 0) crops.set(id, opened)
        }
      }
      return crops
    })
  }

  #templatesWithCrops(db: Kysely<Schema>) {
    return db
      .selectFrom('templates')
      .innerJoin('crops', (join) =>
        join
          .onRef('crops.gallery_id', '=', 'templates.gallery_id')
          .onRef('crops.id', '=', 'templates.crop_id'),
      )
      .where('templates.gallery_id', '=', this.#gallery.id)
  }

  subjects({ filter, search, after, limit }: SubjectPage = {}): Promise<SubjectSummary[]> {
    return this.#gallery.read(async (db) => {
      let query = this.#summaries(db).orderBy('subjects.name')
      if (filter) query = meeting(query, this.#gallery.id, filter)
      if (search) query = query.where(this.#gallery.database.contains('subjects.name', search))
      if (after !== undefined) query = query.where('subjects.name', '>', after)
      if (limit !== undefined) query = query.limit(limit)
      return detailsOf(db, this.#gallery.id, await query.execute())
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

  async destroy(): Promise<void> {
    const { database, id } = this.#gallery
    await database.transact(async (db) => {
      await database.lock(db, id)
      await database.vectors?.drop(db, id)
      // From the leaves: a model cannot go before its templates.
      for (const table of ['templates', 'galleries'] as const) {
        await db
          .deleteFrom(table)
          .where(table === 'galleries' ? 'id' : 'gallery_id', '=', id)
          .execute()
      }
    })
    await database.scrub()
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
      change.touch(id)
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
    change.touch(id)
    change.record('rename', id)
  }

  /** @throws AgnizeError `subject-exists` where another than `id` has the name. */
  async #requireNameFree(db: Kysely<Schema>, name: string, id?: string): Promise<void> {
    const taken = await this.#gallery.find(db, name)
    if (!taken || taken.id === id) return
    throw new AgnizeError(
      'subject-exists',
      `There is already somebody called ${JSON.stringify(name)}: choose another name${id ? ', or "agnize people merge" if they are the same person' : ''}.`,
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
      `${JSON.stringify(other.name)} has the external id ${JSON.stringify(externalId)} already: take it from them first.`,
    )
  }

  templatesOf(name: string): Promise<TemplateSummary[]> {
    return this.#gallery.read(async (db) => {
      const { id } = await this.#gallery.require(db, name)
      const active = await this.#gallery.activeModel(db)
      const rows = await this.#templatesWithCrops(db)
        .select(['templates.id', 'templates.quality', 'templates.created_at as createdAt'])
        .select(['crops.photo', 'crops.x', 'crops.y', 'crops.width', 'crops.height'])
        .where('templates.subject_id', '=', id)
        .where('templates.model', '=', active?.model ?? '')
        .orderBy('templates.key')
        .execute()
      return rows.map(({ x, y, width, height, ...rest }) => ({
        ...rest,
        box: { x, y, width, height },
      }))
    })
  }

  rename(name: string, newName: string): Promise<Subject> {
    return this.#gallery.change(async (db, change) => {
      const { id } = await this.#gallery.require(db, name)
      await this.#rename(db, change, id, newName)
      return { id, name: newName }
    })
  }

  async remove(name: string, action = 'remove'): Promise<Removed> {
    const removed = await this.#gallery.change(async (db, change) => {
      const { id } = await this.#gallery.require(db, name)
      const summary = await this.#summary(db, id)
      const { corrections } = await db
        .selectFrom('corrections')
        .select((expression) => expression.fn.countAll<number>().as('corrections'))
        .where('gallery_id', '=', this.#gallery.id)
        .where('subject_id', '=', id)
        .executeTakeFirstOrThrow()
      const decisions = await forgetDecisions(db, this.#gallery.id, id)
      await change.remove(id)
      change.record(action, id, { templates: summary.templates })
      return { ...summary, corrections: Number(corrections), decisions }
    })
    await this.#gallery.database.scrub()
    return removed
  }

  traces(subjectId: string): Promise<Record<string, number>> {
    return this.#gallery.read(async (db) => {
      const found: Record<string, number> = {}
      const { vectors } = this.#gallery.database
      for (const table of [...subjectTables, ...(vectors ? [vectors.table] : [])]) {
        const { rows } = await sql<{
          count: number
        }>`select count(*) as count from ${sql.table(table)}
          where gallery_id = ${this.#gallery.id} and subject_id = ${subjectId}`.execute(db)
        const count = Number(rows[0]!.count)
        if (count > 0) found[table] = count
      }
      return found
    })
  }

  merge(from: string, into: string): Promise<SubjectSummary> {
    return this.#gallery.change(async (db, change) => {
      const source = await this.#gallery.require(db, from)
      const target = await this.#gallery.require(db, into)
      if (source.id === target.id) {
        throw new AgnizeError('bad-argument', 'A person cannot be merged with themselves.')
      }
      await resealFor(db, this.#gallery, source.id, target.id)
      for (const table of ['crops', 'templates', 'corrections'] as const) {
        await db
          .updateTable(table)
          .set({ subject_id: target.id })
          .where('gallery_id', '=', this.#gallery.id)
          .where('subject_id', '=', source.id)
          .execute()
      }
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

  async check(): Promise<string[]> {
    const problems = await this.#gallery.database.check()
    if (problems.length > 0) return problems
    return this.#gallery.read(async (db) => {
      const state = await this.state()
      const { people, templates } = await db
        .selectFrom('subjects')
        .select((expression) => [
          expression.fn.sum<number>('templates').as('templates'),
          sql<number>`sum(case when templates > 0 then 1 else 0 end)`.as('people'),
        ])
        .where('gallery_id', '=', this.#gallery.id)
        .executeTakeFirstOrThrow()
      const right =
        Number(people ?? 0) === state.people && Number(templates ?? 0) === state.templates
      return right ? [] : ['the counts of people and photos are not those of the people']
    })
  }

  async close(): Promise<void> {
    if (this.#owns) await this.#gallery.database.close()
  }
}

/** Tables whose rows belong to a subject. */
const subjectTables = [
  'templates',
  'crops',
  'corrections',
  'decision_subjects',
  'subject_keys',
  'subject_labels',
] as const

interface KnownFace {
  readonly photoHash: string
  readonly box: NewTemplate['box']
  readonly subject: Subject
  readonly templateId: string
}

type FaceOfPhoto = Pick<KnownFace, 'photoHash' | 'box'>

const isSameFace = (a: FaceOfPhoto, b: FaceOfPhoto) =>
  a.photoHash === b.photoHash && overlap(a.box, b.box) > sameFace

function sameFaceIn(known: readonly KnownFace[], template: NewTemplate) {
  const face = known.find((each) => isSameFace(each, template))
  return face && { subject: face.subject, templateId: face.templateId }
}

function galleryCalled(db: Kysely<Schema>, name: string) {
  return db.selectFrom('galleries').select('id').where('name', '=', name).executeTakeFirst()
}
