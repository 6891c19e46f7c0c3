import type { Subject } from './subject.js'

/** What people are kept for, and how long. */
export interface Retention {
  /** Null where nothing is said of it. */
  readonly purpose: string | null
  /** People are to be deleted so many days after they were enrolled; null keeps them. */
  readonly days: number | null
}

/** Somebody who is to be deleted. */
export interface DueSubject {
  /** The subject. */
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
