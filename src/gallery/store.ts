import { AgnizeError } from '../base/errors.js'
import type { Crops } from '../faces/face.js'
import type { Box } from '../geometry/box.js'
import type { Calibration } from '../models/card.js'
import type { ArchiveLine } from './archive/archive-file.js'
import type { DeliveryStore } from './delivery-store.js'
import type { EnrolledFaceStore } from './enrolled-faces.js'
import type { ReferenceStore } from './reference-store.js'
import type {
  MetadataValue,
  Subject,
  SubjectChange,
  SubjectDetails,
  SubjectFilter,
  SubjectPage,
  SubjectSummary,
  TemplateSummary,
} from './subject.js'
import type { NewTemplate } from './template.js'
import type { VisitStore } from './visit-store.js'

export type * from './subject.js'
export type { NewTemplate } from './template.js'

/** A template as search needs it. */
export interface StoredTemplate {
  readonly id: string
  readonly subject: Subject
  readonly vector: Float32Array
  readonly quality: number
  readonly photo: string
}

/** A face to enrol, and whose it is. */
export interface NamedTemplate {
  readonly name: string
  readonly template: NewTemplate
  /** Since when the subject is known, where that is new to the gallery; default now. ISO 8601, UTC. */
  readonly since?: string
}

/** What went with a subject. */
export interface Removed extends SubjectSummary {
  readonly corrections: number
  /** Entries of the log of decisions whose content went. */
  readonly decisions: number
}

/** What came of adding a template. */
export type Added =
  | { readonly outcome: 'added'; readonly subject: Subject; readonly templateId: string }
  /** This face of this photo was enrolled before, for this subject or another. */
  | { readonly outcome: 'known'; readonly subject: Subject; readonly templateId: string }

/** A face that is kept, with everything about it. */
export interface KeptFace {
  readonly id: string
  readonly photo: string
  readonly photoHash: string
  readonly box: Box
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** Null where only its template was imported. */
  readonly crops: Crops | null
  /** One of each model that has embedded it. */
  readonly templates: readonly {
    readonly id: string
    readonly model: string
    readonly vector: Float32Array
    readonly quality: number
  }[]
}

/** A correction with everything about it. */
export interface KeptCorrection extends Correction {
  readonly crops: Crops
  readonly vectors: readonly { readonly model: string; readonly vector: Float32Array }[]
}

/** One of the galleries of a store. */
export interface GallerySummary {
  readonly name: string
  readonly people: number
  readonly templates: number
  /** Null while it has no templates. */
  readonly model: string | null
  readonly isProtected: boolean
}

/** What a gallery is now. */
export interface GalleryState {
  /** Grows by every change, so that a cache knows when it is stale. */
  readonly version: number
  /** The model of its templates; null while it has none. */
  readonly model: string | null
  /** How many subjects have templates. */
  readonly people: number
  readonly templates: number
}

/** A subject as searches know it: by a number, with vectors as they are compared. */
export interface Person {
  /** Grows with every new subject of the gallery and is never used again. */
  readonly key: number
  readonly subject: Subject
  readonly templates: readonly PersonTemplate[]
}

/** A template as searches know it. */
export interface PersonTemplate {
  /** As {@link Person.key}, in the same count. */
  readonly key: number
  readonly id: string
  readonly photoId: string
  /** In the space of {@link PeopleStore.probe}. */
  readonly vector: Float32Array
  readonly quality: number
}

/** What changed in a gallery. */
export interface Changes {
  /** Up to which version. */
  readonly version: number
  /** Keys of subjects that are new or differ. */
  readonly changed: readonly number[]
  /** Keys of subjects that are gone. */
  readonly removed: readonly number[]
}

