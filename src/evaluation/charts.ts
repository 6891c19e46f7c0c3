import { upperQuantile } from '../recognition/normal.js'
import { curveColors, genuineColor, impostorColor } from './chart-colors.js'
import type { DetPoint } from './error-rates.js'
import type { FpirAtSize } from './evaluate-identification.js'
import { drawChart, extent, linearTicks, logTicks, type Point } from './svg-chart.js'
import { rateText } from './wording.js'

const height = 280

/** DET curve on normal-deviate axes (Martin et al. 1997): normally distributed scores give straight lines. */
export function detChart(
  curves: readonly { readonly name: string; readonly points: readonly DetPoint[] }[],
): string {
  const max = 0.5
  const rarest = curves
    .flatMap(({ points }) => points.flatMap(({ fmr, fnmr }) => [fmr, fnmr]))
    .reduce((least, rate) => (rate > 0 ? Math.min(least, rate) : least), 0.01)
  const min = 10 ** Math.max(-6, Math.floor(Math.log10(rarest)))
  const place = (rate: number) => -upperQuantile(Math.min(max, Math.max(min, rate)))
  const axis = {
    from: place(min),
    to: place(max),
    ticks: [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.05, 0.2, 0.4]
      .filter((rate) => rate >= min)
      .map((rate) => ({ at: place(rate), text: rateText(rate) })),
    grid: true,
  }
  const colors = curveColors(curves.length)
  return drawChart({
    title: `Detection error trade-off of ${curves.map(({ name }) => name).join(', ')}`,
    height: 420,
    x: { ...axis, label: 'false match rate' },
    y: { ...axis, label: 'false non-match rate' },
    marks: curves.map(({ points }, i) => ({
      kind: 'line',
      steps: true,
      color: colors[i]!,
      points: points
        .filter(({ fmr, fnmr }) => fmr > 0 && fnmr > 0 && fmr <= max && fnmr <= max)
        .map(({ fmr, fnmr }): Point => [place(fmr), place(fnmr)]),
    })),
  })
}

/** Histogram of genuine and impostor similarities, with the threshold. */
export function similarityChart(
  genuine: readonly number[],
  impostor: readonly number[],
  threshold: number,
): string {
  const [two, one] = [binned(impostor), binned(genuine)]
  const all = [...two, ...one]
  const from = Math.max(
    -1,
    extent(
      all.map(({ from }) => from),
      [-1, 1],
    ).from - 0.05,
  )
  const max = extent(
    all.map(({ height }) => height),
    [0, 1],
  ).to
  return drawChart({
    title: `Similarities of pairs of one person and of two, and the threshold ${threshold.toFixed(3)}`,
    height,
    x: { label: 'similarity', from, to: 1, ticks: linearTicks(from, 1) },
    y: { label: 'share of pairs, %', from: 0, to: max, ticks: linearTicks(0, max), grid: true },
    marks: [
      { kind: 'bars', bars: two, color: impostorColor },
      { kind: 'bars', bars: one, color: genuineColor },
      {
        ...{ kind: 'rule', axis: 'x', at: threshold, dashed: true },
        text: `threshold ${threshold.toFixed(3)}`,
      },
      { kind: 'rule', axis: 'y', at: 0 },
    ],
  })
}

/** CMC curve: share of searches whose person is among the first candidates. */
export function cmcChart(
  curves: readonly { readonly name: string; readonly shares: readonly number[] }[],
): string {
  const rows = curves.map(({ shares }) => shares.map((share, i): Point => [i + 1, 100 * share]))
  const lowest = extent(
    rows.flatMap((points) => points.map(([, share]) => share)),
    [90, 100],
  ).from
  const max = Math.max(2, ...rows.map((points) => points.length))
  const from = Math.min(lowest, 90)
  const colors = curveColors(curves.length)
  return drawChart({
    title: 'Share of searches whose person is among the first candidates, by rank',
    height,
    x: {
      label: 'rank',
      from: 1,
      to: max,
      ticks: linearTicks(1, max, { count: 10, whole: true }),
    },
    y: {
      ...{ label: 'among the candidates, %', from, to: 100 },
      ...{ ticks: linearTicks(from, 100), grid: true },
    },
    marks: rows.flatMap((points, i) => [
      { kind: 'line', points, color: colors[i]! },
      { kind: 'dots', points, color: colors[i]!, radius: 3 },
    ]),
  })
}

/** FPIR by gallery size. */
export function fpirBySizeChart(sizes: readonly FpirAtSize[], asked: number | null): string {
  const rows = [
    sizes.map(({ people, counted, adapted }) => ({ people, counted, fpir: adapted.fpir })),
    sizes.map(({ people, counted, fixed }) => ({ people, counted, fpir: fixed.fpir })),
  ].map((curve) => curve.filter(({ fpir }) => fpir > 0))
  const shown = rows.flat()
  const x = extent(
    shown.map(({ people }) => people),
    [1, 10],
  )
  const y = extent([...shown.map(({ fpir }) => fpir), ...(asked ? [asked] : [])], [0.1, 1])
  const colors = curveColors(rows.length)
  const points = (of: typeof shown) => of.map(({ people, fpir }): Point => [people, fpir])
  return drawChart({
    title: 'Share of strangers who get a name, by the number of people in the gallery',
    height,
    x: {
      ...{ label: 'people in the gallery', ...x, log: true },
      ticks: logTicks(x.from, x.to, (people) => people.toLocaleString('en')),
    },
    y: {
      ...{ label: 'strangers named', ...y, log: true },
      ...{ ticks: logTicks(y.from, y.to, rateText), grid: true },
    },
    marks: [
      ...(asked ? ([{ kind: 'rule', axis: 'y', at: asked, dashed: true }] as const) : []),
      ...rows.flatMap((curve, i) => {
        const color = colors[i]!
        const dots = { kind: 'dots', color, radius: 4 } as const
        return [
          { kind: 'line', points: points(curve), color } as const,
          { ...dots, points: points(curve.filter(({ counted }) => counted)) },
          { ...dots, points: points(curve.filter(({ counted }) => !counted)), hollow: true },
        ]
      }),
    ],
  })
}

/** Bins that are not empty. */
function binned(shares: readonly number[]) {
  const width = 2 / shares.length
  return shares.flatMap((share, i) =>
    share > 0 ? [{ from: i * width - 1, to: (i + 1) * width - 1, height: 100 * share }] : [],
  )
}
