import { describe, expect, test } from 'vitest'
import { askedRates, askedRateWarnings } from '../../dist/evaluation/asked-rates.js'
import type { RateEstimate } from '../../dist/evaluation/intervals.js'
import type { Slice } from '../../dist/evaluation/slices.js'

const rate = (value: number, low: number, high: number): RateEstimate => ({
  ...{ value, low, high, errors: 1, trials: 1000, supported: true },
})

const slice = (part: string, fmr: RateEstimate): Slice => ({
  ...{ attribute: 'group', part, isCategory: true, fnmr: null, fmr },
})

describe('rates that were asked for', () => {
  const asked = { fmr: 1e-3, fpir: 1e-3 }

  test('are compared with what was measured, of all and of each group', () => {
    const rates = askedRates(asked, { fmr: rate(9e-4, 5e-4, 2e-3), fpir: rate(0.11, 0.08, 0.15) }, [
      slice('adults', rate(8e-4, 4e-4, 1e-3)),
      slice('children', rate(0.3, 0.2, 0.4)),
    ])
    expect(rates.map(({ rate, group, outcome }) => [rate, group?.part, outcome])).toEqual([
      ['fmr', undefined, 'within'],
      ['fpir', undefined, 'higher'],
      ['fmr', 'adults', 'within'],
      ['fmr', 'children', 'higher'],
    ])
    const warnings = askedRateWarnings(rates, false)
    expect(warnings).toHaveLength(2)
    expect(warnings[0]).toMatch(/strangers named is 11 %.*0\.1 % was asked.*agnize calibrate/)
    expect(warnings[1]).toMatch(/In 1 group .*“children” 30 %/)
    expect(warnings[1]).not.toContain('adults')
  })

  test('are named where the threshold is stricter than needed, and not where they hold', () => {
    const strict = askedRates(asked, { fmr: rate(1e-5, 1e-6, 1e-4), fpir: null }, [])
    expect(askedRateWarnings(strict, true)).toEqual([
      expect.stringMatching(/stricter than these people need.*again/),
    ])
    const holds = askedRates(asked, { fmr: rate(1e-3, 5e-4, 2e-3), fpir: null }, [])
    expect(askedRateWarnings(holds, false)).toEqual([])
  })
})
