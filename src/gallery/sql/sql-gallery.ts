import type { CompiledQuery, Kysely } from 'kysely'
import { AgnizeError } from '../../base/errors.js'
import type { AuditEntry } from '../audit-store.js'
import type { Subject } from '../subject.js'
import { type MasterKey, type Protection, type Seal, Vault } from '../vault.js'
import { appendToAuditLog } from './audit-chain.js'
import { batchSize, chunks } from './rows.js'
import type { SqlDatabase } from './sql-database.js'
import { noCohort, type Schema } from './tables.js'

/** Number of versions for which removed subjects are listed. Judgment. */
const rememberedVersions = 100_000

/** The error for a gallery that was deleted meanwhile. */
export const galleryGone = () =>
  new AgnizeError(
    'unknown-gallery',
    'The gallery no longer exists: it was deleted in the meantime.',
  )

/** Name of the actor, or a function that returns it. */
export type Actor = string | (() => string)

/** Access to a gallery: actor and key. */
export interface GalleryAccess {
  /** Master key of a protected gallery. */
  readonly key?: MasterKey | undefined
  /** Actor that the audit log records, or a function that returns it at each change. */
  readonly actor: Actor
  /** Name of the detector that is recorded with the first template; default the first one. */
  readonly detector?: string | undefined
  /** Whether a missing gallery is created; default true. */
  readonly create?: boolean
}

/** One gallery in an open database: how its tables are read and changed. */
export class SqlGallery {
  readonly database: SqlDatabase
  /** Id of the gallery. */
  readonly id: string
  readonly #actor: Actor
  readonly #detector: string | undefined
  #expectedCohort: { readonly model: string; readonly sha256: string | null } | undefined
  #key: MasterKey | undefined
  #protectionQuery: CompiledQuery<{ readonly protection: string | null }> | undefined
  #vault: { readonly protection: string | null; readonly vault: Vault } = {
    protection: null,
    vault: Vault.plain,
  }

  constructor(database: SqlDatabase, id: string, { key, actor, detector }: GalleryAccess) {
    this.database = database
    this.id = id
    this.#actor = actor
    this.#detector = detector
    this.#key = key
  }

  /** The current actor. */
  get actor(): string {
    return typeof this.#actor === 'string' ? this.#actor : this.#actor()
  }

  get key(): MasterKey | undefined {
    return this.#key
  }

  /** Sets the gallery's master key. */
  useKey(key: MasterKey): void {
    this.#key = key
  }

  /** The vault of the last read protection. */
  get knownVault(): Vault {
    return this.#vault.vault
  }

  /**
   * The vault for the gallery's current protection, which others may have changed.
   *
   * @throws AgnizeError `key-missing`, `wrong-key`.
   */
  async vault(db: Kysely<Schema>): Promise<Vault> {
    // Runs before each read of sealed data: building the query costs more than running it.
    this.#protectionQuery ??= db
      .selectFrom('galleries')
      .select('protection')
      .where('id', '=', this.id)
      .compile()
    const [row] = (await db.executeQuery(this.#protectionQuery)).rows
    if (!row) throw galleryGone()
    return this.vaultOf(row.protection)
  }

  /** The vault for a given protection. @throws AgnizeError `key-missing`, `wrong-key`. */
  vaultOf(protection: Protection | null): Vault {
    if (this.#vault.protection !== protection) {
      const vault = protection ? Vault.open(protection, this.id, this.#key) : Vault.plain
      this.#vault = { protection, vault }
    }
    return this.#vault.vault
  }

  /** The seals of subjects. */
  async seals(
    db: Kysely<Schema>,
    subjectIds: readonly string[],
  ): Promise<(subjectId: string) => Seal> {
    const vault = await this.vault(db)
    if (!vault.isSealed) return () => vault.seal
    const sealed = new Map<string, Uint8Array>()
    for (const ids of chunks([...new Set(subjectIds)])) {
      const rows = await db
        .selectFrom('subject_keys')
        .select(['subject_id', 'sealed'])
        .where('gallery_id', '=', this.id)
        .where('subject_id', 'in', ids)
        .execute()
      for (const row of rows) sealed.set(row.subject_id, row.sealed)
    }
    const seals = new Map<string, Seal>()
    return (id) => {
      const seal = seals.get(id) ?? vault.subject(id, sealed.get(id))
      seals.set(id, seal)
      return seal
    }
  }

  /** Runs a change of searchable data in one transaction, which increments the gallery's version. */
  change<T>(work: (db: Kysely<Schema>, change: Change) => Promise<T>): Promise<T> {
    return this.transact(async (db) => {
      await this.database.lock(db, this.id)
      const change = await Change.begin(db, this)
      const result = await work(db, change)
      await change.finish()
      return result
    })
  }

  /** Runs any other change in one transaction. */
  transact<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return this.database.transact(work)
  }

  read<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return this.database.read(work)
  }

  async find(db: Kysely<Schema>, name: string): Promise<(Subject & { key: number }) | undefined> {
    return db
      .selectFrom('subjects')
      .select(['id', 'name', 'key'])
      .where('gallery_id', '=', this.id)
      .where('name', '=', name)
      .executeTakeFirst()
  }

  /** @throws AgnizeError `unknown-subject`. */
  async require(db: Kysely<Schema>, name: string): Promise<Subject & { key: number }> {
    const subject = await this.find(db, name)
    if (subject) return subject
    throw new AgnizeError(
      'unknown-subject',
      `There is nobody named ${JSON.stringify(name)} in the gallery: "agnize people list" shows its people.`,
    )
  }

  /** Records the detector that the gallery's faces are found with from now on. */
  async recordDetector(
    db: Kysely<Schema>,
    name: string | undefined = this.#detector,
  ): Promise<void> {
    await db
      .updateTable('galleries')
      .set({ detector: name ?? null })
      .where('id', '=', this.id)
      .execute()
  }

  /** The cohort to record with the first template of a model, as the column `cohort` has it. */
  cohortOf(model: string): string | null {
    const expected = this.#expectedCohort
    return expected?.model === model ? (expected.sha256 ?? noCohort) : null
  }

  /** Sets the cohort that is recorded with the first template of a model. */
  expectCohort(model: string, sha256: string | null): void {
    this.#expectedCohort = { model, sha256 }
  }

  /** The searched model; undefined while there are no templates. */
  async activeModel(
    db: Kysely<Schema>,
  ): Promise<{ model: string; dimensions: number } | undefined> {
    return db
      .selectFrom('gallery_models')
      .select(['model', 'dimensions'])
      .where('gallery_id', '=', this.id)
      .where('role', '=', 'active')
      .executeTakeFirst()
  }
}

