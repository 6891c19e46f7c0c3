import { type ErasureReceipt, erase } from '../application/erasure.js'
import type { Imported, ImportOptions } from '../application/import/import-writer.js'
import { type MigrateOptions, type Migration, migrate } from '../application/migration.js'
import type { ReadArchiveOptions } from '../gallery/archive/archive-file.js'
import type { ArchiveSummary, Backup, RestoreOptions } from '../gallery/archive/backup.js'
import type { AuditEntry } from '../gallery/audit-store.js'
import type { BackupRecord } from '../gallery/backup-store.js'
import type { LogCheck, LogPage } from '../gallery/chained-log.js'
import type { GreetingSettings } from '../gallery/greeting-store.js'
import type { MigrationState } from '../gallery/migration-store.js'
import { isPseudonymOf } from '../gallery/pseudonym.js'
import type { DueSubject, Retention } from '../gallery/retention-store.js'
import type { Restored } from '../gallery/sql/sql-restore.js'
import type { GallerySummary } from '../gallery/store.js'
import type { GallerySession } from '../session/gallery-session.js'

/** Protection of an archive. */
export interface ArchiveOptions {
  /** Encrypts with a passphrase (age, scrypt). */
  readonly passphrase?: string
  /** Encrypts for the holders of these age recipients (`age1…`). */
  readonly recipients?: readonly string[]
  /** Signs with the key of the home. */
  readonly sign?: boolean
}

/** Result of restoring a backup. */
export type { Restored } from '../gallery/sql/sql-restore.js'

/** Result of `GalleryAdmin.verify`. */
export interface GalleryCheck {
  /** Problems of the store, in words; empty for a sound one. */
  readonly problems: readonly string[]
  /** Result for the audit log. */
  readonly audit: LogCheck
  /** Check of the decision log. */
  readonly decisions: LogCheck
}

/** Administration of a gallery: backups, protection, retention, migration to another model. The `gallery` of an opened agnize. */
export class GalleryAdmin {
  readonly #session: GallerySession

  /** @internal */
  constructor(session: GallerySession) {
    this.#session = session
  }

