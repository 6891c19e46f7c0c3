import { expect, test } from 'vitest'
import { detectionCard } from '../../dist/models/builtin.js'
import { comparableScore } from '../../dist/models/comparable-score.js'
import { presets } from '../../dist/models/presets.js'

test('the scale is that of the built-in detector', () => {
  for (const score of [0, 0.3, 0.7, 0.85, 0.99, 1]) {
    expect(comparableScore(score, detectionCard)).toBeCloseTo(score, 10)
  }
})

test('doubtful and clear faces of another detector mean the same', () => {
  const { minScore, clearScore } = presets.yunet
  expect(comparableScore(minScore, presets.yunet)).toBeCloseTo(0.7)
  expect(comparableScore(clearScore, presets.yunet)).toBeCloseTo(0.99)
  const scores = [0, 0.2, 0.5, 0.7, 0.8, 0.9, 0.95, 1]
  const mapped = scores.map((score) => comparableScore(score, presets.yunet))
  expect(mapped).toEqual([...mapped].sort((a, b) => a - b))
})
