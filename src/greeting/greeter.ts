import type { Greeted } from './phrase.js'

/** Timing and evidence of greetings. Times are in milliseconds. */
export interface GreeterOptions {
  /** A subject who has been away for this long is greeted again; default 30,000. Judgment. */
  readonly againAfter?: number
  /** Minimum number of frames in which a subject must have been recognized; default 4. Judgment. */
  readonly frames?: number
  /** Minimum sum of the weights of those frames; default 1.2. Judgment. */
  readonly evidence?: number
  /** How long to wait for undecided faces, so that people who arrive together are greeted together; default 1000. Judgment. */
  readonly gather?: number
}

/** A face of a frame, with the fields that greeting needs. */
export interface PresentFace {
  /** The recognized subject, once decided. */
  readonly subject: {
    /** UUID of the subject. */
    readonly id: string
    /** Name of the subject. */
    readonly name: string
  } | null
  /** Weight of this frame as evidence, 0…1: see {@link weightOf}. */
  readonly weight: number
  /** Milliseconds since the face was first seen. */
  readonly age: number
  /** The subject's own greeting phrase. */
  readonly phrase?: string | null
  /** Whether this frame suffices, such as a single picture; default false. */
  readonly isCertain?: boolean
}

/** A subject to greet. */
export interface GreetedSubject extends Greeted {
  /** UUID of the subject. */
  readonly id: string
}

/** Last sightings of greeted subjects, to be restored after a restart. */
export type GreeterMemory = readonly (readonly [id: string, seenAt: number])[]

interface Presence {
  readonly id: string
  name: string
  phrase: string | null
  frames: number
  evidence: number
  seenAt: number
  greeted: boolean
}

/**
 * Evidence is discarded when a subject is missing from the frames for longer than this, in milliseconds. Judgment. A gap
 * without any frame does not count: at low frame rates every frame comes after one.
 */
const maxGapMs = 1500
/** Frames further apart than this many milliseconds are not one sequence; equals the tracker's limit. Judgment. */
const maxFrameIntervalMs = 4000

/**
 * Decides who is greeted and when. A subject is greeted once their identity has been stable over several frames, and again after
 * an absence; people who arrive together are greeted together; no greeting begins while another is being spoken.
 *
 * @example
 * ```ts
 * import { Greeter, greetingFor, weightOf } from 'agnize'
 *
 * const greeter = new Greeter({ againAfter: 60_000 }) // milliseconds
 * const face = { subject: { id: '019a2b3c', name: 'Skuli' }, weight: weightOf(0.8, 0.3), age: 500 }
 * const greeted = greeter.update([face], Date.now())
 * if (greeted) console.log(greetingFor(greeted))
 * ```
 */
export class Greeter {
  readonly #options: Required<GreeterOptions>
  readonly #present = new Map<string, Presence>()
  #speaking = false
  /** Time of the last frame of each camera. */
  readonly #framesAt = new Map<string, number>()
  /** Since when each camera has had a subject ready to be greeted. */
  readonly #waitingSince = new Map<string, number>()

