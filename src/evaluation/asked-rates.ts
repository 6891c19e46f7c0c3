import { counted } from '../base/counted.js'
import type { RateEstimate } from './intervals.js'
import type { Slice } from './slices.js'
import { percent, rateText } from './wording.js'

/** An error rate that was asked for, beside what was measured at its threshold. */
export interface AskedRate {
  /** `fmr`: two people taken for one, of comparisons. `fpir`: strangers named, of searches. */
  readonly rate: 'fmr' | 'fpir'
  /** The rate that the threshold is for, between 0 and 1. */
  readonly asked: number
  /** The measured rate with its interval. */
  readonly measured: RateEstimate
  /** Group of photos, by an attribute; null for all. */
  readonly group: {
    /** The attribute, such as `group`. */
    readonly attribute: string
    /** The value of the attribute. */
    readonly part: string
  } | null
  /** Where the asked rate lies: `higher` means that more errors were measured than asked, outside of the interval. */
  readonly outcome: 'higher' | 'within' | 'lower'
}

/** Compares asked rates with what was measured, of all photos and of each group. */
export function askedRates(
  asked: {
    readonly fmr: number
    readonly fpir: number
  },
  measured: { readonly fmr: RateEstimate | null; readonly fpir: RateEstimate | null },
  slices: readonly Slice[],
): AskedRate[] {
  const compared = (
    rate: AskedRate['rate'],
    estimate: RateEstimate | null,
    group: AskedRate['group'] = null,
  ): AskedRate[] => {
    if (!estimate) return []
    const { low, high } = estimate
    const outcome = low > asked[rate] ? 'higher' : high < asked[rate] ? 'lower' : 'within'
    return [{ rate, asked: asked[rate], measured: estimate, group, outcome }]
  }
  return [
    ...compared('fmr', measured.fmr),
    ...compared('fpir', measured.fpir),
    ...slices.flatMap(({ attribute, part, fmr }) => compared('fmr', fmr, { attribute, part })),
  ]
}

/** Warns of asked rates that do not hold on the evaluated people, in sentences. */
export function askedRateWarnings(rates: readonly AskedRate[], isCalibrated: boolean): string[] {
  const remedy = isCalibrated
    ? 'measure the thresholds again on people like these with "agnize calibrate"'
    : 'measure thresholds on people like these with "agnize calibrate"'
  const warnings = rates
    .filter(({ group, outcome }) => !group && outcome !== 'within')
    .map(({ rate, asked, measured, outcome }) => {
      const what = rate === 'fmr' ? 'pairs of two people taken for one' : 'strangers named'
      const is = `The share of ${what} is ${percent(measured)}, where ${rateText(asked)} was asked`
      return outcome === 'higher'
        ? `${is}: the promised rate does not hold for these people; ${remedy}.`
        : `${is}: the threshold is stricter than these people need; to recognize more of them, ${remedy}.`
    })
  const worse = rates.filter(({ group, outcome }) => group && outcome === 'higher')
  if (worse.length > 0) {
    const list = worse.map(
      ({ group, measured }) => `${group!.attribute} “${group!.part}” ${percent(measured)}`,
    )
    warnings.push(
      `In ${counted(worse.length, 'group', 'groups')} more pairs of two people are taken for one than ${rateText(worse[0]!.asked)} asked (${list.join('; ')}): the promised rate does not hold for them; ${remedy}.`,
    )
  }
  return warnings
}
