import { type Box, iou } from '../../geometry/box.js'
import { narrowing } from '../planarity/narrowing.js'
import { comparePlanarity, type Planarity } from '../planarity/planarity.js'
import { isAtRest, movement, type Start, startOf } from './movement.js'
import type { Observation, ObservedFace } from './observation.js'
import {
  type ChallengeFailure,
  type ChallengeInstruction,
  type ChallengeProgress,
  failureAdvice,
} from './outcome.js'
import { areSufficient, type ChallengeStep, isTurn } from './steps.js'

/** What a challenge is made of. */
export interface ChallengeOptions {
  /** The steps in their order, sufficient ones. */
  readonly steps: readonly ChallengeStep[]
  /** What every frame has to repeat. */
  readonly nonce: string
  /** Least similarity to the first face at which a face is the same person's. */
  readonly sameFace: number
}

/** Limits of a challenge; times in milliseconds. Judgment, checked by `npm run bench:challenge`. */
export const challengeLimits = {
  /** The whole, from the first face on. */
  whole: 30_000,
  /** Looking straight at first, and each step. */
  start: 10_000,
  step: 8000,
  /** The longest pause between two frames. */
  pause: 2000,
  /** Frames that look straight at first, frames that show a step, and frames that show a turn. */
  startFrames: 4,
  frames: 2,
  turnFrames: 3,
  /** Frames in a row without the face, with another one, or with a second one, at which the challenge fails. */
  without: 4,
  others: 3,
  seconds: 2,
  /** Width of a second face, as a share of the first's. */
  second: 0.5,
  /** Least overlap (IoU) of a face with itself in the frame before. */
  overlap: 0.15,
  /** Width of the face at first, as a share of the shorter side of the frame. */
  narrowest: 0.15,
  widest: 0.6,
} as const

/** Degrees within which a face looks straight. Judgment. */
const straight = { yaw: 13, pitch: 18, roll: 20 } as const

/**
 * Least {@link narrowing} of a head that turns from looking straight: `npm run bench:challenge` says how many people and how many bent photos lie below.
 */
const leastNarrowing = -0.08

/** Least score of a head that has just begun to turn. Judgment: lower than for two frames at large, since little of the head's depth has moved by then. */
const leastScore = -0.4

/**
 * A challenge: it is shown what was seen of each frame, and says what to do next, until it is passed or failed. It begins with the face
 * at rest, shows each step only when the face is at rest again, and counts only frames of one face that moved without a break.
 *
 * It does no work of its own besides judging, so that it can be tried without a camera.
 */
export class Challenge {
  readonly #options: ChallengeOptions
  readonly #straight: ObservedFace[] = []
  readonly #strikes = { without: 0, others: 0, seconds: 0, wrong: 0 }
  #state: ChallengeProgress['state'] = 'waiting'
  #reason: ChallengeFailure | null = null
  #instruction: ChallengeInstruction = 'show-face'
  #time = Number.NEGATIVE_INFINITY
  #at: number | undefined
  #since = 0
  #stepSince = 0
  #box: Box | undefined
  #start: Start | undefined
  #done = 0
  #isAsked = false
  #shown = 0
  #frames = 0
  #turned: { readonly seen: Planarity; readonly narrowing: number }[] = []
  #wasClosed = false

  /** @param options - Its steps have a turn among them, and none twice. */
  constructor(options: ChallengeOptions) {
    if (!areSufficient(options.steps)) throw new Error('A challenge has a turn, and no step twice.')
    this.#options = options
  }

  /** Whether the face has been seen at rest, so that it is known. */
  get isStarted(): boolean {
    return this.#start !== undefined
  }

