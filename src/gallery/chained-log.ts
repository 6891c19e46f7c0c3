/** A stretch of a log, newest first. */
export interface LogPage {
  /** Number of the last entry of the stretch before; default from the newest on. */
  readonly before?: number | undefined
  /** Largest number of entries on the page. */
  readonly limit: number
  /** Only those that name this subject. */
  readonly subjectId?: string | undefined
}

/** Whether a log is as it was written. */
export interface LogCheck {
  /** Number of entries. */
  readonly entries: number
  /** Entries whose content went with a person. */
  readonly erased: number
  /** The first entry that does not fit to those before it; null where all do. */
  readonly broken: number | null
  /** Hash of the last entry, to keep elsewhere: whoever rewrites the whole log changes it. */
  readonly head: string
}
