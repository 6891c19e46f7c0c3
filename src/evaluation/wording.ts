import type { Estimate, RateEstimate } from './intervals.js'

/** A rate in percent with its interval; an upper bound rather than 0 where no error was observed. */
export function percent({ value, low, high, supported }: RateEstimate): string {
  const text = (share: number) => String(Number((100 * share).toPrecision(2)))
  return supported
    ? `${text(value)} %, ${text(low)} to ${text(high)}`
    : `≤ ${text(high)} %, too few pairs for a closer estimate`
}

/** An estimate in percent with its interval; an upper bound rather than 0 where no error was observed. */
export function estimatePercent({ value, low, high }: Estimate): string {
  // A share below 1e-8 is rounding error.
  const text = (share: number) =>
    share < 1e-8 ? '0' : String(Number((100 * share).toPrecision(4)))
  if (value === 0) return `≤ ${text(high)} %`
  return `${text(value)} %, ${text(low)} to ${text(high)}`
}

/** Area under a ROC curve with its interval. */
export function aucText(auc: Estimate | null): string {
  if (!auc) return '–'
  if (auc.value === 1) return 'all pairs ranked correctly; too few people for an interval'
  return `${auc.value.toFixed(4)}, ${auc.low.toFixed(4)} to ${auc.high.toFixed(4)}`
}

/** Equal error rate with its interval. */
export function eerText(eer: Estimate | null): string {
  if (!eer) return '–'
  return eer.value === 0 ? 'no error at the best threshold' : estimatePercent(eer)
}

/** Formats a rate: 5 %, 0.1 %, 1e-5. */
export function rateText(rate: number): string {
  return rate >= 1e-3
    ? `${Number((100 * rate).toPrecision(2))} %`
    : rate.toExponential(1).replace('.0e', 'e')
}
