import type { ArchiveLine } from './archive/archive-file.js'
import type { AuditStore } from './audit-store.js'
import type { BackupStore } from './backup-store.js'
import type { CalibrationStore } from './calibration-store.js'
import type { CameraStore } from './camera-store.js'
import type { ChallengeStore } from './challenge-store.js'
import type { CorrectionStore } from './correction-store.js'
import type { DecisionStore } from './decision-store.js'
import type { DeliveryStore } from './delivery-store.js'
import type { DifferentPeopleStore } from './different-people-store.js'
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
  TagCount,
  TemplateSummary,
} from './subject.js'
import type { Added, NamedTemplate, NewTemplate, StoredTemplate } from './template.js'
import type { VisitorStore, VisitStore } from './visit-store.js'

/** A subject to create. */
export interface NewSubject {
  readonly name: string
  /** When it was created, ISO 8601; default now. */
  readonly since?: string
  readonly details: Partial<SubjectDetails>
}

/** What became of a subject to create. */
export interface CreatedSubject {
  readonly name: string
  readonly outcome: 'created' | 'without external id' | 'known'
}

/** A gallery of a store. */
export interface GallerySummary {
  /** Name of the gallery. */
  readonly name: string
  /** Number of subjects with templates, who can be recognized. */
  readonly people: number
  /** Number of templates that are searched. */
  readonly templates: number
  /** Id of the active model; null without templates. */
  readonly model: string | null
  /** Whether the gallery is encrypted. */
  readonly isProtected: boolean
}

/** Current state of a gallery. */
export interface GalleryState {
  /** Incremented by every change, so that caches detect that they are stale. */
  readonly version: number
  /** Id of the templates' model; null while there are none. */
  readonly model: string | null
  /** Number of subjects with templates. */
  readonly people: number
  readonly templates: number
}

/** Options of removing a subject. */
export interface RemoveOptions {
  /** Name of the action in the audit log; default `remove`. After `erase` the log can be queried for the subject. */
  readonly action?: string
  /** Reference that the subject is known by, besides its name and external id. */
  readonly reference?: string
  /** Receives the subject before the removal, in the same transaction; throwing prevents it. */
  readonly check?: (before: SubjectSummary) => void
}

/** A removed subject, with the number of records removed with it. */
export interface Removed extends SubjectSummary {
  readonly corrections: number
  /** Entries of the decision log whose content was erased. */
  readonly decisions: number
}

/**
 * Durable storage of one gallery. Every change is one transaction: durable as a whole, or not made at all.
 *
 * Subject names are matched independently of their Unicode composition.
 *
 * @throws AgnizeError, from every method: `gallery-locked`, `gallery-damaged`, `read-only`, `disk-full`.
 */
export interface Store {
  /** Unique id of the gallery. */
  readonly id: string
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
  state(): Promise<GalleryState>
  /** All galleries of the store, by name. */
  galleries(): Promise<GallerySummary[]>
  /** Number of all subjects of each gallery that has any, those without a photo included; they are counted. */
  subjectCounts(): Promise<Map<string, number>>
  /**
   * Adds a template, and its subject if it is new.
   *
   * @throws AgnizeError `wrong-model` when the gallery's templates are of another model.
   */
  add(name: string, template: NewTemplate): Promise<Added>
  /** Adds many templates in one transaction: all of them or none. */
  addEach(entries: readonly NamedTemplate[]): Promise<Added[]>
  /** Every searched template, subject by subject. */
  templates(): Promise<StoredTemplate[]>
  /** JPEG of enrolled faces with their surroundings, by template id; unknown ids and imported templates are omitted. */
  crops(templateIds: readonly string[]): Promise<Map<string, Uint8Array>>
  /** A subject's kept faces, oldest first, with templates of every model. @throws AgnizeError `unknown-subject`. */
  faces(name: string): Promise<KeptFace[]>
  /** Deletes the gallery with everything in it. */
  destroy(): Promise<void>
  /** The subject with an id; undefined without one. */
  withId(id: string): Promise<Subject | undefined>
  /** Creates a subject without faces. @throws AgnizeError `subject-exists`. */
  create(
    name: string,
    options?: { readonly since?: string; readonly details?: Partial<SubjectDetails> },
  ): Promise<SubjectSummary>
  /**
   * Creates subjects without faces, of different names, in one transaction. One whose name is taken is left as it is; an external
   * id that another subject has is left out.
   */
  createEach(subjects: readonly NewSubject[]): Promise<CreatedSubject[]>
  /** The tags in use, by name. */
  tags(): Promise<TagCount[]>
  /** One page of subjects, by name. */
  subjects(page?: SubjectPage): Promise<SubjectSummary[]>
  /** @throws AgnizeError `unknown-subject`. */
  subject(name: string): Promise<SubjectSummary>
  /**
   * Changes the name and details of a subject; omitted fields keep their value.
   *
   * @param check - Receives the subject before the change, in the same transaction; throwing cancels the change.
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
   * @throws AgnizeError `unknown-subject`.
   */
  remove(name: string, options?: RemoveOptions): Promise<Removed>
  /** Number of rows of each table that name a subject, except the audit log; tables without any are omitted. */
  traces(subjectId: string): Promise<Record<string, number>>
  /** Moves all templates of one subject to another and removes the first. @throws AgnizeError `unknown-subject`. */
  merge(
    from: string,
    into: string,
    check?: (before: SubjectSummary) => void,
  ): Promise<SubjectSummary>
  /**
   * A consistent snapshot of all rows, while others change the store.
   *
   * @param work - Receives the lines of an archive, and the sealed keys of the subjects, which no archive holds.
   */
  dump<T>(
    work: (lines: AsyncIterable<ArchiveLine>, keys: ReadonlyMap<string, Uint8Array>) => Promise<T>,
  ): Promise<T>
  /**
   * Rewrites the files of the store, so that no page holds remains of deleted rows; a database server's files are left to it. It
   * takes as long as reading and writing every row.
   */
  rewrite(): Promise<void>
  /** Problems of the store, in words; empty for a sound one. */
  check(): Promise<string[]>
  close(): Promise<void>
}