  /** How far it is. */
  get progress(): ChallengeProgress {
    const { steps } = this.#options
    const isOver = this.#state === 'passed' || this.#state === 'failed'
    const part = this.#start ? Math.min(1, this.#shown) : 0
    return {
      state: this.#state,
      instruction: isOver ? null : this.#instruction,
      done: this.#done,
      steps: steps.length,
      progress: Math.min(1, (this.#done + part) / steps.length),
      reason: this.#reason,
      advice: this.#reason && failureAdvice[this.#reason],
    }
  }

  /** Takes account of a frame. @returns How far the challenge is now. */
  observe(seen: Observation): ChallengeProgress {
    if (this.#reason !== null || this.#state === 'passed') return this.progress
    const failure = this.#judge(seen)
    if (failure) {
      this.#state = 'failed'
      this.#reason = failure
    }
    return this.progress
  }

  #judge(seen: Observation): ChallengeFailure | undefined {
    const { time, at, nonce, face } = seen
    if (nonce !== this.#options.nonce) return 'wrong-nonce'
    if (!(time > this.#time)) return 'wrong-time'
    const pause = this.#at === undefined ? 0 : at - this.#at
    this.#time = time
    this.#at = at
    if (this.#state === 'waiting') {
      if (!face) return undefined
      this.#state = 'running'
      this.#since = at
      this.#stepSince = at
    } else if (pause > challengeLimits.pause) return 'interrupted'
    const limit = this.#start ? challengeLimits.step : challengeLimits.start
    if (at - this.#since > challengeLimits.whole || at - this.#stepSince > limit) return 'timed-out'
    const broken = this.#continuity(seen)
    if (broken || !face || this.#strikes.others > 0 || this.#strikes.seconds > 0) return broken
    return this.#start ? this.#step(face, this.#start, at) : this.#begin(face, seen)
  }

  /** Whether it is still the one face. */
  #continuity({ second, face }: Observation): ChallengeFailure | undefined {
    const strikes = this.#strikes
    const { without, others, seconds, overlap } = challengeLimits
    strikes.without = face ? 0 : strikes.without + 1
    if (strikes.without >= without) return 'face-left'
    if (!face) return undefined
    strikes.seconds = second >= challengeLimits.second ? strikes.seconds + 1 : 0
    if (strikes.seconds >= seconds) return 'second-face'
    const before = this.#box
    this.#box = face.box
    if (before && iou(before, face.box) < overlap) return 'jumped'
    strikes.others = face.similarity < this.#options.sameFace ? strikes.others + 1 : 0
    return strikes.others >= others ? 'other-face' : undefined
  }

  /** Learns the face at rest. */
  #begin(face: ObservedFace, { width, height, at }: Observation): ChallengeFailure | undefined {
    const { yaw, pitch, roll } = face.pose
    const share = face.box.width / Math.min(width, height)
    const isStraight =
      Math.abs(yaw) < straight.yaw &&
      Math.abs(pitch) < straight.pitch &&
      Math.abs(roll) < straight.roll
    this.#instruction =
      share < challengeLimits.narrowest
        ? 'come-closer'
        : share > challengeLimits.widest
          ? 'move-back'
          : 'look-straight'
    if (!isStraight || this.#instruction !== 'look-straight') {
      this.#straight.length = 0
      return undefined
    }
    this.#straight.push(face)
    if (this.#straight.length < challengeLimits.startFrames) return undefined
    const votes = this.#straight.map(({ liveness }) => liveness)
    const count = (answer: string) => votes.filter((vote) => vote === answer).length
    if (count('attack') > count('live')) return 'picture'
    this.#start = startOf(this.#straight)
    this.#ask(at)
    return undefined
  }

  /** Shows the next step; the face is at rest. */
  #ask(at: number): void {
    this.#instruction = this.#options.steps[this.#done]!
    this.#isAsked = true
    this.#stepSince = at
    this.#shown = 0
    this.#frames = 0
    this.#turned = []
    this.#wasClosed = false
    this.#strikes.wrong = 0
  }

  #step(face: ObservedFace, start: Start, at: number): ChallengeFailure | undefined {
    if (!this.#isAsked) {
      if (isAtRest(face, start)) this.#ask(at)
      return undefined
    }
    const step = this.#options.steps[this.#done]!
    this.#strikes.wrong = isWrong(step, face, start) ? this.#strikes.wrong + 1 : 0
    if (this.#strikes.wrong >= challengeLimits.frames) return 'wrong-movement'
    this.#shown = Math.max(0, movement(step, face, start))
    return isTurn(step) ? this.#turn(face, start, at) : this.#move(step, at)
  }

  #move(step: ChallengeStep, at: number): undefined {
    if (step === 'blink') {
      // Eyes that stay closed are no blink.
      if (this.#shown >= 1) this.#wasClosed = true
      else if (this.#wasClosed && this.#shown < 0.5) this.#finish(at)
      return
    }
    this.#frames = this.#shown >= 1 ? this.#frames + 1 : 0
    if (this.#frames >= challengeLimits.frames) this.#finish(at)
  }

  /** A turn also tells a head from a flat or bent picture of one, by the frames that are turned far enough. */
  #turn(face: ObservedFace, start: Start, at: number): ChallengeFailure | undefined {
    if (this.#shown < 1) return undefined
    const seen = comparePlanarity(start.points, face.points)
    if (seen.answer === 'turn_more') {
      this.#shown = Math.min(this.#shown, 0.9)
      return undefined
    }
    this.#turned.push({ seen, narrowing: narrowing(start.points, face.points) })
    if (this.#turned.length < challengeLimits.turnFrames) return undefined
    const flat = this.#turned.filter(({ seen }) => seen.answer === 'flat').length
    if (2 * flat >= this.#turned.length) return 'flat'
    const [score, narrowed] = [
      median(this.#turned.map(({ seen }) => seen.score)),
      median(this.#turned.map((each) => each.narrowing)),
    ]
    if (score < leastScore || narrowed < leastNarrowing) return 'bent'
    this.#finish(at)
    return undefined
  }

  #finish(at: number): void {
    this.#done++
    this.#shown = 0
    this.#isAsked = false
    this.#stepSince = at
    this.#instruction = 'look-straight'
    if (this.#done === this.#options.steps.length) this.#state = 'passed'
  }
}

/** Whether a face moves in a way that another step asks for: who turns in all directions does not follow. */
function isWrong(step: ChallengeStep, face: ObservedFace, start: Start): boolean {
  const others = (['turn-left', 'turn-right', 'come-closer'] as const).filter(
    (other) => other !== step,
  )
  return others.some((other) => movement(other, face, start) >= 1.1)
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!