/**
 * Number of rows from which a database counts a gallery, and again whenever it has doubled. Judgment: a smaller gallery is read
 * fast by any plan.
 */
const countedFrom = 256

/** Whether a gallery has grown so much that its rows are to be counted again. */
export function hasOutgrown(before: number, after: number): boolean {
  return after >= countedFrom && Math.floor(Math.log2(after)) > Math.floor(Math.log2(before || 1))
}

type Counts = Pick<
  Schema['galleries'],
  'version' | 'next_key' | 'people' | 'templates' | 'removals_from'
>

/** One change of a gallery, from the lock to the new version: maintains counters, keys and the list of changes. */
export class Change {
  readonly #db: Kysely<Schema>
  readonly #gallery: SqlGallery
  readonly #before: Counts
  #nextKey: number
  #removalsFrom = 0
  readonly #touched = new Set<string>()
  readonly #detailed = new Set<string>()
  readonly #entries: Omit<AuditEntry, 'number' | 'at' | 'actor'>[] = []
  readonly #removed: { key: number; templates: number }[] = []
  readonly #gained = { people: 0, templates: 0 }

  private constructor(db: Kysely<Schema>, gallery: SqlGallery, before: Counts) {
    this.#db = db
    this.#gallery = gallery
    this.#before = before
    this.#nextKey = before.next_key
  }

  static async begin(db: Kysely<Schema>, gallery: SqlGallery): Promise<Change> {
    const before = await db
      .selectFrom('galleries')
      .select(['version', 'next_key', 'people', 'templates', 'removals_from'])
      .where('id', '=', gallery.id)
      .executeTakeFirstOrThrow(galleryGone)
    return new Change(db, gallery, before)
  }

  /** The version that this change creates. */
  get version(): number {
    return this.#before.version + 1
  }

  /** The newest key. */
  get lastKey(): number {
    return this.#nextKey - 1
  }

  /** A key for a new subject or template. */
  newKey(): number {
    return this.#nextKey++
  }

  /** Marks a subject whose templates changed. */
  touch(subjectId: string): void {
    this.#touched.add(subjectId)
  }

  /** Marks a subject whose name or details changed, but not its templates: its vectors stay as they are. */
  touchDetails(subjectId: string): void {
    this.#detailed.add(subjectId)
  }

