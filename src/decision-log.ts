import { randomUUID } from 'node:crypto'
import type { Crops } from './faces/face.js'
import { objectOf } from './gallery/json-columns.js'
import type { DecisionStore, LogCheck, LogPage, LogSettings } from './gallery/store.js'
import type { Box } from './geometry/box.js'
import type { Opened } from './opened.js'
import type { Answer, IdentifiedFace, Reason } from './recognition/identify.js'
import type { AcceptedError, Threshold } from './recognition/threshold.js'

/** Candidates that are recorded with a decision. */
const recordedCandidates = 5

/** A decision as it was made, without its face. */
export interface Decision {
  /** Counts from 1 in its gallery. */
  readonly number: number
  /** ISO 8601, UTC. */
  readonly at: string
  /** Version of the gallery, which every change of it raises. */
  readonly galleryVersion: number
  /** The model and the start of its hash. */
  readonly model: string
  readonly threshold: Threshold
  /** What was asked for. */
  readonly accept: AcceptedError
  /** How many vectors the probe was compared with. */
  readonly comparisons: number
  /** Similarity within which two people could not be told apart. */
  readonly ambiguity: number
  /** Whether a person could be in the photo more than once. */
  readonly allowDuplicates: boolean
  /** SHA-256 of the photo, in hex, and the face in it. */
  readonly photoHash: string
  readonly box: Box
  readonly quality: { readonly score: number; readonly reasons: readonly string[] }
  readonly answer: Answer
  readonly reason: Reason | null
  readonly subject: { readonly id: string; readonly name: string } | null
  readonly similarity: number | null
  readonly candidates: readonly {
    readonly subject: { readonly id: string; readonly name: string }
    readonly similarity: number
    /** Of the person's face that is most like the probe. */
    readonly templateId: string
  }[]
}

/** A decision whose content went when somebody whom it named was removed. */
export interface ErasedDecision {
  readonly number: number
  readonly at: string
  readonly erased: true
}

/** The log of what was decided about faces; off unless it is switched on. The `decisions` of an opened agnize. */
export class DecisionLog {
  readonly #opened: Opened

  /** @internal */
  constructor(opened: Opened) {
    this.#opened = opened
  }

  /** Whether decisions are recorded, for how long they are kept, and whether faces are kept with them. */
  async settings(): Promise<LogSettings> {
    return (await this.#store()).settings()
  }

  /**
   * Begins to record what `identify` decides.
   *
   * @param options - `days`: how long entries are kept, default 30; `faces`: keep the face that was decided on, without
   * which another model cannot be asked later.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await agnize.decisions.record({ days: 14 })
   * ```
   */
  async record({
    days = 30,
    faces = false,
  }: {
    readonly days?: number | null
    readonly faces?: boolean
  } = {}): Promise<void> {
    await (await this.#store()).configure({ recording: true, days, faces })
  }

  /** Stops to record; what is recorded stays until it is too old. */
  async stop(): Promise<void> {
    const store = await this.#store()
    await store.configure({ ...(await store.settings()), recording: false })
  }

  /** What was recorded, oldest first. */
  async *list(): AsyncGenerator<Decision | ErasedDecision, void, undefined> {
    for await (const { number, at, payload } of (await this.#store()).entries()) {
      yield payload === null ? { number, at, erased: true } : parsed(number, at, payload)
    }
  }

  /**
   * What was recorded, newest first.
   *
   * @param page - `before`: the number of the last one of the stretch before; `subjectId`: only those that name this person,
   * as the answer or among the candidates.
   */
  async latest(page: LogPage): Promise<(Decision | ErasedDecision)[]> {
    return (await this.latestEntries(page)).map(({ decision }) => decision)
  }

  /** The same with the face where that was kept. @internal */
  async latestEntries(
    page: LogPage,
  ): Promise<{ decision: Decision | ErasedDecision; face: Uint8Array | null }[]> {
    const entries = await (await this.#store()).latest(page)
    return entries.map(({ number, at, payload, face }) =>
      payload === null
        ? { decision: { number, at, erased: true }, face: null }
        : { decision: parsed(number, at, payload), face },
    )
  }

  /** What was recorded after a number, oldest first, with the face where that was kept. @internal */
  async *entries(
    after: number,
  ): AsyncGenerator<{ decision: Decision | ErasedDecision; face: Uint8Array | null }> {
    for await (const { number, at, payload, face } of (await this.#store()).entries(after)) {
      yield payload === null
        ? { decision: { number, at, erased: true }, face: null }
        : { decision: parsed(number, at, payload), face }
    }
  }

  /** What was recorded with its face, where that was kept. @internal */
  async *withFaces(): AsyncGenerator<{ decision: Decision; face: Uint8Array | null }> {
    for await (const { number, at, payload, face } of (await this.#store()).entries()) {
      if (payload !== null) yield { decision: parsed(number, at, payload), face }
    }
  }

  /** Whether the log is as it was written. */
  async verify(): Promise<LogCheck> {
    return (await this.#store()).verify()
  }

  /** Deletes what was recorded. @returns How many entries. */
  async clear(): Promise<number> {
    return (await this.#store()).clear()
  }

  async #store(): Promise<DecisionStore> {
    return (await this.#opened.gallery()).store.decisions
  }
}

/** Records the decisions about the faces of one photo. */
export async function recordDecisions(
  store: DecisionStore,
  faces: readonly IdentifiedFace[],
  crops: readonly Crops[],
  about: {
    readonly model: string
    readonly version: number
    readonly accept: AcceptedError
    readonly comparisons: number
    readonly ambiguity: number
    readonly allowDuplicates: boolean
    readonly sha256: string
  },
): Promise<void> {
  if (faces.length === 0) return
  const { faces: withFaces } = await store.settings()
  const at = new Date().toISOString()
  await store.append(
    faces.map((face, i) => {
      const candidates = face.candidates.slice(0, recordedCandidates)
      const payload: Omit<Decision, 'number' | 'at'> & { salt: string } = {
        // Without it, whoever has the hash of an erased entry could find its content by guessing.
        salt: randomUUID(),
        galleryVersion: about.version,
        model: about.model,
        threshold: face.threshold,
        accept: about.accept,
        comparisons: about.comparisons,
        ambiguity: about.ambiguity,
        allowDuplicates: about.allowDuplicates,
        photoHash: about.sha256,
        box: face.box,
        quality: { score: face.quality.score, reasons: face.quality.reasons },
        answer: face.answer,
        reason: face.reason,
        subject: face.subject,
        similarity: face.similarity,
        candidates: candidates.map(({ subject, similarity, templateId }) => ({
          subject,
          similarity,
          templateId,
        })),
      }
      return {
        at,
        payload: JSON.stringify(payload),
        face: withFaces ? crops[i]!.padded : null,
        subjects: candidates.map(({ subject }) => subject.id),
      }
    }),
  )
}

function parsed(number: number, at: string, payload: string): Decision {
  const { salt: _, ...decision } = objectOf<Omit<Decision, 'number' | 'at'> & { salt: string }>(
    payload,
    `entry ${number} of the log of decisions`,
  )
  return { number, at, ...decision }
}
