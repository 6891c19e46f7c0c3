import { writeFile } from 'node:fs/promises'
import { curveColors, genuineColor, impostorColor } from '../evaluation/chart-colors.js'
import { escaped, page } from '../evaluation/page.js'
import type { PairScores } from '../evaluation/pair-scores.js'
import { drawChart, extent, linearTicks, type Point } from '../evaluation/svg-chart.js'
import type { EmbeddingCard } from '../models/card.js'
import { distance } from '../recognition/similarity.js'
import type { EpochMetrics } from './run-folder.js'
import type { Settings } from './training-options.js'
import { separation } from './validate.js'

/** What a report tells. */
export interface ReportData {
  readonly card: EmbeddingCard
  readonly settings: Settings
  readonly counts: Readonly<Record<string, number>>
  readonly metrics: readonly EpochMetrics[]
  /** The one whose weights were exported. */
  readonly epoch: number
  /** Similarities of the pairs of people put aside, as the training began and as it ended. */
  readonly before: PairScores
  readonly after: PairScores
}

/** Writes the page that shows how a training went: one HTML file that needs no network and no script. */
export async function writeReport(path: string, data: ReportData): Promise<void> {
  await writeFile(path, reportPage(data))
}

function reportPage(data: ReportData): string {
  const { card, counts, metrics, epoch, before, after, settings } = data
  const [first, last] = [separation(before), separation(after)]
  const exported = metrics.find((each) => each.epoch === epoch)
  const charts = drawCharts(data)
  const rows: [string, string][] = [
    ['Network', `${settings.network}, ${card.dimensions} dimensions`],
    [
      'Trained on',
      `${counts.trainingPhotos} photos of ${counts.trainingPeople} people; loss ${lossName(settings)}`,
    ],
    ['Held out', `${counts.validationPhotos} photos of ${counts.validationPeople} other people`],
    [
      'Exported',
      `epoch ${epoch} of ${metrics.at(-1)!.epoch}${exported ? `, after ${exported.step} steps` : ''}`,
    ],
    ['ROC-AUC of held-out people', `${first.auc.toFixed(4)} → ${last.auc.toFixed(4)}`],
    ['d′ of held-out people', `${first.dPrime.toFixed(2)} → ${last.dPrime.toFixed(2)}`],
    ['Time', duration(metrics.at(-1)!.seconds)],
    ['Seed', String(settings.seed)],
  ]
  const thresholds = card.calibration?.thresholds ?? []
  return page(`${card.name}: training report`, [
    `<h1>${escaped(card.name)}</h1>
<table>
${rows.map(([name, value]) => `<tr><th scope="row">${name}</th><td>${escaped(value)}</td></tr>`).join('\n')}
</table>
${epoch === 0 ? '<p><strong>Training did not separate the held-out people better: the file contains the weights it started from.</strong></p>' : ''}
<div class="charts">
${charts.epochs.map(([title, svg]) => figure(title, svg)).join('\n')}
</div>
<h2>Distances of held-out pairs</h2>
<p>Of <span class="genuine">■ one person</span> and of <span class="impostor">■ two people</span>; the less they overlap the better. Distances are L2 between embeddings of length 1, from 0 to 2.</p>
<div class="charts">
${figure('Before', charts.before)}
${figure('After', charts.after)}
</div>
<h2>Thresholds</h2>
${
  thresholds.length === 0
    ? '<p>None: the held-out people are too few, or too similar for this network. Give --threshold to every identify and verify.</p>'
    : `<p>From ${card.calibration!.basis.impostorPairs} impostor pairs. ${escaped(sentence(card.calibration!.method))}</p>
<table>
<tr><th scope="col">false match rate</th><th scope="col">similarity</th><th scope="col">distance</th></tr>
${thresholds
  .map(
    ({ fmr, similarity }) =>
      `<tr><td>${fmr}</td><td>${similarity.toFixed(3)}</td><td>${distance(similarity).toFixed(3)}</td></tr>`,
  )
  .join('\n')}
</table>
<p>The pairs support no rarer false match rate than ${Number(card.calibration!.rarest!.toPrecision(2))}; where a rarer one is asked, this one decides.</p>`
}
`,
  ])
}