  /** @param memory - State of an earlier greeter: its subjects count as greeted. */
  constructor(options: GreeterOptions = {}, memory: GreeterMemory = []) {
    this.#options = {
      ...{ againAfter: 30_000, frames: 4, evidence: 1.2, gather: 1000 },
      ...options,
    }
    for (const [id, seenAt] of memory) {
      this.#present.set(id, {
        ...{ id, name: '', phrase: null, frames: 0, evidence: 0, seenAt, greeted: true },
      })
    }
  }

  /**
   * Processes the faces of the next frame.
   *
   * @param at - Timestamp of the frame, in milliseconds.
   * @param camera - Camera of the frame; a subject is greeted at one camera only.
   * @returns Subjects to greet now, ordered by name; null for none. Call {@link Greeter.spoken} when the greeting is
   * done.
   * @example
   * ```ts
   * import { Greeter, weightOf } from 'agnize'
   *
   * const greeter = new Greeter()
   * const subject = { id: '019a2b3c', name: 'Skuli' }
   * const greeted = greeter.update([{ subject, weight: weightOf(0.8, 0.3), age: 500 }], Date.now(), 'door')
   * if (greeted) console.log(greeted.map(({ name }) => name))
   * ```
   */
  update(faces: readonly PresentFace[], at: number, camera = ''): readonly GreetedSubject[] | null {
    const ready: Presence[] = []
    const lastFrameAt = this.#framesAt.get(camera)
    this.#framesAt.set(camera, at)
    let isGathering = false
    for (const face of faces) {
      const presence = face.subject && this.#updatePresence(face.subject, face, at, lastFrameAt)
      if (presence?.greeted) continue
      if (presence && (face.isCertain || this.#isStable(presence))) ready.push(presence)
      else isGathering ||= !face.isCertain && face.age < this.#options.gather
    }
    this.#dropAbsent(at)
    if (ready.length === 0) {
      this.#waitingSince.delete(camera)
      return null
    }
    if (this.#speaking) return null
    const since = this.#waitingSince.get(camera) ?? at
    this.#waitingSince.set(camera, since)
    if (isGathering && at - since < this.#options.gather) return null
    this.#waitingSince.delete(camera)
    this.#speaking = true
    for (const presence of ready) presence.greeted = true
    // Ordered by name: the order of faces by size changes from frame to frame.
    ready.sort((a, b) => a.name.localeCompare(b.name))
    return ready.map(({ id, name, phrase }) => ({ id, name, phrase }))
  }

  /**
   * Reports that the greeting was spoken or failed; until then {@link Greeter.update} greets nobody.
   *
   * @example
   * ```ts
   * import { Greeter } from 'agnize'
   *
   * const greeter = new Greeter()
   * const subject = { id: '019a2b3c', name: 'Skuli' }
   * const greeted = greeter.update([{ subject, weight: 1, age: 0, isCertain: true }], Date.now())
   * if (greeted) greeter.spoken()
   * ```
   */
  spoken(): void {
    this.#speaking = false
  }

  /** State to restore after a restart. */
  get memory(): GreeterMemory {
    return [...this.#present.values()]
      .filter(({ greeted }) => greeted)
      .map(({ id, seenAt }) => [id, seenAt])
  }

  #updatePresence(
    { id, name }: NonNullable<PresentFace['subject']>,
    { weight, phrase }: PresentFace,
    at: number,
    lastFrameAt: number | undefined,
  ): Presence {
    const before = this.#present.get(id)
    const absenceMs = before ? at - before.seenAt : Number.POSITIVE_INFINITY
    const presence: Presence =
      before && absenceMs < this.#options.againAfter
        ? before
        : { id, name, phrase: null, frames: 0, evidence: 0, seenAt: at, greeted: false }
    const isNextFrame = presence.seenAt === lastFrameAt && absenceMs <= maxFrameIntervalMs
    if (absenceMs > maxGapMs && !isNextFrame) {
      presence.frames = 0
      presence.evidence = 0
    }
    presence.name = name
    presence.phrase = phrase ?? null
    presence.frames++
    presence.evidence += weight
    presence.seenAt = at
    this.#present.set(id, presence)
    return presence
  }

  #isStable({ frames, evidence }: Presence): boolean {
    return frames >= this.#options.frames && evidence >= this.#options.evidence
  }

  #dropAbsent(at: number): void {
    for (const [id, { seenAt }] of this.#present) {
      if (at - seenAt >= this.#options.againAfter) this.#present.delete(id)
    }
  }
}

/** Face height, as a share of the frame's, from which size no longer reduces the weight. Judgment. */
const fullWeightHeight = 0.25

/**
 * Weight of a frame as evidence of a face's identity: its quality, reduced for small faces.
 *
 * @param quality - Quality score of the face, 0…1.
 * @param height - Height of its box, as a share of the frame's.
 * @returns Weight, 0…1.
 * @example
 * ```ts
 * import { weightOf } from 'agnize'
 *
 * console.log(weightOf(0.8, 0.125)) // 0.4: the face is 60 of 480 pixels high
 * ```
 */
export function weightOf(quality: number, height: number): number {
  return quality * Math.min(1, height / fullWeightHeight)
}