  /**
   * Writes a consistent snapshot of the gallery into a file, while others use it. For a protected gallery the keys of
   * the subjects are written into a file beside it, which every backup replaces: keep it, but not with old backups.
   *
   * @throws AgnizeError `disk-full`, `read-only`, `gallery-*`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { rows, keys } = await agnize.gallery.backup('/backups/gallery.agnize', { sign: true })
   * console.log(rows, keys)
   * ```
   */
  async backup(path: string, options: ArchiveOptions = {}): Promise<Backup> {
    const [{ store }, { backup }, { resolve }] = await Promise.all([
      this.#session.gallery(),
      import('../gallery/archive/backup.js'),
      import('node:path'),
    ])
    await store.backups.record(resolve(path))
    return backup(store, path, this.#archiveOptions(options))
  }

  /** Records of backups, oldest first. */
  async backups(): Promise<BackupRecord[]> {
    const written = await (await this.#store()).backups.list()
    return written.filter(({ kind }) => kind === 'backup')
  }

  /**
   * Restores a backup, completely or not at all. The gallery must be empty.
   *
   * @throws AgnizeError `subject-exists` where the gallery has subjects; `archive-damaged`, `key-missing`, `wrong-key`.
   */
  async restore(path: string, options: RestoreOptions = {}): Promise<Restored> {
    const { restore } = await import('../gallery/archive/backup.js')
    return this.#session.whileClosed((database, access) =>
      restore(database, this.#session.name, path, access, options),
    )
  }

  /** Reads and verifies a whole backup or export. @throws AgnizeError `archive-damaged`, `wrong-key`. */
  async inspect(path: string, options: ReadArchiveOptions = {}): Promise<ArchiveSummary> {
    const { inspectArchive } = await import('../gallery/archive/backup.js')
    return inspectArchive(path, options)
  }

  /** Verifies the integrity of the store and the hash chains of its logs. */
  async verify(): Promise<GalleryCheck> {
    const store = await this.#store()
    return {
      problems: await store.check(),
      audit: await store.audit.verify(),
      decisions: await store.decisions.verify(),
    }
  }

  /**
   * Writes subjects with faces, templates and corrections into a portable archive; as plain JSON Lines where its name
   * ends in `.jsonl`. It is readable also for a protected gallery, unless it is encrypted itself.
   */
  async export(
    path: string,
    options: ArchiveOptions = {},
  ): Promise<{
    /** Number of lines of the archive. */
    readonly lines: number
  }> {
    const [store, { exportLines }, { writeArchive }] = await Promise.all([
      this.#store(),
      import('../gallery/archive/portable.js'),
      import('../gallery/archive/archive-file.js'),
    ])
    const { resolve } = await import('node:path')
    // Recorded before it is written: a later erasure deletes the partial file that a killed process leaves.
    await store.backups.record(resolve(path), 'export')
    const content = exportLines(store, this.#session.name)
    const lines = await writeArchive(path, content, this.#archiveOptions(options))
    await store.audit.append({ action: 'export', subjectId: null, details: {} })
    return { lines }
  }

  /** Imports what {@link GalleryAdmin.export} wrote; faces that the gallery already has are not added twice. */
  async import(path: string, options: ImportOptions & ReadArchiveOptions = {}): Promise<Imported> {
    const { importArchive } = await import('../application/import/import-archive.js')
    return importArchive(this.#session, path, options)
  }

  /**
   * Imports `LabeledFaceDescriptors` of face-api.js as JSON. They are stored as templates of their own model.
   *
   * @throws AgnizeError `wrong-model` where the gallery has templates of another model.
   */
  async importFaceApi(path: string, options: ImportOptions = {}): Promise<Imported> {
    const { importFaceApi } = await import('../application/import/import-face-api.js')
    return importFaceApi(this.#session, path, options)
  }

  /**
   * Imports the faces of a running CompreFace; an interrupted import resumes.
   *
   * @param url - Such as `http://localhost:8000`.
   * @param key - API key of a recognition service.
   */
  async importCompreFace(url: string, key: string, options: ImportOptions = {}): Promise<Imported> {
    const { importCompreFace } = await import('../application/import/import-compreface.js')
    return importCompreFace(this.#session, url, key, options)
  }

  /** The public key of this home, which verifies its signatures; created when it is first needed. */
  signingKey(): Promise<string> {
    return this.#session.signer.publicKey()
  }

  /** The galleries of the store, by name. */
  async list(): Promise<GallerySummary[]> {
    return (await this.#store()).galleries()
  }

  /**
   * Deletes the gallery with all its data; it must not be used afterwards.
   *
   * @throws AgnizeError `gallery-*`.
   */
  async destroy(): Promise<void> {
    await (await this.#session.gallery()).destroy()
  }

  /** Whether faces and templates are encrypted. */
  async isProtected(): Promise<boolean> {
    return (await this.#store()).protection.isProtected()
  }

  /**
   * Encrypts faces and templates with a key for each subject, which the key given to `openAgnize` wraps, and rotates
   * the vectors, so that they are useless elsewhere.
   *
   * @throws AgnizeError `key-missing` without a key; `bad-argument` for a protected gallery.
   */
  async protect(): Promise<void> {
    const { AgnizeError } = await import('../base/errors.js')
    const key = await this.#session.key()
    if (!key) {
      throw new AgnizeError(
        'key-missing',
        'Protection needs a key in AGNIZE_KEY or AGNIZE_KEY_FILE: create one with "agnize gallery key".',
      )
    }
    const gallery = await this.#session.gallery()
    await gallery.store.protection.protect(key)
    await gallery.forget()
  }

  /** Replaces the key. @param next - 32 bytes in hexadecimal or base64. @throws AgnizeError `wrong-key`, `bad-argument`. */
  async rotateKey(next: string): Promise<void> {
    const { masterKey } = await import('../gallery/vault.js')
    const key = masterKey(next)
    await (await this.#store()).protection.rotate(key)
    this.#session.useKey(key)
  }

  /** Purpose and retention period of a gallery. */
  async retention(): Promise<Retention> {
    return (await this.#store()).retention.get()
  }

  /** Changes the settings; absent fields are kept. */
  async setRetention(retention: Partial<Retention>): Promise<void> {
    const store = await this.#store()
    await store.retention.set({ ...(await store.retention.get()), ...retention })
  }

  /** The greeting settings; null for the defaults. */
  async greeting(): Promise<GreetingSettings> {
    return (await this.#store()).greeting.get()
  }

  /** Changes the settings; absent fields are kept. */
  async setGreeting(settings: Partial<GreetingSettings>): Promise<void> {
    const store = await this.#store()
    await store.greeting.set({ ...(await store.greeting.get()), ...settings })
  }

  /** Subjects whose retention period has ended. */
  async due(): Promise<DueSubject[]> {
    return (await this.#store()).retention.due(new Date())
  }

  /** Erases all subjects and visits whose retention period has ended. */
  async expire(): Promise<ErasureReceipt[]> {
    const { store } = await this.#session.gallery()
    await store.visits.expire()
    const receipts = []
    for (const { subject } of await store.retention.due(new Date())) {
      receipts.push(await erase(this.#session, subject.name))
    }
    return receipts
  }

  /** Entries of the audit log after a number, oldest first; of all subjects, or of one. */
  async *auditLog(subjectId?: string, after = 0): AsyncGenerator<AuditEntry, void, undefined> {
    yield* (await this.#store()).audit.entries(subjectId, after)
  }

  /**
   * Finds the entries of the audit log that record an erasure, by name, external id or reference. The log holds salted
   * hashes of these only.
   *
   * @param who - Name, external id, or reference of the erasure.
   */
  async erasuresOf(who: string): Promise<AuditEntry[]> {
    const found: AuditEntry[] = []
    for await (const entry of (await this.#store()).audit.entries()) {
      if (entry.action === 'erase' && isPseudonymOf(entry.details.who, who)) found.push(entry)
    }
    return found
  }

  /** Entries of the audit log, newest first, by page. */
  async latestAudit(page: LogPage): Promise<AuditEntry[]> {
    return (await this.#store()).audit.latest(page)
  }

  /**
   * Embeds all kept faces with the model in use, beside the active model; an interrupted migration resumes. Searches
   * and changes continue meanwhile.
   *
   * @throws AgnizeError `bad-argument` for an empty gallery, the active model, or while a migration to a third model is
   * open.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize({ model: 'facenet' })
   * const { lost } = await agnize.gallery.migrate()
   * if (lost.length === 0) await agnize.gallery.switchModel()
   * ```
   */
  migrate(options: MigrateOptions = {}): Promise<Migration> {
    return migrate(this.#session, options)
  }

  /** Progress of the gallery's migration to another model. */
  async migration(): Promise<MigrationState> {
    return (await this.#store()).migration.state()
  }

  /** Activates the next model. @throws AgnizeError `bad-argument` while faces are not embedded. */
  async switchModel(): Promise<void> {
    await (await this.#store()).migration.switchOver()
  }

  /**
   * Activates the previous model again.
   *
   * @throws AgnizeError `bad-argument` without one, and while faces enrolled since then wait for
   * {@link GalleryAdmin.migrate} with it.
   */
  async switchBack(): Promise<void> {
    await (await this.#store()).migration.back()
  }

  /** Deletes the previous model's templates. @throws AgnizeError `bad-argument` without one. */
  async finishMigration(): Promise<void> {
    await (await this.#store()).migration.finish()
  }

  /** Deletes the next model's templates. @throws AgnizeError `bad-argument` without one. */
  async dropMigration(): Promise<void> {
    await (await this.#store()).migration.drop()
  }

  async #store() {
    return (await this.#session.gallery()).store
  }

  #archiveOptions({ passphrase, recipients, sign }: ArchiveOptions) {
    return {
      passphrase,
      recipients,
      sign: sign ? (bytes: Uint8Array) => this.#session.signer.sign(bytes) : undefined,
    }
  }
}
