import type { DetectionCard } from './card.js'

/**
 * A detector's confidence on the scale of the built-in detector, which gives a doubtful face 0.7 and a clear one 0.99: what
 * programs compare that know one scale only. Linear between 0, the card's `minScore`, its `clearScore` and 1.
 *
 * @param score - 0…1.
 */
export function comparableScore(
  score: number,
  { minScore, clearScore }: Pick<DetectionCard, 'minScore' | 'clearScore'>,
): number {
  const from = [0, minScore, clearScore, 1] as const
  const to = [0, 0.7, 0.99, 1] as const
  const i = score < minScore ? 0 : score < clearScore ? 1 : 2
  const span = from[i + 1]! - from[i]!
  return span <= 0 ? to[i + 1]! : to[i]! + ((score - from[i]!) / span) * (to[i + 1]! - to[i]!)
}
