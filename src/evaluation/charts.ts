import type { PlotOptions } from '@observablehq/plot'
import { upperQuantile } from '../recognition/normal.js'
import type { DetPoint } from './error-rates.js'
import type { FpirAtSize } from './evaluate-identification.js'
import { rateText } from './wording.js'

type Plot = typeof import('@observablehq/plot')
type Document = ReturnType<typeof import('linkedom').parseHTML>['document']

export const genuineColour = '#2a9d5c'
export const impostorColour = '#d1495b'
const lineColours = ['#3a7bd5', '#d1495b', '#2a9d5c', '#9a6700', '#8a3ffc', '#0b7a75']

/** Observable Plot, and a document to draw in without a browser; loaded where they are used, for they take a moment. */
export async function openPlot(): Promise<{ plot: Plot; document: Document }> {
  const [plot, { parseHTML }] = await Promise.all([
    import('@observablehq/plot'),
    import('linkedom'),
  ])
  return { plot, document: parseHTML('<!doctype html><html><body></body></html>').document }
}

/** Draws charts as SVG, without a browser. */
export class Charts {
  readonly #plot: Plot
  readonly #document: Document

  private constructor(plot: Plot, document: Document) {
    this.#plot = plot
    this.#document = document
  }

  static async open(): Promise<Charts> {
    const { plot, document } = await openPlot()
    return new Charts(plot, document)
  }

  /** The detection error trade-off on normal-deviate axes (Martin et al. 1997): normal scores make straight lines. */
  det(curves: readonly { readonly name: string; readonly points: readonly DetPoint[] }[]): string {
    const most = 0.5
    const rarest = Math.min(
      0.01,
      ...curves
        .flatMap(({ points }) => points.flatMap(({ fmr, fnmr }) => [fmr, fnmr]))
        .filter((rate) => rate > 0),
    )
    const least = 10 ** Math.max(-6, Math.floor(Math.log10(rarest)))
    const ticks = [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.05, 0.2, 0.4].filter((rate) => rate >= least)
    const place = (rate: number) => -upperQuantile(Math.min(most, Math.max(least, rate)))
    const axis = {
      domain: [place(least), place(most)],
      ticks: ticks.map(place),
      tickFormat: (z: number) => rateText(ticks.find((rate) => Math.abs(place(rate) - z) < 1e-9)!),
    }
    const rows = curves.flatMap(({ name, points }) =>
      points
        .filter(({ fmr, fnmr }) => fmr > 0 && fnmr > 0 && fmr <= most && fnmr <= most)
        .map(({ fmr, fnmr }) => ({ name, x: place(fmr), y: place(fnmr) })),
    )
    return this.#draw({
      height: 420,
      marginBottom: 40,
      x: { ...axis, label: 'false match rate', grid: true },
      y: { ...axis, label: 'false non-match rate', grid: true },
      ...this.#colours(curves.map(({ name }) => name)),
      marks: [
        this.#plot.line(rows, {
          x: 'x',
          y: 'y',
          stroke: 'name',
          strokeWidth: 2,
          curve: 'step-after',
        }),
      ],
    })
  }

  /** How similar pairs of one person and of two are, with the threshold. */
  similarities(genuine: readonly number[], impostor: readonly number[], threshold: number): string {
    const bins = [...binned(impostor, impostorColour), ...binned(genuine, genuineColour)]
    const from = Math.max(-1, Math.min(...bins.map(({ from }) => from)) - 0.05)
    return this.#draw({
      x: { label: 'similarity', domain: [from, 1] },
      y: { label: 'share of pairs, %', grid: true },
      marks: [
        this.#plot.rectY(bins, {
          x1: 'from',
          x2: 'to',
          y1: 0,
          y2: 'share',
          fill: 'colour',
          fillOpacity: 0.55,
        }),
        this.#plot.ruleX([threshold], { stroke: 'currentColor', strokeDasharray: '4,3' }),
        this.#plot.text([{ x: threshold, text: `threshold ${threshold.toFixed(3)}` }], {
          x: 'x',
          text: 'text',
          frameAnchor: 'top',
          textAnchor: 'start',
          dx: 5,
        }),
        this.#plot.ruleY([0]),
      ],
    })
  }

  /** Share of searches whose person is among the first candidates. */
  cmc(curves: readonly { readonly name: string; readonly shares: readonly number[] }[]): string {
    const rows = curves.flatMap(({ name, shares }) =>
      shares.map((share, i) => ({ name, rank: i + 1, share: 100 * share })),
    )
    const lowest = Math.min(...rows.map(({ share }) => share))
    const most = Math.max(...rows.map(({ rank }) => rank))
    return this.#draw({
      x: {
        label: 'rank',
        domain: [1, Math.max(2, most)],
        ticks: Math.min(10, most),
        tickFormat: 'd',
      },
      y: { label: 'among the candidates, %', domain: [Math.min(lowest, 90), 100], grid: true },
      ...this.#colours(curves.map(({ name }) => name)),
      marks: [
        this.#plot.line(rows, { x: 'rank', y: 'share', stroke: 'name', strokeWidth: 2 }),
        this.#plot.dot(rows, { x: 'rank', y: 'share', fill: 'name', r: 3 }),
      ],
    })
  }

  /** Share of strangers who get a name, by the size of the gallery. */
  fpirBySize(sizes: readonly FpirAtSize[], asked: number | null): string {
    const rows = sizes
      .flatMap(({ people, adapted, fixed, counted }) => [
        { people, counted, name: 'threshold for the size', fpir: adapted.fpir },
        { people, counted, name: 'one threshold for all', fpir: fixed.fpir },
      ])
      .filter(({ fpir }) => fpir > 0)
    return this.#draw({
      marginLeft: 60,
      x: {
        label: 'people in the gallery',
        type: 'log',
        tickFormat: (n: number) => n.toLocaleString('en'),
      },
      y: { label: 'strangers named', type: 'log', grid: true, ticks: 6, tickFormat: rateText },
      ...this.#colours(['threshold for the size', 'one threshold for all']),
      marks: [
        ...(asked === null ? [] : [this.#plot.ruleY([asked], { strokeDasharray: '4,3' })]),
        this.#plot.line(rows, { x: 'people', y: 'fpir', stroke: 'name', strokeWidth: 2 }),
        this.#plot.dot(
          rows.filter(({ counted }) => counted),
          { x: 'people', y: 'fpir', fill: 'name', r: 4 },
        ),
        this.#plot.dot(
          rows.filter(({ counted }) => !counted),
          { x: 'people', y: 'fpir', stroke: 'name', r: 4 },
        ),
      ],
    })
  }

  #colours(names: readonly string[]): PlotOptions {
    const domain = [...new Set(names)]
    return { color: { domain, range: lineColours.slice(0, domain.length) } }
  }

  #draw(options: PlotOptions): string {
    const document = this.#document
    return this.#plot.plot({
      document,
      width: 460,
      height: 280,
      marginLeft: 50,
      ...options,
    }).outerHTML
  }
}

/** The colours of so many curves, in their order. */
export function curveColours(count: number): string[] {
  return lineColours.slice(0, count)
}

/** Steps that hold something. */
function binned(shares: readonly number[], colour: string) {
  const width = 2 / shares.length
  return shares.flatMap((share, i) =>
    share > 0 ? [{ from: i * width - 1, to: (i + 1) * width - 1, share: 100 * share, colour }] : [],
  )
}
