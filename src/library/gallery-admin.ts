import { type ErasureReceipt, eraseAll } from '../application/erasure.js'
import type { CompreFaceImportOptions } from '../application/import/import-compreface.js'
import type { Imported, ImportOptions } from '../application/import/import-writer.js'
import { type MigrateOptions, type Migration, migrate } from '../application/migration.js'
import type { ReadArchiveOptions } from '../gallery/archive/archive-file.js'
import type { ArchiveSummary, Backup, RestoreOptions } from '../gallery/archive/backup.js'
import type { AuditEntry } from '../gallery/audit-store.js'
import type { BackupRecord } from '../gallery/backup-store.js'
import type { LogCheck, LogPage } from '../gallery/chained-log.js'
import { checkedGreeting, checkedRetention } from '../gallery/gallery-settings.js'
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

/** Result of `GalleryAdmin.useDetector`. */
export interface DetectorChange {
  /** Name of the detector before. */
  readonly before: string
  /** Name of the detector now. */
  readonly now: string
}

/** Result of `GalleryAdmin.verify`. */
export interface GalleryCheck {
  /** Problems of the store, in words; empty for a sound one. */
  readonly problems: readonly string[]
  /** Result for the audit log. */
  readonly audit: LogCheck
  /** Check of the decision log. */
  readonly decisions: LogCheck
}

