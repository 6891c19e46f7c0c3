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
  /** The decision as JSON. */
  readonly payload: string
  /** The face with its surroundings, JPEG; null unless faces are kept. */
  readonly face: Uint8Array | null
  /** Ids of all subjects that the payload names. */
  readonly subjects: readonly string[]
}

/** A recorded decision. */
export interface LoggedDecision {
  /** Sequence number, counted from 1 in its gallery. */
  readonly number: number
  readonly at: string
  /** The decision as JSON; null once it was erased with a subject that it named. */
  readonly payload: string | null
  readonly face: Uint8Array | null
}

/** The decision log of a gallery. It does not increment the gallery's version. */
export interface DecisionStore {
  settings(): Promise<LogSettings>
  configure(settings: LogSettings): Promise<void>
  /** Appends entries to the chain, and deletes expired ones. */
  append(decisions: readonly NewDecision[]): Promise<void>
  /** Entries after a number, oldest first. */
  entries(after?: number): AsyncIterable<LoggedDecision>
  /** One page of entries, newest first. */
  latest(page: LogPage): Promise<LoggedDecision[]>
  /** Entries that name a subject. */
  about(subjectId: string): Promise<LoggedDecision[]>
  /** Verifies the chain of hashes. */
  verify(): Promise<LogCheck>
  /** Deletes all entries. @returns How many. */
  clear(): Promise<number>
}