/** How searches read a gallery. */
export interface PeopleStore {
  /** A probe as templates are compared with it. */
  probe(vector: Float32Array): Float32Array
  /** Undoes {@link PeopleStore.probe}. */
  reveal(vector: Float32Array): Float32Array
  /** Everybody with templates, by key, in stretches. */
  everybody(): AsyncIterable<readonly Person[]>
  /** One of them; undefined for somebody without templates. @throws AgnizeError `unknown-subject`. */
  named(name: string): Promise<Person | undefined>
  /** Those of the keys that are there and have templates. */
  people(keys: readonly number[]): Promise<Person[]>
  /** File names of photos, by {@link PersonTemplate.photoId}. */
  photos(photoIds: readonly string[]): Promise<Map<string, string>>
  /** Keys of the subjects that meet a filter and have templates, ascending. */
  matching(filter: SubjectFilter): Promise<number[]>
  /** What changed after a version; null where that is too long ago to tell. */
  changes(since: number): Promise<Changes | null>
}

/** Something that was done to a gallery. */
export interface AuditEntry {
  /** Counts from 1 in its gallery. */
  readonly number: number
  /** ISO 8601, UTC. */
  readonly at: string
  /** Who did it. */
  readonly actor: string
  /** Such as `enrol`, `rename`, `remove`, `backup`. */
  readonly action: string
  /** Id of the person whose data it was; null where it was about all. */
  readonly subjectId: string | null
  /** More about it, without names and biometrics. */
  readonly details: { readonly [name: string]: MetadataValue }
}

/** What a person said about a face: it is not somebody, or it is. */
export type CorrectionKind = 'not' | 'same'

/** A face that somebody was told apart from, or joined with, by hand. */
export interface Correction {
  readonly id: string
  readonly kind: CorrectionKind
  readonly subject: Subject
  /** File name of the photo, without its folders. */
  readonly photo: string
  /** SHA-256 of the photo's bytes, in hex. */
  readonly photoHash: string
  /** Of the face in that photo, in its pixels. */
  readonly box: Box
  /** ISO 8601, UTC. */
  readonly createdAt: string
}

/** A correction as a search needs it. */
export interface EmbeddedCorrection extends Correction {
  /** Null where the model has not embedded the face yet. */
  readonly vector: Float32Array | null
}

/** A correction to keep. */
export interface NewCorrection extends Omit<NewTemplate, 'quality'> {
  readonly kind: CorrectionKind
}

/** The corrections of a gallery. Each change raises the gallery's version. */
export interface CorrectionStore {
  /**
   * Keeps a correction. Another one of the same face and person gives way to it.
   *
   * @throws AgnizeError `unknown-subject`.
   */
  add(name: string, correction: NewCorrection): Promise<Correction>
  /**
   * Takes an enrolled face away from its person, and keeps that it is not them.
   *
   * @throws AgnizeError `unknown-subject`, `bad-argument` when the template is not that person's.
   */
  disown(name: string, templateId: string): Promise<Correction>
  /** Oldest first. */
  list(): Promise<Correction[]>
  /** With embeddings of one model. */
  embedded(model: string): Promise<EmbeddedCorrection[]>
  /** The face as it was kept. @throws AgnizeError `bad-argument` for an unknown id. */
  crops(id: string): Promise<Crops>
  /** Keeps what a model makes of the face; a correction that is gone meanwhile is left alone. */
  embed(id: string, model: string, vector: Float32Array): Promise<void>
  /** Those of one subject, with everything about them. @throws AgnizeError `unknown-subject`. */
  kept(name: string): Promise<KeptCorrection[]>
  /** Takes a correction back. @throws AgnizeError `bad-argument` for an unknown id. */
  remove(id: string): Promise<Correction>
}

/** Thresholds measured on a gallery's own data, one of each model. */
export interface CalibrationStore {
  /** Null where there is none. */
  get(model: string): Promise<Calibration | null>
  set(model: string, calibration: Calibration): Promise<void>
  /** @returns Whether there was one. */
  remove(model: string): Promise<boolean>
}