/**
 * Administration of a gallery: backups, protection, retention, migration to another model. The `gallery` of an opened
 * agnize.
 *
 * Every method throws AgnizeError `closed` after `Agnize.close`, and `gallery-*`, `unknown-gallery`, `store-*`,
 * `key-missing` or `wrong-key` where the gallery cannot be opened; changes also throw `read-only` and `disk-full`.
 */
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
   * @throws AgnizeError `bad-argument` where the folder does not exist, or for a passphrase together with recipients.
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

  /**
   * Records of backups, oldest first.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const { path, at } of await agnize.gallery.backups()) console.log(at, path)
   * ```
   */
  async backups(): Promise<BackupRecord[]> {
    const written = await (await this.#store()).backups.list()
    return written.filter(({ kind }) => kind === 'backup')
  }

  /**
   * Restores a backup, completely or not at all. The gallery must be empty.
   *
   * @throws AgnizeError `subject-exists` where the gallery has subjects; `photo-not-found` for a missing file;
   * `archive-damaged`, `gallery-too-new`, `key-missing`, `wrong-key`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { people, templates, erased } = await agnize.gallery.restore('/backups/gallery.agnize')
   * console.log(people, templates, erased)
   * ```
   */
  async restore(path: string, options: RestoreOptions = {}): Promise<Restored> {
    const { restore } = await import('../gallery/archive/backup.js')
    return this.#session.whileClosed((database, access) =>
      restore(database, this.#session.name, path, access, options),
    )
  }

  /**
   * Reads and verifies a whole backup or export.
   *
   * @throws AgnizeError `photo-not-found` for a missing file; `archive-damaged`, also where it is not signed by
   * `signedBy`; `wrong-key`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { kind, at, people, faces } = await agnize.gallery.inspect('/backups/gallery.agnize')
   * console.log(kind, at, people, faces)
   * ```
   */
  async inspect(path: string, options: ReadArchiveOptions = {}): Promise<ArchiveSummary> {
    const { inspectArchive } = await import('../gallery/archive/backup.js')
    return inspectArchive(path, options)
  }

  /**
   * Verifies the integrity of the store and the hash chains of its logs.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { problems, audit, decisions } = await agnize.gallery.verify()
   * console.log(problems, audit.broken, decisions.broken)
   * ```
   */
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
   *
   * @throws AgnizeError as {@link GalleryAdmin.backup}.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { lines } = await agnize.gallery.export('gallery.age', { recipients: ['age1…'] })
   * console.log(lines)
   * ```
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

  /**
   * Imports what {@link GalleryAdmin.export} wrote; faces that the gallery already has are not added twice.
   *
   * @throws AgnizeError as {@link GalleryAdmin.inspect}; `gallery-too-new`, `bad-name`, `wrong-model`, `cancelled`. A
   * damaged file changes nothing.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { added, known, refused } = await agnize.gallery.import('gallery.jsonl')
   * console.log(added, known, refused)
   * ```
   */
  async import(path: string, options: ImportOptions & ReadArchiveOptions = {}): Promise<Imported> {
    const { importArchive } = await import('../application/import/import-archive.js')
    return importArchive(this.#session, path, options)
  }

  /**
   * Imports `LabeledFaceDescriptors` of face-api.js as JSON. They are stored as templates of their own model.
   *
   * @param path - JSON: an array of objects with `label` and `descriptors`, arrays of numbers that all have one length.
   * @throws AgnizeError `wrong-model` where the gallery has templates of another model; `photo-not-found` for a missing
   * file; `archive-damaged`, `bad-name`, `cancelled`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { added, refused } = await agnize.gallery.importFaceApi('descriptors.json')
   * console.log(added, refused)
   * ```
   */
  async importFaceApi(path: string, options: ImportOptions = {}): Promise<Imported> {
    const { importFaceApi } = await import('../application/import/import-face-api.js')
    return importFaceApi(this.#session, path, options)
  }

  /**
   * Imports the subjects and faces of a running CompreFace. What was fetched is kept when the import breaks off; repeated, it
   * continues.
   *
   * @param url - Such as `http://localhost:8000`.
   * @param key - API key of a recognition service.
   * @throws AgnizeError `download-failed` where CompreFace does not answer or refuses the key; `wrong-model`,
   * `cancelled`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { added } = await agnize.gallery.importCompreFace('http://localhost:8000', 'the-key', {
   *   onProgress: (done, total) => console.log(done, total),
   * })
   * console.log(added)
   * ```
   */
  async importCompreFace(
    url: string,
    key: string,
    options: CompreFaceImportOptions = {},
  ): Promise<Imported> {
    const { importCompreFace } = await import('../application/import/import-compreface.js')
    return importCompreFace(this.#session, url, key, options)
  }

  /**
   * The public key of this home (Ed25519, base64 of its DER form), which verifies its signatures; created when it is
   * first needed.
   *
   * @throws AgnizeError `bad-argument` where the key file cannot be read.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * console.log(await agnize.gallery.signingKey()) // base64
   * ```
   */
  signingKey(): Promise<string> {
    return this.#session.signer.publicKey()
  }

  /**
   * The galleries of the store, by name.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const { name, people } of await agnize.gallery.list()) console.log(name, people)
   * ```
   */
  async list(): Promise<GallerySummary[]> {
    return (await this.#store()).galleries()
  }

  /**
   * The number of all subjects of each gallery, those without a photo included, who cannot be recognized. Galleries without
   * subjects are left out.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * console.log((await agnize.gallery.subjectCounts()).get('default') ?? 0)
   * ```
   */
  async subjectCounts(): Promise<Map<string, number>> {
    return (await this.#store()).subjectCounts()
  }

  /**
   * Deletes the gallery with all its data; it must not be used afterwards.
   *
   * @throws AgnizeError `gallery-*`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await using visitors = agnize.inGallery('visitors')
   * await visitors.gallery.destroy()
   * ```
   */
  async destroy(): Promise<void> {
    await (await this.#session.gallery()).destroy()
  }

  /**
   * Whether faces and templates are encrypted.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * if (!(await agnize.gallery.isProtected())) await agnize.gallery.protect()
   * ```
   */
  async isProtected(): Promise<boolean> {
    return (await this.#store()).protection.isProtected()
  }

  /**
   * Encrypts faces and templates (AES-256-GCM) with a key for each subject, which the key given to `openAgnize` wraps,
   * and rotates the vectors, so that they are useless elsewhere.
   *
   * @throws AgnizeError `key-missing` without a key; `bad-argument` for a protected gallery.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize() // with AGNIZE_KEY or AGNIZE_KEY_FILE
   * await agnize.gallery.protect()
   * ```
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

  /**
   * Replaces the key.
   *
   * @param next - 32 bytes in hexadecimal or base64.
   * @throws AgnizeError `wrong-key` where `next` is no key; `bad-argument` for a gallery without protection.
   * @example
   * ```ts
   * import { readFile } from 'node:fs/promises'
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await agnize.gallery.rotateKey(await readFile('next.key', 'utf8'))
   * ```
   */
  async rotateKey(next: string): Promise<void> {
    const { masterKey } = await import('../gallery/vault.js')
    const key = masterKey(next)
    await (await this.#store()).protection.rotate(key)
    this.#session.useKey(key)
  }

  /**
   * Purpose and retention period of a gallery.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { purpose, days } = await agnize.gallery.retention()
   * console.log(purpose, days)
   * ```
   */
  async retention(): Promise<Retention> {
    return (await this.#store()).retention.get()
  }

  /**
   * Changes the settings; absent fields are kept.
   *
   * @param retention - `purpose`: 1 to 200 characters; `days`: whole days, 1…36,500; null for none.
   * @throws AgnizeError `bad-argument` for other values.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await agnize.gallery.setRetention({ purpose: 'access to the office', days: 365 })
   * ```
   */
  async setRetention(retention: Partial<Retention>): Promise<void> {
    const store = await this.#store()
    await store.retention.set(checkedRetention({ ...(await store.retention.get()), ...retention }))
  }

  /**
   * The greeting settings; null for the defaults.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { phrase, againAfter } = await agnize.gallery.greeting()
   * console.log(phrase, againAfter) // seconds
   * ```
   */
  async greeting(): Promise<GreetingSettings> {
    return (await this.#store()).greeting.get()
  }

  /**
   * Changes the settings; absent fields are kept.
   *
   * @param settings - `phrase`: 1 to 300 characters; `againAfter`: whole seconds, 1…86,400; null for the defaults.
   * @throws AgnizeError `bad-argument` for other values.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await agnize.gallery.setGreeting({ phrase: 'Good morning {names}!', againAfter: 600 }) // seconds
   * ```
   */
  async setGreeting(settings: Partial<GreetingSettings>): Promise<void> {
    const store = await this.#store()
    await store.greeting.set(checkedGreeting({ ...(await store.greeting.get()), ...settings }))
  }

  /**
   * Subjects whose retention period has ended.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const { subject, until } of await agnize.gallery.due()) console.log(subject.name, until)
   * ```
   */
  async due(): Promise<DueSubject[]> {
    return (await this.#store()).retention.due(new Date())
  }

  /**
   * Erases all subjects and visits whose retention period has ended.
   *
   * @returns A signed receipt of each erased subject.
   * @throws AgnizeError as `People.erase`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const { subject, erasedAt } of await agnize.gallery.expire()) console.log(subject, erasedAt)
   * ```
   */
  async expire(): Promise<ErasureReceipt[]> {
    const { store } = await this.#session.gallery()
    await store.visits.expire()
    const due = await store.retention.due(new Date())
    return eraseAll(
      this.#session,
      due.map(({ subject }) => subject.name),
    )
  }

  /**
   * Entries of the audit log after a number, oldest first; of all subjects, or of one.
   *
   * @param subjectId - UUID of the subject; default all.
   * @param after - Number of an entry; default 0, from the start.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { id } = await agnize.people.get('Skuli')
   * for await (const { at, actor, action } of agnize.gallery.auditLog(id)) console.log(at, actor, action)
   * ```
   */
  async *auditLog(subjectId?: string, after = 0): AsyncGenerator<AuditEntry, void, undefined> {
    yield* (await this.#store()).audit.entries(subjectId, after)
  }

  /**
   * Finds the entries of the audit log that record an erasure, by name, external id or reference. The log holds salted
   * hashes of these only.
   *
   * @param who - Name, external id, or reference of the erasure.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const [entry] = await agnize.gallery.erasuresOf('Skuli')
   * console.log(entry?.at, entry?.actor)
   * ```
   */
  async erasuresOf(who: string): Promise<AuditEntry[]> {
    const found: AuditEntry[] = []
    for await (const entry of (await this.#store()).audit.entries()) {
      if (entry.action === 'erase' && isPseudonymOf(entry.details.who, who)) found.push(entry)
    }
    return found
  }

  /**
   * Entries of the audit log, newest first, by page.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const page = await agnize.gallery.latestAudit({ limit: 50 })
   * const last = page.at(-1)
   * if (last) console.log(await agnize.gallery.latestAudit({ limit: 50, before: last.number }))
   * ```
   */
  async latestAudit(page: LogPage): Promise<AuditEntry[]> {
    return (await this.#store()).audit.latest(page)
  }

  /**
   * Finds the faces of this gallery with another detector from now on. Its templates are kept: both detectors lead to the same landmarks
   * and alignment (docs/detection.md has the measurement). Programs that have the gallery open take it up when they open it again.
   *
   * @param name - A detector on this machine, such as `yunet`.
   * @returns Names of the detector before and now.
   * @throws AgnizeError `model-unknown`, `model-missing`; `bad-argument` for an empty gallery; `gallery-*`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { before, now } = await agnize.gallery.useDetector('fr_detect')
   * console.log(before, now)
   * ```
   */
  async useDetector(name: string): Promise<DetectorChange> {
    const session = this.#session
    const before = await session.recordedDetector()
    const card = await session.useDetector(name)
    return { before: before ?? card.name, now: card.name }
  }

  /**
   * Corrects the similarities of this gallery by the cohort of the model's card from now on, after an upgrade or a change of
   * `AGNIZE_USE`; templates are kept. Programs that have the gallery open take it up when they open it again.
   *
   * @returns SHA-256 of the cohort; null for a model without one.
   * @throws AgnizeError `read-only`, `gallery-*`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * console.log(await agnize.gallery.useCohort())
   * ```
   */
  useCohort(): Promise<string | null> {
    return this.#session.useCohort()
  }

  /**
   * Embeds all kept faces with the model in use, beside the active model; an interrupted migration resumes. Searches
   * and changes continue meanwhile.
   *
   * @returns The state, and the faces that the new model cannot search.
   * @throws AgnizeError `bad-argument` for an empty gallery, the active model, or while a migration to a third model is
   * open; as `Agnize.analyze`.
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

  /**
   * Progress of the gallery's migration to another model.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { active, next, faces, embedded } = await agnize.gallery.migration()
   * console.log(active, next, `${embedded} of ${faces} faces`)
   * ```
   */
  async migration(): Promise<MigrationState> {
    return (await this.#store()).migration.state()
  }

  /**
   * Activates the next model.
   *
   * @throws AgnizeError `bad-argument` without a migration, and while faces are not embedded.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize({ model: 'facenet' })
   * await agnize.gallery.migrate()
   * await agnize.gallery.switchModel()
   * ```
   */
  async switchModel(): Promise<void> {
    await (await this.#store()).migration.switchOver()
  }

  /**
   * Activates the previous model again.
   *
   * @throws AgnizeError `bad-argument` without one, and while faces enrolled since then wait for
   * {@link GalleryAdmin.migrate} with it.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await agnize.gallery.switchBack()
   * console.log((await agnize.gallery.migration()).active)
   * ```
   */
  async switchBack(): Promise<void> {
    await (await this.#store()).migration.back()
  }

  /**
   * Deletes the previous model's templates.
   *
   * @throws AgnizeError `bad-argument` without one.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { previous } = await agnize.gallery.migration()
   * if (previous) await agnize.gallery.finishMigration()
   * ```
   */
  async finishMigration(): Promise<void> {
    await (await this.#store()).migration.finish()
  }

  /**
   * Deletes the next model's templates.
   *
   * @throws AgnizeError `bad-argument` without one.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { next } = await agnize.gallery.migration()
   * if (next) await agnize.gallery.dropMigration()
   * ```
   */
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
