import type { Greeted } from './phrase.js'

/** Timing and evidence of greetings. Times are in milliseconds. */
export interface GreeterOptions {
  /** Absence after which a person is greeted again; default 30,000. */
  readonly againAfter?: number
  /** Least number of frames in which a person was recognized; default 4. */
  readonly frames?: number
  /** Least sum of the weights of those frames; default 1.2. */
  readonly evidence?: number
  /** Time to wait for the identities of others who are present, to greet them together; default 1000. */
  readonly gather?: number
}

/** A face of a frame, as the greeter sees it. */
export interface PresentFace {
  /** The subject; null until it is decided. */
  readonly subject: {
    /** UUID of the subject. */
    readonly id: string
    /** Name of the subject. */
    readonly name: string
  } | null
  /** Weight of the frame, 0…1; see {@link weightOf}. */
  readonly weight: number
  /** Milliseconds since the face was first seen. */
  readonly age: number
  /** Personal phrase; null for the common one. */
  readonly phrase?: string | null
  /** Whether this frame is sufficient by itself, such as a single picture; default false. */
  readonly isCertain?: boolean
}

/** A person who is greeted. */
export interface GreetedSubject extends Greeted {
  /** UUID of the subject. */
  readonly id: string
}

/** People with the time at which each was seen last, to continue after a restart. */
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

/** A name must hold without a longer gap than this, in milliseconds. */
const longestGap = 1500

/**
 * Decides who is greeted and when: each person once their identity is stable over several frames, again after a long
 * enough absence, together with others who arrive at the same time, and nobody while a greeting is being spoken.
 */
export class Greeter {
  readonly #options: Required<GreeterOptions>
  readonly #present = new Map<string, Presence>()
  #speaking = false
  /** Since when somebody is ready before each camera. */
  readonly #waitingSince = new Map<string, number>()

  /** @param memory - Memory of an earlier greeter: people in it count as greeted. */
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
   * @param at - Time of the frame, in milliseconds.
   * @param camera - Name of the camera, where there are several: nobody is greeted by two of them.
   * @returns The people to greet now; null for nobody. Call {@link Greeter.spoken} afterwards.
   */
  update(faces: readonly PresentFace[], at: number, camera = ''): readonly GreetedSubject[] | null {
    const ready: Presence[] = []
    let others = false
    for (const face of faces) {
      const presence = face.subject && this.#see(face.subject, face, at)
      if (presence?.greeted) continue
      if (presence && (face.isCertain || this.#holds(presence))) ready.push(presence)
      else others ||= !face.isCertain && face.age < this.#options.gather
    }
    this.#forget(at)
    if (ready.length === 0) {
      this.#waitingSince.delete(camera)
      return null
    }
    if (this.#speaking) return null
    const since = this.#waitingSince.get(camera) ?? at
    this.#waitingSince.set(camera, since)
    if (others && at - since < this.#options.gather) return null
    this.#waitingSince.delete(camera)
    this.#speaking = true
    for (const presence of ready) presence.greeted = true
    // By name: which face is the largest changes from frame to frame.
    ready.sort((a, b) => a.name.localeCompare(b.name))
    return ready.map(({ id, name, phrase }) => ({ id, name, phrase }))
  }

  /** Reports that the greeting was spoken, or failed; until then nobody else is greeted. */
  spoken(): void {
    this.#speaking = false
  }

  /** State from which a new greeter continues after a restart. */
  get memory(): GreeterMemory {
    return [...this.#present.values()]
      .filter(({ greeted }) => greeted)
      .map(({ id, seenAt }) => [id, seenAt])
  }

  #see(
    { id, name }: NonNullable<PresentFace['subject']>,
    { weight, phrase }: PresentFace,
    at: number,
  ): Presence {
    const before = this.#present.get(id)
    const away = before ? at - before.seenAt : Number.POSITIVE_INFINITY
    const presence: Presence =
      before && away < this.#options.againAfter
        ? before
        : { id, name, phrase: null, frames: 0, evidence: 0, seenAt: at, greeted: false }
    if (away > longestGap) {
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

  #holds({ frames, evidence }: Presence): boolean {
    return frames >= this.#options.frames && evidence >= this.#options.evidence
  }

  #forget(at: number): void {
    for (const [id, { seenAt }] of this.#present) {
      if (at - seenAt >= this.#options.againAfter) this.#present.delete(id)
    }
  }
}

/** A face as tall as this share of the frame says all that its quality allows. */
const fullHeight = 0.25

/**
 * Weight of a frame as evidence of an identity, by the quality and the size of the face.
 *
 * @param quality - Of the face, 0…1.
 * @param height - Height of its box as a share of the frame's height.
 * @returns 0…1.
 */
export function weightOf(quality: number, height: number): number {
  return quality * Math.min(1, height / fullHeight)
}
