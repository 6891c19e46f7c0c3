/** Interval (95 %) of a share of independent trials (E. B. Wilson 1927). */
export function wilson(share: number, trials: number): { low: number; high: number } {
  const z = 1.96
  const center = share + (z * z) / (2 * trials)
  const half = z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials))
  const scale = 1 + (z * z) / trials
  return { low: Math.max(0, (center - half) / scale), high: (center + half) / scale }
}
