import type { Subject } from './subject.js'

/** Purpose and retention period of a gallery. */
export interface Retention {
  /** Purpose of processing; null where none is stated. */
  readonly purpose: string | null
  /** Days after enrollment at which subjects are due for deletion; null keeps them. */
  readonly days: number | null
}

/** A subject whose retention period has ended. */
export interface DueSubject {
  /** The subject. */
  readonly subject: Subject
  /** When they were enrolled, ISO 8601, UTC. */
  readonly since: string
  /** End of the retention period, ISO 8601, UTC. */
  readonly until: string
}

/** Storage of the retention settings. */
export interface RetentionStore {
  get(): Promise<Retention>
  set(retention: Retention): Promise<void>
  /** Subjects whose retention period has ended. */
  due(at: Date): Promise<DueSubject[]>
}
