import type { PairHistograms } from './error-rates.js'
import { varianceOverPairs, varianceOverPeople } from './intervals.js'
import { type CountsOfPeople, coarseCells } from './pair-counts.js'
import type { ScoreHistogram } from './score-histogram.js'

/** Design effects: how many pairs, dependent through shared people, carry the information of one independent pair. */
export interface DesignEffects {
  readonly genuine: number
  readonly impostor: number
}

/** Minimum number of errors for a variance estimate. Judgment. */
const minErrors = 10

/**
 * Design effects (Kish 1965) at the most extreme thresholds with ten errors; they judge a rate without observed errors. 1 where
 * even those do not exist.
 */
export function designEffects(scores: PairHistograms, people: CountsOfPeople): DesignEffects {
  return {
    genuine: effect(scores.genuine, people.genuine, people.groups, 'below'),
    impostor: effect(scores.impostor, people.impostor, people.groups, 'above'),
  }
}

function effect(
  all: ScoreHistogram,
  cells: Uint32Array,
  groups: number,
  side: 'above' | 'below',
): number {
  const { total } = all
  if (total < 2 * minErrors) return 1
  const wanted = side === 'above' ? minErrors : total - minErrors
  const edge = all.edgeWithAtMost(wanted)
  // Move outward to the next coarse cell, so that at least ten errors are counted.
  const exact = ((edge + 1) / 2) * coarseCells
  const cell = side === 'above' ? Math.floor(exact) : Math.ceil(exact)
  const people = Array.from({ length: groups }, (_, group) => {
    const own = cells.subarray(group * coarseCells, (group + 1) * coarseCells)
    const trials = own.reduce((sum, count) => sum + count, 0)
    const above = own.subarray(cell).reduce((sum, count) => sum + count, 0)
    return { errors: side === 'above' ? above : trials - above, trials }
  }).filter(({ trials }) => trials > 0)
  const errors = people.reduce((sum, person) => sum + person.errors, 0)
  const trials = people.reduce((sum, person) => sum + person.trials, 0)
  const rate = errors / trials
  const plain = (rate * (1 - rate)) / total
  // Omitting the covariance specific to each pair of people overestimates the variance over pairs rather than underestimating it.
  const variance = side === 'above' ? varianceOverPairs(people, 0) : varianceOverPeople(people)
  return Math.max(1, variance / plain) || 1
}
