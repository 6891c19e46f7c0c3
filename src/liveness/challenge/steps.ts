/** Every {@link ChallengeStep}. */
export const challengeSteps = [
  'turn-left',
  'turn-right',
  'look-up',
  'come-closer',
  'blink',
] as const

/** Something that a person is asked to do before the camera; left and right are the person's own. */
export type ChallengeStep = (typeof challengeSteps)[number]

/** Steps that let a head be told from a flat picture: every challenge has one of them. */
export const turns = ['turn-left', 'turn-right'] as const satisfies readonly ChallengeStep[]

/**
 * Steps that are drawn from unless others are asked for. Blinking is not among them: the 68 points hardly follow closed eyes
 * (`npm run bench:challenge`).
 */
export const defaultSteps = [
  'turn-left',
  'turn-right',
  'look-up',
  'come-closer',
] as const satisfies readonly ChallengeStep[]

/** Most steps of a challenge. Judgment: with three, a person is done in eight seconds. */
export const mostSteps = 3

/** Whether steps can make a challenge: they hold a turn, and none twice. */
export const areSufficient = (steps: readonly ChallengeStep[]): boolean =>
  steps.some(isTurn) && new Set(steps).size === steps.length

/** Whether a step turns the head to a side. */
export const isTurn = (step: ChallengeStep): boolean =>
  (turns as readonly ChallengeStep[]).includes(step)

/**
 * Draws the steps of a challenge in a random order, a turn among them.
 *
 * @param among - The steps to draw from, sufficient ones.
 * @param below - A cryptographic random source: a whole number from 0 to below its argument.
 */
export function drawSteps(
  among: readonly ChallengeStep[],
  below: (end: number) => number,
): ChallengeStep[] {
  const left = [...among]
  const take = (from: readonly ChallengeStep[]): ChallengeStep => {
    const step = from[below(from.length)]!
    left.splice(left.indexOf(step), 1)
    return step
  }
  const drawn = [take(left.filter(isTurn))]
  while (drawn.length < mostSteps && left.length > 0) drawn.push(take(left))
  for (let i = drawn.length - 1; i > 0; i--) {
    const j = below(i + 1)
    const step = drawn[i]!
    drawn[i] = drawn[j]!
    drawn[j] = step
  }
  return drawn
}
