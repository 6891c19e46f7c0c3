import type { LogCheck, LogPage } from './chained-log.js'

/** Settings of the decision log. */
export interface LogSettings {
  /** Whether decisions are recorded. */
  readonly recording: boolean
  /** Days after which entries are deleted; null keeps them. */
  readonly days: number | null
  /** Whether faces are kept with the entries, so that another model can repeat the decisions. */
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
  /** Sequence number, counted from 1 in its gallery. */
  readonly number: number
  readonly at: string
  /** Null once the person was removed whom it was about. */
  readonly payload: string | null
  readonly face: Uint8Array | null
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