/** Whether decisions are recorded, and what of them. */
export interface LogSettings {
  readonly recording: boolean
  /** Entries older than so many days go; null keeps them. */
  readonly days: number | null
  /** Whether the faces are kept too, so that another model can be asked. */
  readonly faces: boolean
}

/** A decision to record. */
export interface NewDecision {
  /** ISO 8601, UTC. */
  readonly at: string
  /** JSON. */
  readonly payload: string
  /** The face with its surroundings, JPEG; null unless faces are kept. */
  readonly face: Uint8Array | null
  /** Everybody whom the payload names. */
  readonly subjects: readonly string[]
}

/** A recorded decision. */
export interface LoggedDecision {
  /** Counts from 1 in its gallery. */
  readonly number: number
  readonly at: string
  /** Null once the person was removed whom it was about. */
  readonly payload: string | null
  readonly face: Uint8Array | null
}

/** A stretch of a log, newest first. */
export interface LogPage {
  /** Number of the last entry of the stretch before; default from the newest on. */
  readonly before?: number | undefined
  readonly limit: number
  /** Only those that name this subject. */
  readonly subjectId?: string | undefined
}

/** Whether a log is as it was written. */
export interface LogCheck {
  readonly entries: number
  /** Entries whose content went with a person. */
  readonly erased: number
  /** The first entry that does not fit to those before it; null where all do. */
  readonly broken: number | null
  /** Hash of the last entry, to keep elsewhere: whoever rewrites the whole log changes it. */
  readonly head: string
}

/** The log of a gallery's decisions. It does not raise the gallery's version. */
export interface DecisionStore {
  settings(): Promise<LogSettings>
  configure(settings: LogSettings): Promise<void>
  /** Adds entries to the chain, and drops those that are too old. */
  append(decisions: readonly NewDecision[]): Promise<void>
  /** Oldest first, from the one after a number on. */
  entries(after?: number): AsyncIterable<LoggedDecision>
  /** Newest first, from the one before a number on. */
  latest(page: LogPage): Promise<LoggedDecision[]>
  /** Those that name a subject. */
  about(subjectId: string): Promise<LoggedDecision[]>
  /** Follows the chain of hashes. */
  verify(): Promise<LogCheck>
  /** Deletes all entries. @returns How many. */
  clear(): Promise<number>
}

/** What people are kept for, and how long. */
export interface Retention {
  /** Null where nothing is said of it. */
  readonly purpose: string | null
  /** People are to be deleted so many days after they were enrolled; null keeps them. */
  readonly days: number | null
}

/** Somebody who is to be deleted. */
export interface DueSubject {
  readonly subject: Subject
  /** When they were enrolled, ISO 8601, UTC. */
  readonly since: string
  /** Until when they were to be kept. */
  readonly until: string
}

/** How long people are kept. */
export interface RetentionStore {
  get(): Promise<Retention>
  set(retention: Retention): Promise<void>
  /** Whose time is over. */
  due(at: Date): Promise<DueSubject[]>
}

/** How the people of a gallery are greeted. */
export interface GreetingSettings {
  /** With `{names}` where the names go; null for the default. */
  readonly phrase: string | null
  /** Who was away for so many seconds is greeted again; null for the default. */
  readonly againAfter: number | null
}

/** How people are greeted. */
export interface GreetingStore {
  get(): Promise<GreetingSettings>
  set(settings: GreetingSettings): Promise<void>
}

/** A backup or an export that was written. */
export interface BackupRecord {
  readonly path: string
  /** ISO 8601, UTC. */
  readonly at: string
  /** An export is open to read. */
  readonly kind: 'backup' | 'export'
}

/** Where backups and exports of a gallery were written, so that it can be said which still hold somebody. */
export interface BackupStore {
  record(path: string, kind?: BackupRecord['kind']): Promise<void>
  /** Oldest first. */
  list(): Promise<BackupRecord[]>
}

