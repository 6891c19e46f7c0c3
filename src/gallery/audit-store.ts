import type { LogCheck, LogPage } from './chained-log.js'
import type { MetadataValue } from './subject.js'

/** An entry of the audit log. */
export interface AuditEntry {
  /** Sequence number, counted from 1 in its gallery. */
  readonly number: number
  /** ISO 8601, UTC. */
  readonly at: string
  /** Actor of the action. */
  readonly actor: string
  /** Name of the action, such as `enroll`, `rename`, `remove`, `backup`. */
  readonly action: string
  /** UUID of the subject concerned; null where the action concerns the whole gallery. */
  readonly subjectId: string | null
  /** Details, without names and biometric data. */
  readonly details: { readonly [name: string]: MetadataValue }
}

/** A gallery's append-only audit log: who did what to whose data. Changes of the gallery write their own entries. */
export interface AuditStore {
  /** Adds an entry for an action that does not change the gallery. */
  append(entry: Pick<AuditEntry, 'action' | 'subjectId' | 'details'>): Promise<void>
  /** Entries after a number, oldest first; all, or those about one subject. */
  entries(subjectId?: string, after?: number): AsyncIterable<AuditEntry>
  /** One page of entries, newest first. */
  latest(page: LogPage): Promise<AuditEntry[]>
  /** Verifies the chain of hashes. */
  verify(): Promise<LogCheck>
}
