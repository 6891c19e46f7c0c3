import { type CompiledQuery, type Kysely, sql } from 'kysely'
import { AgnizeError } from '../../base/errors.js'
import type { ArchiveLine } from '../archive/archive-file.js'
import type { AuditStore } from '../audit-store.js'
import type { BackupStore } from '../backup-store.js'
import type { CalibrationStore } from '../calibration-store.js'
import type { CameraStore } from '../camera-store.js'
import type { ChallengeStore } from '../challenge-store.js'
import type { CorrectionStore } from '../correction-store.js'
import type { DecisionStore } from '../decision-store.js'
import type { DeliveryStore } from '../delivery-store.js'
import type { DifferentPeopleStore } from '../different-people-store.js'
import type { EnrolledFaceStore } from '../enrolled-faces.js'
import type { GreetingStore } from '../greeting-store.js'
import type { KeptFace } from '../kept-face.js'
import type { MigrationStore } from '../migration-store.js'
import type { PeopleStore } from '../people-store.js'
import type { ProtectionStore } from '../protection-store.js'
import type { ReferenceStore } from '../reference-store.js'
import type { RetentionStore } from '../retention-store.js'
import type {
  CreatedSubject,
  GalleryState,
  GallerySummary,
  NewSubject,
  Removed,
  RemoveOptions,
  Store,
} from '../store.js'
import type {
  Subject,
  SubjectChange,
  SubjectDetails,
  SubjectPage,
  SubjectSummary,
  TagCount,
  TemplateSummary,
} from '../subject.js'
import type { Added, NamedTemplate, NewTemplate, StoredTemplate } from '../template.js'
import type { VisitorStore, VisitStore } from '../visit-store.js'
import { SqlAudit } from './audit-log.js'
import { damageMessages } from './checksums.js'
import { newId, now } from './rows.js'
import { SqlBackups } from './sql-backups.js'
import { SqlCalibrations } from './sql-calibrations.js'
import { SqlCameras } from './sql-cameras.js'
import { SqlChallenges } from './sql-challenges.js'
import { SqlCorrections } from './sql-corrections.js'
import type { SqlDatabase } from './sql-database.js'
import { SqlDecisions } from './sql-decisions.js'
import { SqlDeliveries } from './sql-deliveries.js'
import { SqlDifferentPeople } from './sql-different-people.js'
import { dumpRows } from './sql-dump.js'
import { SqlEnrollment } from './sql-enrollment.js'
import { SqlFaces } from './sql-faces.js'
import { type GalleryAccess, galleryGone, SqlGallery } from './sql-gallery.js'
import { SqlGreeting } from './sql-greeting.js'
import { SqlMigration } from './sql-migration.js'
import { SqlPeople } from './sql-people.js'
import { SqlProtection } from './sql-protection.js'
import { SqlReferences } from './sql-references.js'
import { SqlRetention } from './sql-retention.js'
import { SqlSubjects } from './sql-subjects.js'
import { SqlTemplates } from './sql-templates.js'
import { SqlVisitors } from './sql-visitors.js'
import { SqlVisits } from './sql-visits.js'
import type { Schema } from './tables.js'

/** A gallery in a database. */
export class SqlStore implements Store {
  readonly people: PeopleStore
  readonly enrolled: EnrolledFaceStore
  readonly corrections: CorrectionStore
  readonly different: DifferentPeopleStore
  readonly calibrations: CalibrationStore
  readonly decisions: DecisionStore
  readonly challenges: ChallengeStore
  readonly cameras: CameraStore
  readonly visits: VisitStore
  readonly visitors: VisitorStore
  readonly deliveries: DeliveryStore
  readonly references: ReferenceStore
  readonly audit: AuditStore
  readonly protection: ProtectionStore
  readonly retention: RetentionStore
  readonly greeting: GreetingStore
  readonly backups: BackupStore
  readonly migration: MigrationStore
  readonly #gallery: SqlGallery
  readonly #enrollment: SqlEnrollment
  readonly #subjects: SqlSubjects
  readonly #templates: SqlTemplates
  readonly #owns: boolean
  #stateQuery: CompiledQuery<GalleryState & { readonly protection: string | null }> | undefined

