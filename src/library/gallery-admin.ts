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

/** How a file with people's data is protected. */
export interface ArchiveOptions {
  /** Encrypts with a passphrase (age, scrypt). */
  readonly passphrase?: string
  /** Encrypts for the holders of these age recipients (`age1…`). */
  readonly recipients?: readonly string[]
  /** Signs with the key of the home. */
  readonly sign?: boolean
}

/** What came of a restoration. */
export type { Restored } from '../gallery/sql/sql-restore.js'

/** What `GalleryAdmin.verify` found. */
export interface GalleryCheck {
  /** What is wrong with the store, in words; empty when nothing is. */
  readonly problems: readonly string[]
  /** The log of what was done. */
  readonly audit: LogCheck
  /** The log of decisions. */
  readonly decisions: LogCheck
}

/** Looking after a gallery: backups, protection, retention, another model. The `gallery` of an opened agnize. */
export class GalleryAdmin {
  readonly #session: GallerySession

  /** @internal */
  constructor(session: GallerySession) {
    this.#session = session
  }

  /**
   * Writes everything of the gallery, as it is at one moment, into a file, while others use it. Of a protected gallery, the
   * people's keys go into a file beside it, which every backup replaces: keep it, but not with old backups.
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

  /** Where backups were written, oldest first. */
  async backups(): Promise<BackupRecord[]> {
    const written = await (await this.#store()).backups.list()
    return written.filter(({ kind }) => kind === 'backup')
  }

  /**
   * Puts a backup back, all of it or nothing. The gallery must be empty.
   *
   * @throws AgnizeError `subject-exists` when the gallery holds people; `archive-damaged`, `key-missing`, `wrong-key`.
   */
  async restore(path: string, options: RestoreOptions = {}): Promise<Restored> {
    const { restore } = await import('../gallery/archive/backup.js')
    return this.#session.whileClosed((database, access) =>
      restore(database, this.#session.name, path, access, options),
    )
  }

  /** Reads a backup or an export to its end. @throws AgnizeError `archive-damaged`, `wrong-key`. */
  async inspect(path: string, options: ReadArchiveOptions = {}): Promise<ArchiveSummary> {
    const { inspectArchive } = await import('../gallery/archive/backup.js')
    return inspectArchive(path, options)
  }

  /** Whether the store is sound, and its logs are as they were written. */
  async verify(): Promise<GalleryCheck> {
    const store = await this.#store()
    return {
      problems: await store.check(),
      audit: await store.audit.verify(),
      decisions: await store.decisions.verify(),
    }
  }

  /**
   * Writes people with faces, templates and corrections into one file for another place; JSON Lines to read when its name
   * ends in `.jsonl`. Of a protected gallery too, the file is open unless it is encrypted itself.
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
    // Before it is written: what a kill leaves of it is swept away by an erasure.
    await store.backups.record(resolve(path), 'export')
    const content = exportLines(store, this.#session.name)
    const lines = await writeArchive(path, content, this.#archiveOptions(options))
    await store.audit.append({ action: 'export', subjectId: null, details: {} })
    return { lines }
  }

  /** Takes in what {@link GalleryAdmin.export} wrote; faces that are there already are not doubled. */
  async import(path: string, options: ImportOptions & ReadArchiveOptions = {}): Promise<Imported> {
    const { importArchive } = await import('../application/import/import-archive.js')
    return importArchive(this.#session, path, options)
  }

  /**
   * Takes in the people of face-api.js: `LabeledFaceDescriptors` as JSON. They are of another network and kept as such.
   *
   * @throws AgnizeError `wrong-model` when the gallery holds templates of another.
   */
  async importFaceApi(path: string, options: ImportOptions = {}): Promise<Imported> {
    const { importFaceApi } = await import('../application/import/import-face-api.js')
    return importFaceApi(this.#session, path, options)
  }

  /**
   * Takes in the faces of a running CompreFace; an import that was broken off goes on where it was.
   *
   * @param url - Such as `http://localhost:8000`.
   * @param key - Of a recognition service.
   */
  async importCompreFace(url: string, key: string, options: ImportOptions = {}): Promise<Imported> {
    const { importCompreFace } = await import('../application/import/import-compreface.js')
    return importCompreFace(this.#session, url, key, options)
  }

  /** The public key that signatures of this home are checked with; made when it is first needed. */
  signingKey(): Promise<string> {
    return this.#session.signer.publicKey()
  }

  /** The galleries of the store, by name. */
  async list(): Promise<GallerySummary[]> {
    return (await this.#store()).galleries()
  }

  /**
   * Deletes the gallery with everything in it; it must not be used any more.
   *
   * @throws AgnizeError `gallery-*`.
   */
  async destroy(): Promise<void> {
    await (await this.#session.gallery()).destroy()
  }

  /** Whether faces and templates are sealed. */
  async isProtected(): Promise<boolean> {
    return (await this.#store()).protection.isProtected()
  }

  /**
   * Seals faces and templates with a key a person, which the key given to `openAgnize` opens, and rotates the vectors, so
   * that they are of no use elsewhere.
   *
   * @throws AgnizeError `key-missing` without a key; `bad-argument` when it is protected already.
   */
  async protect(): Promise<void> {
    const { AgnizeError } = await import('../base/errors.js')
    const key = await this.#session.key()
    if (!key) {
      throw new AgnizeError(
        'key-missing',
        'Give the key that is to protect the gallery in AGNIZE_KEY or AGNIZE_KEY_FILE: "agnize gallery key" makes one.',
      )
    }
    const gallery = await this.#session.gallery()
    await gallery.store.protection.protect(key)
    await gallery.forget()
  }

  /** Exchanges the key. @param next - 32 bytes in hexadecimal or base64. @throws AgnizeError `wrong-key`, `bad-argument`. */
  async rotateKey(next: string): Promise<void> {
    const { masterKey } = await import('../gallery/vault.js')
    const key = masterKey(next)
    await (await this.#store()).protection.rotate(key)
    this.#session.useKey(key)
  }

  /** What people are kept for, and how long. */
  async retention(): Promise<Retention> {
    return (await this.#store()).retention.get()
  }

  /** Sets it; what is not given stays. */
  async setRetention(retention: Partial<Retention>): Promise<void> {
    const store = await this.#store()
    await store.retention.set({ ...(await store.retention.get()), ...retention })
  }

  /** How people are greeted; null for the defaults. */
  async greeting(): Promise<GreetingSettings> {
    return (await this.#store()).greeting.get()
  }

  /** Sets it; what is not given stays. */
  async setGreeting(settings: Partial<GreetingSettings>): Promise<void> {
    const store = await this.#store()
    await store.greeting.set({ ...(await store.greeting.get()), ...settings })
  }

  /** Whose time is over. */
  async due(): Promise<DueSubject[]> {
    return (await this.#store()).retention.due(new Date())
  }

  /** Erases everybody whose time is over, and drops visits whose time is. */
  async expire(): Promise<ErasureReceipt[]> {
    const { store } = await this.#session.gallery()
    await store.visits.expire()
    const receipts = []
    for (const { subject } of await store.retention.due(new Date())) {
      receipts.push(await erase(this.#session, subject.name))
    }
    return receipts
  }

  /** Who did what to whose data, oldest first, after an entry's number; to all, or to the person of an id. */
  async *auditLog(subjectId?: string, after = 0): AsyncGenerator<AuditEntry, void, undefined> {
    yield* (await this.#store()).audit.entries(subjectId, after)
  }

  /**
   * When somebody was erased, and by whom: entries of the log, found by what the person was known by. The log does not hold
   * that; it can only be asked.
   *
   * @param who - Their name, external id, or the reference that was given when they were erased.
   */
  async erasuresOf(who: string): Promise<AuditEntry[]> {
    const found: AuditEntry[] = []
    for await (const entry of (await this.#store()).audit.entries()) {
      if (entry.action === 'erase' && isPseudonymOf(entry.details.who, who)) found.push(entry)
    }
    return found
  }

  /** The same, newest first, a stretch at a time. */
  async latestAudit(page: LogPage): Promise<AuditEntry[]> {
    return (await this.#store()).audit.latest(page)
  }

  /**
   * Embeds every kept face with the model in use beside the one that is searched; goes on where it was broken off. Searches
   * and changes go on meanwhile.
   *
   * @throws AgnizeError `bad-argument` when the gallery is empty, of this model already, or on its way to a third.
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

  /** How far the gallery is on its way to another model. */
  async migration(): Promise<MigrationState> {
    return (await this.#store()).migration.state()
  }

  /** Searches the next model's templates from now on. @throws AgnizeError `bad-argument` while faces wait. */
  async switchModel(): Promise<void> {
    await (await this.#store()).migration.switchOver()
  }

  /**
   * Searches the previous model's templates again.
   *
   * @throws AgnizeError `bad-argument` without one, and while faces that were enrolled since wait for {@link
   * GalleryAdmin.migrate} with it.
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
