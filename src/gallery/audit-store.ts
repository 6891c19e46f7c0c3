import type { LogCheck, LogPage } from './chained-log.js'
import type { MetadataValue } from './subject.js'

/** Something that was done to a gallery. */
export interface AuditEntry {
  /** Counts from 1 in its gallery. */
  readonly number: number
  /** ISO 8601, UTC. */
  readonly at: string
  /** Who did it. */
  readonly actor: string
  /** Such as `enroll`, `rename`, `remove`, `backup`. */
  readonly action: string
  /** Id of the person whose data it was; null where it was about all. */
  readonly subjectId: string | null
  /** More about it, without names and biometrics. */
  readonly details: { readonly [name: string]: MetadataValue }
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