/** How far a gallery is on its way to another model. */
export interface MigrationState {
  /** The model that is searched. */
  readonly active: string | null
  /** The one that templates are being made of. */
  readonly next: string | null
  /** The one that was searched before, and can be again. */
  readonly previous: string | null
  /** How many faces are kept, and how many of them the next model has embedded. */
  readonly faces: number
  readonly embedded: number
}

/** A kept face that the next model has not embedded. */
export interface UnembeddedFace {
  readonly id: string
  readonly subject: Subject
  readonly photo: string
  /** JPEG; null where nothing was kept. */
  readonly padded: Uint8Array | null
}

/** How a gallery goes over to another model: both live side by side until the switch, which is one transaction. */
export interface MigrationStore {
  state(): Promise<MigrationState>
  /** Begins, or goes on. @throws AgnizeError `bad-argument` where another migration is open. */
  begin(model: string, dimensions: number): Promise<void>
  /** Faces that a model has not embedded, by id. */
  missing(model: string, after: string, limit: number): Promise<UnembeddedFace[]>
  /**
   * Keeps what the next model makes of a face; one that is gone meanwhile is left alone.
   *
   * @param options - `isPoor`: that model cannot judge it, so that it is not searched.
   */
  embed(
    faceId: string,
    model: string,
    vector: Float32Array,
    options?: { readonly isPoor?: boolean },
  ): Promise<void>
  /** Says that the next model cannot embed a face. */
  skip(faceId: string, model: string): Promise<void>
  /** Searches the next model's templates from now on. @throws AgnizeError `bad-argument` while faces wait. */
  switchOver(): Promise<void>
  /**
   * Searches the previous model's templates again.
   *
   * @throws AgnizeError `bad-argument` without one, and while what was enrolled since waits for it.
   */
  back(): Promise<void>
  /** Deletes the previous model's templates. @throws AgnizeError `bad-argument` without one. */
  finish(): Promise<void>
  /** Deletes the next model's templates. @throws AgnizeError `bad-argument` without one. */
  drop(): Promise<void>
}

/** What protects a gallery: a key a subject, sealed by keys of the gallery, sealed by a key that is kept elsewhere. */
export interface ProtectionStore {
  isProtected(): Promise<boolean>
  /** Seals everything that is biometric. @throws AgnizeError `bad-argument` when it is protected already. */
  protect(key: Uint8Array): Promise<void>
  /** Exchanges the key. @throws AgnizeError `bad-argument` when it is not protected. */
  rotate(next: Uint8Array): Promise<void>
}

/** A gallery's log of who did what to whose data, to which is only added; changes of the gallery write into it themselves. */
export interface AuditStore {
  /** Writes down what is no change of the gallery. */
  append(entry: Pick<AuditEntry, 'action' | 'subjectId' | 'details'>): Promise<void>
  /** Oldest first, from the one after a number on; all, or those about one subject. */
  entries(subjectId?: string, after?: number): AsyncIterable<AuditEntry>
  /** Newest first, from the one before a number on. */
  latest(page: LogPage): Promise<AuditEntry[]>
  /** Follows the chain of hashes. */
  verify(): Promise<LogCheck>
}

/**
 * One gallery's durable home. Every change is one transaction: it happens whole, on disk, or not at all.
 *
 * Subject names are looked up as they are given, without regard to Unicode composition.
 *
 * @throws AgnizeError, from every method: `gallery-locked`, `gallery-damaged`, `read-only`, `disk-full`.
 */
