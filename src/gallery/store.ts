import type { Crops } from '../faces/face.js'
import type { ArchiveLine } from './archive/archive-file.js'
import type { AuditStore } from './audit-store.js'
import type { BackupStore } from './backup-store.js'
import type { CalibrationStore } from './calibration-store.js'
import type { CorrectionStore } from './correction-store.js'
import type { DecisionStore } from './decision-store.js'
import type { DeliveryStore } from './delivery-store.js'
import type { EnrolledFaceStore } from './enrolled-faces.js'
import type { GreetingStore } from './greeting-store.js'
import type { KeptFace } from './kept-face.js'
import type { MigrationStore } from './migration-store.js'
import type { PeopleStore } from './people-store.js'
import type { ProtectionStore } from './protection-store.js'
import type { ReferenceStore } from './reference-store.js'
import type { RetentionStore } from './retention-store.js'
import type {
  Subject,
  SubjectChange,
  SubjectDetails,
  SubjectPage,
  SubjectSummary,
  TemplateSummary,
} from './subject.js'
import type { Added, NamedTemplate, NewTemplate, StoredTemplate } from './template.js'
import type { VisitStore } from './visit-store.js'

/** A gallery of a store. */
export interface GallerySummary {
  /** Name of the gallery. */
  readonly name: string
  /** Number of subjects. */
  readonly people: number
  /** Number of templates that are searched. */
  readonly templates: number
  /** Id of the active model; null without templates. */
  readonly model: string | null
  /** Whether the gallery is encrypted. */
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

/** What went with a subject. */
export interface Removed extends SubjectSummary {
  readonly corrections: number
  /** Entries of the log of decisions whose content went. */
  readonly decisions: number
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
  /** Problems of the store, in words; empty for a sound one. */
  check(): Promise<string[]>
  close(): Promise<void>
}
