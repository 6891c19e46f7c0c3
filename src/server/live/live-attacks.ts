import type { RecordedFace } from '../../application/visit-recorder.js'
import type { TrackedFace } from '../../recognition/tracker.js'
import type { GallerySession } from '../../session/gallery-session.js'
import { AttackReports } from '../../watch/attack-reports.js'
import type { Metrics } from '../metrics.js'

/** An attack that was not seen for this many milliseconds is recorded again. Judgment. */
const awayMs = 60_000

/** Records the pictures of faces that are held before a live connection's camera, each once: in the audit log, and as a count. */
export class LiveAttacks {
  readonly #server: { readonly metrics: Metrics }
  readonly #camera: string
  readonly #reports = new AttackReports(awayMs)

  constructor(server: { readonly metrics: Metrics }, camera: string) {
    this.#server = server
    this.#camera = camera
  }

  /** Takes account of the faces of a frame. @param at - Milliseconds. */
  async update(
    session: GallerySession,
    faces: readonly TrackedFace<RecordedFace>[],
    at: number,
  ): Promise<void> {
    const attacks = this.#reports.update(faces, at)
    if (attacks.length === 0) return
    const { store } = await session.gallery()
    for (const { resembles, score, threshold } of attacks) {
      this.#server.metrics.countAttack()
      const details = { camera: this.#camera, score, threshold }
      await store.audit.append({ action: 'attack', subjectId: resembles?.id ?? null, details })
    }
  }
}
