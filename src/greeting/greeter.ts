import type { Greeted } from './phrase.js'

/** When somebody is greeted. Times are in milliseconds. */
export interface GreeterOptions {
  /** Who was away for so long is greeted again; default 30,000. */
  readonly againAfter?: number
  /** Frames in which somebody must have been seen; default 4. */
  readonly frames?: number
  /** What the weights of those frames must come to; default 1.2. */
  readonly evidence?: number
  /** How long to wait for others who are there but not known yet, so as to greet them together; default 1000. */
  readonly gather?: number
}

/** A face of a frame, as far as greeting goes. */
export interface PresentFace {
  /** Who it is, once that is decided. */
  readonly subject: {
    /** UUID of the subject. */
    readonly id: string
    /** Name of the subject. */
    readonly name: string
  } | null
  /** How much this frame says, 0…1: see {@link weightOf}. */
  readonly weight: number
  /** Milliseconds since the face was first seen. */
  readonly age: number
  /** A phrase of their own. */
  readonly phrase?: string | null
  /** Whether this frame is enough, such as where there is no other; default false. */
  readonly isCertain?: boolean
}

/** Somebody who is greeted. */
export interface GreetedSubject extends Greeted {
  /** UUID of the subject. */
  readonly id: string
}

/** Who was there when, to go on from after a restart. */
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
 * Decides who is greeted and when: everybody once, when their name has held over several frames; who comes back after they
 * were away long enough, again; those who come together, together; and nobody while a greeting is being spoken.
 */
export class Greeter {
  readonly #options: Required<GreeterOptions>
  readonly #present = new Map<string, Presence>()
  #speaking = false
  /** Since when somebody is ready before each camera. */
  readonly #waitingSince = new Map<string, number>()

  /** @param memory - Of another greeter, before a restart: those who are in it were greeted. */
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
   * Takes the faces of the next frame.
   *
   * @param at - When it was taken, in milliseconds.
   * @param camera - Which camera took it, where there are several: nobody is greeted by two of them.
   * @returns Whom to greet now, by name; null for nobody. Say so with {@link Greeter.spoken} when it was done.
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

  /** The greeting was said, or could not be. */
  spoken(): void {
    this.#speaking = false
  }

  /** To go on from after a restart. */
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
 * How much a frame says about who a face is: by its quality and its size.
 *
 * @param quality - Of the face, 0…1.
 * @param height - Of its box as a share of the frame's.
 * @returns 0…1.
 */
export function weightOf(quality: number, height: number): number {
  return quality * Math.min(1, height / fullHeight)
}
