import { challengeSteps } from './steps.js'

/** Every {@link ChallengeInstruction}. */
export const challengeInstructions = [
  ...challengeSteps,
  'show-face',
  'look-straight',
  'move-back',
] as const

/** What a person is asked to do now: a step, or what has to come before it. */
export type ChallengeInstruction = (typeof challengeInstructions)[number]

/** Every {@link ChallengeFailure}. */
export const challengeFailures = [
  'timed-out',
  'wrong-movement',
  'face-left',
  'second-face',
  'other-face',
  'jumped',
  'flat',
  'bent',
  'picture',
  'interrupted',
  'wrong-nonce',
  'wrong-time',
] as const

/** Why a challenge failed. */
export type ChallengeFailure = (typeof challengeFailures)[number]

/** What to do about each failure. */
export const failureAdvice: Readonly<Record<ChallengeFailure, string>> = {
  'timed-out': 'It took too long: try again, and do what is asked within a few seconds.',
  'wrong-movement': 'Another movement was seen than the one asked for: try again.',
  'face-left': 'The face left the picture: stay in view, and try again.',
  'second-face': 'A second face was in view: only one person may be before the camera.',
  'other-face': 'The face changed, or was not seen well: try again in good light.',
  jumped: 'The face jumped to another place: hold the camera still, and try again.',
  flat: 'The face moved like a picture of one: a person has to stand before the camera.',
  bent: 'The face moved like a bent picture of one: a person has to stand before the camera.',
  picture: 'A picture of a face was seen: a person has to stand before the camera.',
  interrupted: 'Frames were missing: send several a second without a pause.',
  'wrong-nonce':
    'A frame did not carry the nonce of this challenge: send the one that it was created with.',
  'wrong-time': 'The times of the frames do not rise: give each frame its own time.',
}

/** How far a challenge is. */
export interface ChallengeProgress {
  /** `waiting` for a face, `running`, or how it ended. */
  readonly state: 'waiting' | 'running' | 'passed' | 'failed'
  /** What to do now; null once it ended. */
  readonly instruction: ChallengeInstruction | null
  /** Number of steps done. */
  readonly done: number
  /** Number of steps. */
  readonly steps: number
  /** Share done of the whole, 0…1. */
  readonly progress: number
  /** Why it failed; null unless it did. */
  readonly reason: ChallengeFailure | null
  /** What to do about the failure, in English; null unless it failed. */
  readonly advice: string | null
}