  private constructor(gallery: SqlGallery, owns: boolean) {
    this.#owns = owns
    this.#gallery = gallery
    this.#enrollment = new SqlEnrollment(gallery)
    this.#subjects = new SqlSubjects(gallery, this.#enrollment)
    this.#templates = new SqlTemplates(gallery)
    this.people = new SqlPeople(gallery)
    this.enrolled = new SqlFaces(gallery, this.#enrollment)
    this.corrections = new SqlCorrections(gallery)
    this.different = new SqlDifferentPeople(gallery)
    this.calibrations = new SqlCalibrations(gallery)
    this.decisions = new SqlDecisions(gallery)
    this.challenges = new SqlChallenges(gallery)
    this.cameras = new SqlCameras(gallery)
    this.visits = new SqlVisits(gallery)
    this.visitors = new SqlVisitors(gallery)
    this.deliveries = new SqlDeliveries(gallery)
    this.references = new SqlReferences(gallery, this.#enrollment)
    this.audit = new SqlAudit(gallery)
    this.protection = new SqlProtection(gallery)
    this.retention = new SqlRetention(gallery)
    this.greeting = new SqlGreeting(gallery)
    this.backups = new SqlBackups(gallery)
    this.migration = new SqlMigration(gallery)
  }

  /**
   * @param name - Name of the gallery in the database; it is created when it does not exist.
   * @param owns - Whether closing the store closes the database.
   */
  static async open(
    database: SqlDatabase,
    name: string,
    access: GalleryAccess = { actor: 'agnize' },
    owns = true,
  ): Promise<SqlStore> {
    try {
      const found = await database.read((db) => findGallery(db, name))
      if (found) return await SqlStore.#of(new SqlGallery(database, found.id, access), owns)
      if (access.create === false) {
        throw new AgnizeError(
          'unknown-gallery',
          `There is no gallery ${JSON.stringify(name)}: "agnize gallery list" shows the galleries.`,
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
        const row = (await findGallery(db, name))!
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
    // Fails early where the key is missing or wrong.
    await gallery.read((db) => gallery.vault(db))
    return new SqlStore(gallery, owns)
  }

  get id(): string {
    return this.#gallery.id
  }

  /** The gallery in its database. */
  get gallery(): SqlGallery {
    return this.#gallery
  }

  state(): Promise<GalleryState> {
    return this.#gallery.read(async (db) => {
      // Runs several times for each photo: building the query costs more than running it.
      this.#stateQuery ??= db
        .selectFrom('galleries')
        .leftJoin('gallery_models', (join) =>
          join
            .onRef('gallery_models.gallery_id', '=', 'galleries.id')
            .on('gallery_models.role', '=', 'active'),
        )
        .select(['version', 'people', 'templates', 'model', 'protection'])
        .where('galleries.id', '=', this.#gallery.id)
        .compile()
      const [row] = (await db.executeQuery(this.#stateQuery)).rows
      if (!row) throw galleryGone()
      const { protection, ...state } = row
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

  subjectCounts(): Promise<Map<string, number>> {
    return this.#gallery.read(async (db) => {
      const rows = await db
        .selectFrom('galleries')
        .innerJoin('subjects', 'subjects.gallery_id', 'galleries.id')
        .select('galleries.name')
        .select(({ fn }) => fn.countAll<number>().as('subjects'))
        .groupBy('galleries.name')
        .execute()
      return new Map(rows.map(({ name, subjects }) => [name, Number(subjects)]))
    })
  }

  async add(name: string, template: NewTemplate): Promise<Added> {
    return (await this.addEach([{ name, template }]))[0]!
  }

  addEach(entries: readonly NamedTemplate[]): Promise<Added[]> {
    return this.#enrollment.addEach(entries)
  }

  create(
    name: string,
    options?: { readonly since?: string; readonly details?: Partial<SubjectDetails> },
  ): Promise<SubjectSummary> {
    return this.#subjects.create(name, options)
  }

  createEach(subjects: readonly NewSubject[]): Promise<CreatedSubject[]> {
    return this.#subjects.createEach(subjects)
  }

  subjects(page?: SubjectPage): Promise<SubjectSummary[]> {
    return this.#subjects.subjects(page)
  }

  tags(): Promise<TagCount[]> {
    return this.#subjects.tags()
  }

  withId(id: string): Promise<Subject | undefined> {
    return this.#subjects.withId(id)
  }

  subject(name: string): Promise<SubjectSummary> {
    return this.#subjects.subject(name)
  }

  update(
    name: string,
    change: SubjectChange,
    check?: (before: SubjectSummary) => void,
  ): Promise<SubjectSummary> {
    return this.#subjects.update(name, change, check)
  }

  rename(name: string, newName: string): Promise<Subject> {
    return this.#subjects.rename(name, newName)
  }

  remove(name: string, options?: RemoveOptions): Promise<Removed> {
    return this.#subjects.remove(name, options)
  }

  traces(subjectId: string): Promise<Record<string, number>> {
    return this.#subjects.traces(subjectId)
  }

  merge(
    from: string,
    into: string,
    check?: (before: SubjectSummary) => void,
  ): Promise<SubjectSummary> {
    return this.#subjects.merge(from, into, check)
  }

  templates(): Promise<StoredTemplate[]> {
    return this.#templates.all()
  }

  faces(name: string): Promise<KeptFace[]> {
    return this.#templates.faces(name)
  }

  crops(templateIds: readonly string[]): Promise<Map<string, Uint8Array>> {
    return this.#templates.crops(templateIds)
  }

  templatesOf(name: string): Promise<TemplateSummary[]> {
    return this.#templates.of(name)
  }

  dump<T>(
    work: (lines: AsyncIterable<ArchiveLine>, keys: ReadonlyMap<string, Uint8Array>) => Promise<T>,
  ): Promise<T> {
    const { database, id } = this.#gallery
    return database.snapshot(async (db) => {
      const [damaged] = damageMessages(await database.damaged(db, id))
      if (damaged !== undefined) {
        throw new AgnizeError(
          'gallery-damaged',
          `The gallery is damaged, and a backup would be as well: ${damaged}. "agnize gallery repair" saves what is readable, or restore an older backup.`,
        )
      }
      const keys = await db
        .selectFrom('subject_keys')
        .select(['subject_id', 'sealed'])
        .where('gallery_id', '=', id)
        .execute()
      return work(dumpRows(db, id), new Map(keys.map((key) => [key.subject_id, key.sealed])))
    })
  }

  async destroy(): Promise<void> {
    const { database, id } = this.#gallery
    await database.transact(async (db) => {
      await database.lock(db, id)
      await database.vectors?.drop(db, id)
      // Referencing rows first: a model cannot be deleted before its templates.
      for (const table of ['templates', 'galleries'] as const) {
        await db
          .deleteFrom(table)
          .where(table === 'galleries' ? 'id' : 'gallery_id', '=', id)
          .execute()
      }
    })
    await database.rewrite()
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
      return right ? [] : ['the stored counts of people and photos are wrong']
    })
  }

  rewrite(): Promise<void> {
    return this.#gallery.database.rewrite()
  }

  async close(): Promise<void> {
    if (this.#owns) await this.#gallery.database.close()
  }
}

function findGallery(db: Kysely<Schema>, name: string) {
  return db.selectFrom('galleries').select('id').where('name', '=', name).executeTakeFirst()
}