function figure(title: string, svg: string): string {
  return `<figure><h2>${title}</h2>${svg}</figure>`
}

const height = 240

function drawCharts({ metrics, epoch, before, after }: ReportData): {
  epochs: [title: string, svg: string][]
  before: string
  after: string
} {
  const line = (
    title: string,
    label: string,
    value: (each: EpochMetrics) => number | null,
    domain?: { from: number; to: number },
  ): [string, string] => {
    const points = metrics.flatMap((each): Point[] => {
      const shown = value(each)
      return shown === null ? [] : [[each.epoch, shown]]
    })
    const exported = epoch > 0 ? [epoch] : []
    const epochs = extent([...points.map(([at]) => at), ...exported], [0, 1])
    const y =
      domain ??
      extent(
        points.map(([, shown]) => shown),
        [0, 1],
      )
    const [color] = curveColors(1)
    return [
      title,
      drawChart({
        ...{ title: `${title}, by epoch`, height },
        x: {
          ...{ label: 'epoch', ...epochs },
          ticks: linearTicks(epochs.from, epochs.to, { count: 10, whole: true }),
        },
        y: { label, ...y, ticks: linearTicks(y.from, y.to), grid: true },
        marks: [
          ...exported.map((at) => ({ kind: 'rule', axis: 'x', at, dashed: true }) as const),
          { kind: 'line', points, color: color! },
          { kind: 'dots', points, color: color!, radius: 2 },
        ],
      }),
    ]
  }
  const histogram = (when: string, { genuine, impostor }: PairScores) => {
    const [one, two] = [binned(genuine), binned(impostor)]
    const max = extent(
      [...one, ...two].map(({ height }) => height),
      [0, 1],
    ).to
    return drawChart({
      ...{ title: `Distances of pairs of one person and of two, ${when} the training`, height },
      x: { label: 'distance', from: 0, to: 2, ticks: linearTicks(0, 2) },
      y: { label: 'share of pairs, %', from: 0, to: max, ticks: linearTicks(0, max), grid: true },
      marks: [
        { kind: 'bars', bars: one, color: genuineColor },
        { kind: 'bars', bars: two, color: impostorColor },
        { kind: 'rule', axis: 'y', at: 0 },
      ],
    })
  }
  return {
    epochs: [
      line('Loss, mean of a batch', 'summed loss', ({ loss }) => loss),
      line('ROC-AUC of the held-out people', 'AUC', (each) => each.validation_auc),
      line(
        'Active: triplets or pairs with a loss',
        'share, %',
        ({ active }) => (active === null ? null : 100 * active),
        { from: 0, to: 100 },
      ),
      line('d′ of the held-out people', 'd′', (each) => each.validation_d_prime),
    ],
    before: histogram('before', before),
    after: histogram('after', after),
  }
}

/** Shares of distances in steps of 0.05. */
function binned(similarities: Float64Array) {
  const width = 0.05
  const counts = new Array<number>(2 / width).fill(0)
  for (const similarity of similarities) {
    counts[Math.min(counts.length - 1, Math.floor(distance(similarity) / width))]!++
  }
  return counts.map((count, i) => ({
    from: i * width,
    to: (i + 1) * width,
    height: similarities.length === 0 ? 0 : (100 * count) / similarities.length,
  }))
}

function lossName({ loss }: Settings): string {
  return loss.kind === 'triplet'
    ? `triplet, ${loss.mining}, margin ${loss.margin}`
    : `contrastive, margin ${loss.margin}`
}

function duration(seconds: number): string {
  return seconds < 120 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(1)} min`
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
