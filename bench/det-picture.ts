import { detChart } from '../dist/evaluation/charts.js'
import { shareFrom, thresholdWith } from './embedded-sets.js'

/** A measure of similarities and what it gave for pairs. */
export interface MeasuredPairs {
  readonly name: string
  /** Similarities of pairs of two people, in falling order. */
  readonly impostor: Float32Array
  /** Similarities of pairs of one person, in falling order. */
  readonly genuine: Float32Array
}

/** False match rates of the curve: eight a decade, from the rarest that ten pairs carry. */
function rates(pairs: number): number[] {
  const all: number[] = []
  for (let rate = 0.5; rate * pairs >= 10; rate /= 10 ** (1 / 8)) all.push(rate)
  return all
}

/** Draws detection error trade-offs of one set as an SVG on a white ground, with a legend. */
export function detPicture(measured: readonly MeasuredPairs[]): string {
  const chart = detChart(
    measured.map(({ name, impostor, genuine }) => ({
      name,
      points: rates(impostor.length).map((fmr) => {
        const threshold = thresholdWith(impostor, fmr)
        return { threshold, fmr, fnmr: 1 - shareFrom(genuine, threshold) }
      }),
    })),
  )
  const colors = [...chart.matchAll(/stroke="(#[0-9a-f]{6})" stroke-width="2"/g)].map(
    ([, color]) => color,
  )
  const legend = measured.map(
    ({ name }, i) =>
      `<path d="M300,${36 + 18 * i}h24" stroke="${colors[i]}" stroke-width="2"/><text x="330" y="${40 + 18 * i}">${name}</text>`,
  )
  return `${chart
    .replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" color="#222222" ')
    .replace('</title>', '</title>\n<rect width="100%" height="100%" fill="#ffffff"/>')
    .replace('</svg>', `${legend.join('\n')}\n</svg>`)}\n`
}
