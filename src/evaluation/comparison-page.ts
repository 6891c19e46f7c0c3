import { counted } from '../base/counted.js'
import { detChart } from './charts.js'
import type { ComparedFigure, Comparison } from './comparison.js'
import { escaped, page, table } from './page.js'
import { aucText, estimatePercent } from './wording.js'

/** Renders a comparison as a self-contained HTML page without scripts. */
export async function comparisonPage(comparison: Comparison): Promise<string> {
  const { runs, photos, people, genuinePairs, impostorPairs, warnings } = comparison
  const figures = runs[0]!.figures.map(({ figure }) => figure)
  return page('Comparison', [
    '<h1>Comparison</h1>',
    `<p>${counted(photos, 'photo', 'photos')} of ${counted(people, 'person', 'people')} in all runs: ${counted(genuinePairs, 'pair', 'pairs')} of the same person, ${counted(impostorPairs, 'pair', 'pairs')} of different people. Intervals are 95 % confidence intervals over people.</p>`,
    warnings.map((each) => `<p>${escaped(each)}</p>`).join(''),
    table(
      ['run', 'model', 'no usable face', ...figures.map(figureName)],
      runs.map(({ run, model, failures, figures }) => [
        run,
        model,
        String(failures),
        ...figures.map(figureText),
      ]),
    ),
    `<h2>Differences from ${escaped(runs[0]!.run)}, in percentage points</h2>`,
    table(
      ['run', ...figures.map(figureName)],
      runs.slice(1).map(({ run, figures }) => [run, ...figures.map(differenceText)]),
    ),
    '<div class="charts"><figure><h3>Detection error trade-off</h3>',
    detChart(runs.map(({ run, det }) => ({ name: run, points: det }))),
    `<figcaption>${runs.map(({ run }, i) => `<span class="curve${i}">■ ${escaped(run)}</span>`).join(' ')}</figcaption></figure></div>`,
  ])
}

/** Display name of a figure. */
export function figureName(figure: string): string {
  const names: Record<string, string> = { auc: 'area under ROC', eer: 'equal error rate' }
  return names[figure] ?? figure.replace('fnmr', 'FNMR').replace('fmr', 'FMR')
}

/** A figure with its interval. */
export function figureText({ figure, estimate }: ComparedFigure): string {
  return figure === 'auc' ? aucText(estimate) : estimatePercent(estimate)
}

/** A difference with its interval, in percentage points, and whether it is significant. */
export function differenceText({ difference, differs }: ComparedFigure): string {
  if (!difference) return '–'
  const text = (share: number) => {
    const points = Number((100 * share).toPrecision(3))
    return `${points > 0 ? '+' : ''}${points}`.replace('-', '−')
  }
  const { value, low, high } = difference
  return `${text(value)}, ${text(low)} to ${text(high)}${differs ? '' : ' (may be chance)'}`
}
