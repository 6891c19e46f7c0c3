import type { LogCheck, LogPage } from './chained-log.js'
import type { MetadataValue } from './subject.js'

/** An entry of the audit log. */
export interface AuditEntry {
  /** Sequence number, counted from 1 in its gallery. */
  readonly number: number
  /** ISO 8601, UTC. */
  readonly at: string
  /** Who did it. */
  readonly actor: string
  /** Such as `enroll`, `rename`, `remove`, `backup`. */
  readonly action: string
  /** UUID of the subject concerned; null where the action concerns the whole gallery. */
  readonly subjectId: string | null
  /** Details, without names and biometric data. */
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