  /** Sets the totals after all rows were counted. */
  counted(people: number, templates: number): void {
    this.#gained.people = people - this.#before.people
    this.#gained.templates = templates - this.#before.templates
  }

  /** Makes every cache reload the gallery. */
  forgetRemovals(): void {
    this.#removalsFrom = this.version
  }

  /** Adds an entry to the audit log, without names and biometrics. */
  record(action: string, subjectId: string | null, details: AuditEntry['details'] = {}): void {
    this.#entries.push({ action, subjectId, details })
  }

  /** Deletes a subject with all rows that reference it. */
  async remove(subjectId: string): Promise<void> {
    const { key, templates } = await this.#db
      .selectFrom('subjects')
      .select(['key', 'templates'])
      .where('gallery_id', '=', this.#gallery.id)
      .where('id', '=', subjectId)
      .executeTakeFirstOrThrow()
    this.#removed.push({ key, templates })
    this.#touched.delete(subjectId)
    this.#detailed.delete(subjectId)
    await this.#db
      .deleteFrom('subjects')
      .where('gallery_id', '=', this.#gallery.id)
      .where('id', '=', subjectId)
      .execute()
  }

  /** Counts the templates of the subjects touched so far. */
  async recount(): Promise<void> {
    const touched = [...this.#touched]
    this.#touched.clear()
    for (let i = 0; i < touched.length; i += batchSize) {
      await this.#recount(touched.slice(i, i + batchSize))
    }
    const counted = new Set(touched)
    const detailed = [...this.#detailed].filter((id) => !counted.has(id))
    this.#detailed.clear()
    for (const ids of chunks(detailed)) {
      await this.#db
        .updateTable('subjects')
        .set({ changed: this.version })
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', 'in', ids)
        .execute()
    }
  }

  /** Writes the new version and the list of changes. */
  async finish(): Promise<void> {
    const { version } = this
    await this.recount()
    let { people, templates } = this.#before
    let removals_from = Math.max(this.#before.removals_from, this.#removalsFrom)
    people += this.#gained.people
    templates += this.#gained.templates
    for (const { key, templates: had } of this.#removed) {
      if (had > 0) people--
      templates -= had
      await this.#db
        .insertInto('removed_subjects')
        .values({ gallery_id: this.#gallery.id, key, version })
        .execute()
    }
    // Every 1,000 versions the list of removed subjects is cut, so that it stays bounded.
    if (version % 1000 === 0 && version > rememberedVersions) {
      removals_from = version - rememberedVersions
      await this.#db
        .deleteFrom('removed_subjects')
        .where('gallery_id', '=', this.#gallery.id)
        .where('version', '<=', removals_from)
        .execute()
    }
    await appendToAuditLog(this.#db, this.#gallery, this.#entries)
    await this.#db
      .updateTable('galleries')
      .set({ version, people, templates, removals_from, next_key: this.#nextKey })
      .where('id', '=', this.#gallery.id)
      .execute()
    if (hasOutgrown(this.#before.templates, templates)) {
      await this.#gallery.database.analyze(this.#db, this.#gallery.id)
    }
  }

  async #recount(ids: string[]): Promise<void> {
    const own = { gallery_id: this.#gallery.id }
    const active = await this.#gallery.activeModel(this.#db)
    const subjects = await this.#db
      .selectFrom('subjects')
      .select(['id', 'templates'])
      .where('gallery_id', '=', own.gallery_id)
      .where('id', 'in', ids)
      .execute()
    const counted = await this.#db
      .selectFrom('templates')
      .select(['subject_id', (expression) => expression.fn.countAll<number>().as('count')])
      .where('gallery_id', '=', own.gallery_id)
      .where('subject_id', 'in', ids)
      .where('model', '=', active?.model ?? '')
      .groupBy('subject_id')
      .execute()
    const counts = new Map(counted.map(({ subject_id, count }) => [subject_id, Number(count)]))
    const byCount = new Map<number, string[]>()
    for (const { id, templates: had } of subjects) {
      const has = counts.get(id) ?? 0
      this.#gained.people += Number(has > 0) - Number(had > 0)
      this.#gained.templates += has - had
      const alike = byCount.get(has)
      if (alike) alike.push(id)
      else byCount.set(has, [id])
    }
    for (const [count, which] of byCount) {
      await this.#db
        .updateTable('subjects')
        .set({ templates: count, changed: this.version })
        .where('gallery_id', '=', own.gallery_id)
        .where('id', 'in', which)
        .execute()
    }
    await this.#gallery.database.vectors?.refresh(this.#db, this.#gallery, ids)
  }
}
