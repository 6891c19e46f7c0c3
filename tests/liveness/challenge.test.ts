/** The challenge as it judges frames, by a face that is projected from the mean shape: no camera and no network. */
import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { Challenge, challengeLimits } from '../../dist/liveness/challenge/challenge.js'
import type { Observation, ObservedFace } from '../../dist/liveness/challenge/observation.js'
import {
  areSufficient,
  type ChallengeStep,
  challengeSteps,
  defaultSteps,
  drawSteps,
} from '../../dist/liveness/challenge/steps.js'
import { faceShape } from '../../dist/liveness/planarity/face-shape.js'

type Posture = { yaw?: number; pitch?: number; size?: number; closed?: number }

type Seen = Observation & { readonly face: ObservedFace }

const interval = 66

/** A person before a camera, or a picture that is moved there. */
class Subject {
  readonly challenge: Challenge
  readonly #depth: number
  #at = 5000

  constructor(steps: readonly ChallengeStep[], depth = 1) {
    this.challenge = new Challenge({ steps, nonce: 'n', sameFace: 0.4 })
    this.#depth = depth
  }

  /** What is seen of a frame. */
  seen({ yaw = 0, pitch = 0, size = 1, closed = 0 }: Posture): Seen {
    this.#at += interval
    const [turn, up] = [(yaw * Math.PI) / 180, (pitch * Math.PI) / 180]
    const unit = 80 * size
    const points = faceShape.map(([x, y, z], i): [number, number] => {
      const lid = [37, 38, 43, 44].includes(i) ? closed * 0.6 * 0.16 : 0
      const depth = z * this.#depth
      const across = x * Math.cos(turn) + depth * Math.sin(turn)
      const towards = depth * Math.cos(turn) - x * Math.sin(turn)
      const down = (y + lid) * Math.cos(up) - towards * Math.sin(up)
      return [320 + unit * across, 240 + unit * down]
    })
    const isDeep = this.#depth > 0.5
    return {
      time: this.#at,
      at: this.#at,
      nonce: 'n',
      ...{ width: 640, height: 480, second: 0 },
      face: {
        box: { x: 320 - unit, y: 240 - 1.2 * unit, width: 2 * unit, height: 2.4 * unit },
        points,
        pose: { yaw: isDeep ? yaw : yaw / 5, pitch: isDeep ? pitch : 0, roll: 0 },
        similarity: 0.9,
        liveness: 'live',
      },
    }
  }

  frame(posture: Posture, other: Partial<Observation> = {}) {
    return this.challenge.observe({ ...this.seen(posture), ...other })
  }

  /** Repeats a posture until the state or the instruction changes, for the time that a step has at most. */
  hold(posture: Posture, other: Partial<Observation> = {}) {
    const before = this.challenge.progress
    for (let i = 0; i < 200; i++) {
      const { state, instruction } = this.frame(posture, other)
      if (state !== before.state || instruction !== before.instruction) break
    }
    return this.challenge.progress
  }

  /** Looks straight until the first step is asked for. */
  begin() {
    for (let i = 0; i < 20 && !this.challenge.isStarted; i++) this.frame({})
    expect(this.challenge.isStarted).toBe(true)
    return this
  }

  /** Follows every instruction until the end. */
  follow() {
    for (let i = 0; i < 20; i++) {
      const { state, instruction } = this.challenge.progress
      if (state === 'passed' || state === 'failed') break
      if (instruction === 'blink') {
        this.frame({ closed: 1 })
        this.frame({ closed: 1 })
        this.hold({})
      } else this.hold(followed[instruction!] ?? {})
    }
    return this.challenge.progress
  }
}

const followed: Record<string, Posture> = {
  'turn-left': { yaw: 28 },
  'turn-right': { yaw: -28 },
  'look-up': { pitch: 12 },
  'come-closer': { size: 1.35 },
}

test('a head that follows every step passes, in any order', () => {
  for (const step of challengeSteps.slice(1)) {
    for (const steps of [
      ['turn-left', step],
      [step, 'turn-left'],
    ] as ChallengeStep[][]) {
      const subject = new Subject(steps)
      expect(subject.challenge.progress).toMatchObject({
        state: 'waiting',
        instruction: 'show-face',
      })
      expect([steps, subject.follow()]).toMatchObject([
        steps,
        { state: 'passed', instruction: null, done: 2, progress: 1, reason: null, advice: null },
      ])
    }
  }
  // What comes after is not judged any more.
  const done = new Subject(['turn-right'])
  done.follow()
  expect(done.frame({}, { nonce: 'other' }).state).toBe('passed')
})

test('a step is shown only when the face is at rest, one at a time', () => {
  const subject = new Subject(['turn-left', 'look-up']).begin()
  expect(subject.challenge.progress).toMatchObject({ instruction: 'turn-left', done: 0 })
  expect(subject.frame({ yaw: 10 }).progress).toBeGreaterThan(0.2)
  expect(subject.hold({ yaw: 28 })).toMatchObject({ instruction: 'look-straight', done: 1 })
  for (let i = 0; i < 5; i++) expect(subject.frame({ yaw: 28 }).instruction).toBe('look-straight')
  expect(subject.frame({}).instruction).toBe('look-up')
})

