import type { Logger } from 'pino'
import { AttackReports } from '../../application/attack-reports.js'
import type { RecordedFace } from '../../application/visit-recorder.js'
import { passReadOnly } from '../../base/errors.js'
import type { TrackedFace } from '../../recognition/tracker.js'
import type { GallerySession } from '../../session/gallery-session.js'
import type { Metrics } from '../metrics.js'

/** An attack that was not seen for this many milliseconds is recorded again. Judgment. */
const awayMs = 60_000
/** Milliseconds after which an entry is tried again that the store refused. Judgment: a locked store delays frames by as much. */
const retryAfterMs = 5000

/** The parts of the server that attacks are reported to. */
interface Host {
  readonly metrics: Metrics
  readonly log: Logger
}

/**
 * Records the pictures of faces that are held before a live connection's camera, each once: in the audit log, and as a count.
 * The entry names by id the subject whom a picture resembles, as entries of views do: an operator has to know whose picture opens doors.
 */
export class LiveAttacks {
  readonly #server: Host
  readonly #camera: string
  readonly #reports = new AttackReports(awayMs)
  #retryAt = 0

  constructor(server: Host, camera: string) {
    this.#server = server
    this.#camera = camera
  }

  /**
   * Takes account of the faces of a frame, with verdicts by the gallery's own settings. A store that refuses the entry does not
   * fail the frame: the next frames try again.
   *
   * @param at - Milliseconds.
   */
  async update(
    session: GallerySession,
    faces: readonly TrackedFace<RecordedFace>[],
    at: number,
  ): Promise<void> {
    const attacks = this.#reports.update(faces, at)
    if (attacks.length === 0 || at < this.#retryAt) return
    try {
      const { store } = await session.gallery()
      for (const attack of attacks) {
        const { resembles, score, threshold } = attack
        const details = { camera: this.#camera, score, threshold }
        const subjectId = resembles?.id ?? null
        await store.audit.append({ action: 'attack', subjectId, details }).catch(passReadOnly)
        this.#reports.markReported(attack, at)
        this.#server.metrics.countAttack()
      }
    } catch (error) {
      this.#retryAt = performance.now() + retryAfterMs
      this.#server.log.error({ err: error }, 'an attack could not be recorded')
    }
  }
}