export interface Store {
  /** Of the gallery; no two have the same. */
  readonly id: string
  readonly people: PeopleStore
  readonly enrolled: EnrolledFaceStore
  readonly corrections: CorrectionStore
  readonly calibrations: CalibrationStore
  readonly decisions: DecisionStore
  readonly visits: VisitStore
  readonly deliveries: DeliveryStore
  readonly references: ReferenceStore
  readonly audit: AuditStore
  readonly protection: ProtectionStore
  readonly retention: RetentionStore
  readonly greeting: GreetingStore
  readonly backups: BackupStore
  readonly migration: MigrationStore
  state(): Promise<GalleryState>
  /** All galleries of the store, by name. */
  galleries(): Promise<GallerySummary[]>
  /**
   * Adds a template, and its subject when that is new.
   *
   * @throws AgnizeError `wrong-model` when the gallery's templates are of another model.
   */
  add(name: string, template: NewTemplate): Promise<Added>
  /** Adds many templates in one transaction: all of them or none. */
  addEach(entries: readonly NamedTemplate[]): Promise<Added[]>
  /** Every template that is searched, subject by subject. */
  templates(): Promise<StoredTemplate[]>
  /** What was kept of enrolled faces, by template; those that are not there are left out. */
  crops(templateIds: readonly string[]): Promise<Map<string, Crops>>
  /** A subject's kept faces, oldest first, with templates of every model. @throws AgnizeError `unknown-subject`. */
  faces(name: string): Promise<KeptFace[]>
  /** Deletes the gallery with everything in it. */
  destroy(): Promise<void>
  /** The subject of an id; undefined where there is none. */
  withId(id: string): Promise<Subject | undefined>
  /** Makes a subject without faces. @throws AgnizeError `subject-exists`. */
  create(
    name: string,
    options?: { readonly since?: string; readonly details?: Partial<SubjectDetails> },
  ): Promise<SubjectSummary>
  /** Subjects, by name. */
  subjects(page?: SubjectPage): Promise<SubjectSummary[]>
  /** @throws AgnizeError `unknown-subject`. */
  subject(name: string): Promise<SubjectSummary>
  /**
   * Changes name and what is kept about a subject; what is not given stays.
   *
   * @param check - Sees the subject before, in the same transaction; what it throws stops the change.
   * @throws AgnizeError `unknown-subject`; `subject-exists` when another has the external id.
   */
  update(
    name: string,
    details: SubjectChange,
    check?: (before: SubjectSummary) => void,
  ): Promise<SubjectSummary>
  /** A subject's templates, oldest first. @throws AgnizeError `unknown-subject`. */
  templatesOf(name: string): Promise<TemplateSummary[]>
  /** @throws AgnizeError `unknown-subject`, `subject-exists`. */
  rename(name: string, newName: string): Promise<Subject>
  /**
   * Removes a subject with all templates, crops, corrections and log entries.
   *
   * @param action - What the log of what was done calls it; default `remove`. After `erase` it can be asked who it was.
   * @param reference - What they are known by besides their name and external id.
   * @throws AgnizeError `unknown-subject`.
   */
  remove(name: string, action?: string, reference?: string): Promise<Removed>
  /** How many rows of each table name a subject, besides the log of what was done; those with none are left out. */
  traces(subjectId: string): Promise<Record<string, number>>
  /** Gives all templates of one subject to another and removes the first. @throws AgnizeError `unknown-subject`. */
  merge(from: string, into: string): Promise<SubjectSummary>
  /**
   * Every row as it was at one moment, while others change the store.
   *
   * @param work - Given the lines of an archive, and the sealed keys of the subjects, which no archive holds.
   */
  dump<T>(
    work: (lines: AsyncIterable<ArchiveLine>, keys: ReadonlyMap<string, Uint8Array>) => Promise<T>,
  ): Promise<T>
  /** What is wrong with the store, in words; empty when nothing is. */
  check(): Promise<string[]>
  close(): Promise<void>
}

/** The refusal to compare or mix templates of two models. */
export function wrongModel(bound: string, asked: string): AgnizeError {
  return new AgnizeError(
    'wrong-model',
    `This gallery's templates were made by ${bound}, not by ${asked}, and the two do not compare: choose that model, or another gallery.`,
  )
}
