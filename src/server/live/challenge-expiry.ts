import type { Logger } from 'pino'
import { deleteExpiredChallenges } from '../../gallery/sql/sql-challenges.js'
import type { SqlDatabase } from '../../gallery/sql/sql-database.js'

/**
 * Longest time between two looks for expired challenges, in milliseconds: shorter than a result is accepted, so that also those that
 * another server made are seen before they expire.
 */
const longestWaitMs = 30_000

/** Deletes the challenges of all galleries as soon as they expire, with the faces that they keep. */
export class ChallengeExpiry {
  readonly #database: SqlDatabase
  readonly #log: Logger
  #timer: NodeJS.Timeout | undefined
  #deleting = Promise.resolve()
  #isStopped = false

  constructor(database: SqlDatabase, log: Logger) {
    this.#database = database
    this.#log = log
  }

  /** Deletes those that expired while no server ran, and from then on each when it expires. */
  start(): void {
    this.#deleting = this.#delete()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#deleting
  }

  async #delete(): Promise<void> {
    let wait = longestWaitMs
    try {
      const next = await deleteExpiredChallenges(this.#database)
      if (next !== null) wait = Math.min(wait, Math.max(0, Date.parse(next) - Date.now()))
    } catch (error) {
      this.#log.warn({ err: error }, 'expired challenges could not be deleted')
    }
    if (this.#isStopped) return
    this.#timer = setTimeout(() => this.start(), wait)
    this.#timer.unref()
  }
}
