import type { PairHistograms } from './error-rates.js'
import { varianceOverPairs, varianceOverPeople } from './intervals.js'
import { type CountsOfPeople, coarseCells } from './pair-counts.js'
import type { ScoreHistogram } from './score-histogram.js'

/** How many pairs, which depend on one another through their people, say as much as one independent pair. */
export interface DesignEffects {
  readonly genuine: number
  readonly impostor: number
}

/** Errors from which a variance is believed. */
const leastErrors = 10

/**
 * The design effects (Kish 1965) at the thresholds nearest to no error that have ten: what a rate without an error is
 * judged by. 1 where there are not even those.
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
  if (total < 2 * leastErrors) return 1
  const wanted = side === 'above' ? leastErrors : total - leastErrors
  const edge = all.edgeWithAtMost(wanted)
  // Outwards to the next coarse cell, so that there are ten errors at least.
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
  // Without what two people share beyond each of them, the variance over pairs is too large rather than too small.
  const variance = side === 'above' ? varianceOverPairs(people, 0) : varianceOverPeople(people)
  return Math.max(1, variance / plain) || 1
}
