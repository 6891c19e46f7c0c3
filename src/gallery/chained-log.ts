/** A page of a log, newest first. */
export interface LogPage {
  /** Number of the last entry of the previous page; default starts at the newest. */
  readonly before?: number | undefined
  /** Largest number of entries on the page. */
  readonly limit: number
  /** Only entries that name this subject. */
  readonly subjectId?: string | undefined
}

/** Result of verifying a log. */
export interface LogCheck {
  /** Number of entries. */
  readonly entries: number
  /** Number of entries whose content was erased with a person. */
  readonly erased: number
  /** Number of the first entry whose hash does not match the chain; null where all match. */
  readonly broken: number | null
  /** Hash of the last entry; stored elsewhere, it detects a rewritten log. */
  readonly head: string
}