test.each([
  'flat',
  'bent',
] as const)('a turn whose points move like those of a %s picture fails', (reason) => {
  const subject = new Subject(['turn-left']).begin()
  const points = faceShape.map(([x, y, z]): [number, number] => {
    // A plane in strong perspective; or a face that is narrowed far more than its nose moves.
    const scale = reason === 'flat' ? 1 / (1 + 0.86 * x) : 1
    const across = reason === 'flat' ? x * scale : 0.66 * x + 0.45 * z
    return [320 + 65 * across, 240 + 65 * y * scale]
  })
  const face = {
    box: { x: 240, y: 144, width: 160, height: 192 },
    pose: { yaw: 20, pitch: 0, roll: 0 },
    ...{ points, similarity: 0.9 },
  }
  expect(subject.hold({}, { face })).toMatchObject({ state: 'failed', reason })
})

test('a picture that does not turn like a head runs out of time', () => {
  const subject = new Subject(['turn-left'], 0).begin()
  expect(subject.hold({ yaw: 30 })).toMatchObject({ state: 'failed', reason: 'timed-out' })
})

test.each([
  ['wrong-movement', { yaw: -28 }, {}],
  ['wrong-movement', { size: 1.4 }, {}],
  ['face-left', {}, { face: null }],
  ['second-face', {}, { second: 0.7 }],
  ['wrong-nonce', {}, { nonce: 'another' }],
  ['wrong-time', {}, { time: 5000 }],
  ['interrupted', {}, { at: 20_000 }],
  ['timed-out', {}, {}],
] as const)('fails: %s', (reason, posture, other) => {
  const progress = new Subject(['turn-left']).begin().hold(posture, other)
  expect(progress).toMatchObject({ state: 'failed', reason, instruction: null })
  expect(progress.advice).toMatch(/[.]$/)
})

test('one face throughout: another face, or a jump, fails, and frames of another face do not count', () => {
  const faceOf = (subject: Subject, yaw: number, change: Partial<ObservedFace>) =>
    subject.frame({}, { face: { ...subject.seen({ yaw }).face, ...change } })
  const swapped = new Subject(['turn-left']).begin()
  // Another person's turn, a frame or two between frames of the first.
  for (let i = 0; i < 6; i++) {
    expect(faceOf(swapped, 28, { similarity: 0.1 })).toMatchObject({ done: 0, state: 'running' })
    expect(swapped.frame({}).done).toBe(0)
  }
  for (let i = 0; i < challengeLimits.others; i++) faceOf(swapped, 28, { similarity: 0.1 })
  expect(swapped.challenge.progress).toMatchObject({ state: 'failed', reason: 'other-face' })
  const jumping = new Subject(['turn-left']).begin()
  const box = { x: 0, y: 0, width: 120, height: 120 }
  expect(faceOf(jumping, 0, { box })).toMatchObject({ state: 'failed', reason: 'jumped' })
})

test('what the passive signal calls a picture does not begin', () => {
  const subject = new Subject(['turn-left'])
  for (let i = 0; i < challengeLimits.startFrames; i++) {
    const liveness = i % 3 === 0 ? undefined : ('attack' as const)
    subject.frame({}, { face: { ...subject.seen({}).face, liveness } })
  }
  expect(subject.challenge.progress).toMatchObject({ state: 'failed', reason: 'picture' })
})

test('a face too near or too far is told so before it begins', () => {
  const subject = new Subject(['turn-left'])
  expect(subject.frame({ size: 0.3 }).instruction).toBe('come-closer')
  for (const size of [0.5, 0.9, 1.5]) subject.frame({ size, yaw: 30 })
  expect(subject.frame({ size: 2 }).instruction).toBe('move-back')
  subject.frame({ size: 1.4, yaw: 30 })
  expect(subject.frame({ yaw: 30 }).instruction).toBe('look-straight')
  for (let i = 0; i < 200; i++) subject.frame({ yaw: 30 })
  expect(subject.challenge.progress).toMatchObject({ state: 'failed', reason: 'timed-out' })
})

test('steps are drawn in every order, none twice, a turn among them', () => {
  const seen = new Map<string, number>()
  for (let i = 0; i < 4000; i++) {
    const steps = drawSteps(defaultSteps, (end) => randomInt(end))
    expect(areSufficient(steps)).toBe(true)
    expect(steps).toHaveLength(3)
    seen.set(steps.join(), (seen.get(steps.join()) ?? 0) + 1)
  }
  // All 24 orders of three of four steps have a turn.
  expect(seen.size).toBe(24)
  expect(drawSteps(['blink', 'turn-right'], () => 0).sort()).toEqual(['blink', 'turn-right'])
  expect(areSufficient(['blink', 'look-up'])).toBe(false)
  expect(areSufficient(['turn-left', 'turn-left'])).toBe(false)
  expect(() => new Challenge({ steps: ['blink'], nonce: '', sameFace: 0 })).toThrow()
})
