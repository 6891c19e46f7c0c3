import type { LivenessCard } from '../models/card.js'
import { advice } from './judgeable.js'
import type { Liveness, LivenessReason } from './liveness.js'

/** Threshold of a network whose card has none: the middle of its scores. Judgment. */
const defaultThreshold = 0.5
/** Scores count as at least this far from 0 and from 1, so that no network outvotes all others. Judgment. */
const saturation = 1e-4

/**
 * Decides whether a face is live by the scores of the networks. Several are combined by the mean of their log odds, and so are their
 * thresholds (`npm run bench:liveness` compares single networks with both).
 *
 * @param cards - The networks, one or more.
 * @param found - Score of each network for live faces, 0…1; or why the face cannot be judged.
 */
export function decideLiveness(
  cards: readonly Pick<LivenessCard, 'name' | 'threshold'>[],
  found: readonly number[] | LivenessReason,
): Liveness {
  const threshold = combined(cards.map((card) => card.threshold?.value ?? defaultThreshold))
  const bases = cards.map(({ name, threshold }) => `${name}: ${threshold?.basis ?? 'not measured'}`)
  const basis = bases.join('; ')
  if (typeof found === 'string') {
    return {
      ...{ answer: 'not_judgeable', score: null, threshold, basis },
      ...{ reason: found, advice: advice[found] },
    }
  }
  const score = combined(found)
  const answer = score >= threshold ? 'live' : 'attack'
  return { answer, score, threshold, basis, reason: null, advice: null }
}

/** The value whose log odds are the mean of those of the values; a single value is itself. */
function combined(values: readonly number[]): number {
  if (values.length === 1) return values[0]!
  const odds = values.map((value) => {
    const share = Math.max(saturation, Math.min(1 - saturation, value))
    return Math.log(share / (1 - share))
  })
  return 1 / (1 + Math.exp(-odds.reduce((sum, each) => sum + each, 0) / odds.length))
}
