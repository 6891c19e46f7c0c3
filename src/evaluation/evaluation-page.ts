import { encodeJpeg } from '#codec'
import { counted } from '../base/counted.js'
import { writeFileAtomically } from '../base/write-file-atomically.js'
import { squareAround } from '../geometry/box.js'
import { readPhoto } from '../image/photo.js'
import { Pyramid } from '../image/pyramid.js'
import { defaultImageLimits } from '../image/rgb-image.js'
import { cmcChart, detChart, fpirBySizeChart, similarityChart } from './charts.js'
import { ownerOnlyMode } from './embed-photos.js'
import type { IdentificationResult } from './evaluate-identification.js'
import type { JudgedPair, VerificationResult } from './evaluate-verification.js'
import type { Evaluation } from './evaluation.js'
import type { Sample } from './evaluation-set.js'
import type { RateEstimate } from './intervals.js'
import { escaped, page, table } from './page.js'
import { aucText, eerText, estimatePercent, percent, rateText } from './wording.js'

/** Writes the report of an evaluation: one self-contained HTML file without scripts. */
export async function writeReport(path: string, evaluation: Evaluation): Promise<void> {
  await writeFileAtomically(path, Buffer.from(await reportPage(evaluation)), ownerOnlyMode)
}

async function reportPage(evaluation: Evaluation): Promise<string> {
  const { data, model, date, people, photos, failures, threshold } = evaluation
  const { verification, identification, warnings, timings } = evaluation
  const pictures = new FacePictures(evaluation.samples)
  return page(`${data}: evaluation`, [
    `<h1>${escaped(data)}</h1>`,
    `<p>${counted(photos, 'photo', 'photos')} of ${counted(people, 'person', 'people')}, ${escaped(model)}, ${date.slice(0, 10)}. Intervals are 95 % confidence intervals over people, because pairs that share a person are not independent.</p>`,
    summary(evaluation),
    warnings.length > 0
      ? `<h2>Limits of these data</h2><ul>${warnings.map((each) => `<li>${escaped(each)}</li>`).join('')}</ul>`
      : '',
    `<h2>One to one</h2>`,
    `<p>Threshold <strong>${threshold.value.toFixed(3)}</strong>: ${escaped(threshold.source)}.</p>`,
    '<div class="charts">',
    figure(
      'Similarities',
      similarityChart(
        verification.histogram.genuine.filter(Number.isFinite),
        verification.histogram.impostor.filter(Number.isFinite),
        threshold.value,
      ),
      `<span class="genuine">■ one person</span> ${counted(verification.genuinePairs, 'pair', 'pairs')}, <span class="impostor">■ two people</span> ${counted(verification.impostorPairs, 'pair', 'pairs')}`,
    ),
    verification.det.length > 0
      ? figure(
          'Detection error trade-off',
          detChart([{ name: data, points: verification.det }]),
          'Lower and further left is better. The curve ends where a single pair would shift it.',
        )
      : '',
    '</div>',
    acceptanceTable(verification),
    slicesTable(verification),
    identification ? oneToMany(identification, threshold.fmr) : '',
    await worstPairs(
      'Most similar pairs of two people',
      'Check these first: two people who look alike, or one person under two names.',
      verification.falseMatches,
      evaluation,
      pictures,
    ),
    await worstPairs(
      'Least similar pairs of one person',
      'Possible causes: poor photos, photos taken years apart, or two people under one name.',
      verification.falseNonMatches,
      evaluation,
      pictures,
    ),
    failuresTable(evaluation),
    timings ? speed(timings) : '',
    `<p class="small">Failure to acquire ${failures.length} of ${photos}. Method: docs/accuracy.md.</p>`,
  ])
}

function summary({ verification, identification, failures, photos }: Evaluation): string {
  const { auc, eer, fmr, fnmr, fmrWithFailures, fnmrWithFailures, folds, dPrime } = verification
  const rows: [string, string][] = [
    ['Area under the ROC curve', aucText(auc)],
    ['Equal error rate', eerText(eer)],
    ['Separation d′', dPrime === null ? '–' : dPrime.toFixed(2)],
    ['Two people taken for one (FMR)', rateOrNone(fmr)],
    ['One person not recognized (FNMR)', rateOrNone(fnmr)],
    ['No usable face found (FTA)', `${failures.length} of ${photos} photos`],
  ]
  if (failures.length > 0) {
    const share = (rate: number | null) =>
      rate === null ? '–' : `${Number((100 * rate).toPrecision(3))} %`
    rows.push([
      'FMR and FNMR with these photos counted as not matched',
      `${share(fmrWithFailures)} and ${share(fnmrWithFailures)}`,
    ])
  }
  if (folds) {
    rows.push([
      `Accuracy over ${folds.accuracies.length} folds`,
      `${(100 * folds.mean).toFixed(2)} % ± ${(100 * folds.standardError).toFixed(2)} (standard error)`,
    ])
  }
  if (identification) {
    const { people, fpir, fnir } = identification
    rows.push([`Strangers named in a gallery of ${people} (FPIR)`, rateOrNone(fpir)])
    rows.push([`Enrolled people not named (FNIR)`, rateOrNone(fnir)])
  }
  return `<table class="summary">${rows
    .map(
      ([name, value]) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td></tr>`,
    )
    .join('\n')}</table>`
}

function rateOrNone(rate: RateEstimate | null): string {
  return rate ? `${percent(rate)} (${rate.errors} of ${rate.trials.toLocaleString('en')})` : '–'
}

function acceptanceTable({ acceptance }: VerificationResult): string {
  return `<h3>True accept rate by false accept rate</h3>${table(
    ['false accept rate', 'threshold', 'true accept rate'],
    acceptance.map(({ far, threshold, tar, peopleNeeded }) => [
      rateText(far),
      threshold === null ? '–' : threshold.toFixed(3),
      tar
        ? estimatePercent(tar)
        : `too few pairs${peopleNeeded ? `: about ${peopleNeeded.toLocaleString('en')} people are needed` : ''}`,
    ]),
  )}`
}

function slicesTable({ slices, differences }: VerificationResult): string {
  if (slices.length === 0) return ''
  const sentences =
    differences.length > 0
      ? differences.map((each) => `<p><strong>${escaped(each)}</strong></p>`).join('')
      : '<p>No group differs from another by more than chance.</p>'
  return `<h3>By kind of photo</h3>${sentences}
<p class="small">A pair counts in the lower third of its two photos; a pair of two kinds counts in neither.</p>${table(
    ['', '', 'not recognized (FNMR)', 'taken for another (FMR)'],
    slices.map(({ attribute, part, fnmr, fmr }, i) => [
      slices[i - 1]?.attribute === attribute ? '' : attribute,
      part,
      rateOrNone(fnmr),
      rateOrNone(fmr),
    ]),
  )}`
}

function oneToMany(result: IdentificationResult, asked: number | null): string {
  const { people, enrolledEach, strangers, threshold, failedToEnroll, missesAtFpir } = result
  const enrolled =
    enrolledEach === null
      ? 'a gallery of their own'
      : counted(enrolledEach, 'photo each', 'photos each')
  return `<h2>One to many</h2>
<p>${counted(people, 'person', 'people')} enrolled (${enrolled}). Strangers are ${strangers === 'real' ? 'people who are not enrolled' : 'all people in turn, each left out of the gallery once'}. Threshold for a gallery of this size: ${threshold.toFixed(3)}. Could not be enrolled (FTE): ${failedToEnroll.people} of ${failedToEnroll.of} people. Not named because the face cannot be judged: ${result.notJudgeable} searches.</p>
<div class="charts">
${result.cmc.length > 0 && result.cmc.every(Number.isFinite) ? figure('Among the first candidates (CMC)', cmcChart([{ name: 'cmc', shares: result.cmc }]), 'Whatever the threshold') : ''}
${result.bySize.length > 0 ? figure('Strangers named, by the size of the gallery', fpirBySizeChart(result.bySize, asked), '<span class="curve0">■ agnize’s threshold for that size</span>, <span class="curve1">■ the threshold for the smallest size</span>; ● measured, ○ extrapolated as if comparisons were independent') : ''}
</div>
<h3>Not among the first candidates above the threshold</h3>${table(
    ['rank', 'missed (FNIR)'],
    result.missesAtRank.map(({ rank, fnir }) => [String(rank), rateOrNone(fnir)]),
  )}
<h3>Misses by the share of strangers named</h3>${table(
    ['strangers named (FPIR)', 'threshold', 'enrolled not named (FNIR, rank 1)'],
    missesAtFpir.map(({ fpir, threshold, fnir }) => [
      rateText(fpir),
      threshold === null ? '–' : threshold.toFixed(3),
      threshold === null ? 'too few searches by strangers' : rateOrNone(fnir),
    ]),
  )}`
}

async function worstPairs(
  title: string,
  hint: string,
  pairs: readonly JudgedPair[],
  { samples, threshold }: Evaluation,
  pictures: FacePictures,
): Promise<string> {
  if (pairs.length === 0) return ''
  const figures: string[] = []
  for (const { a, b, similarity } of pairs) {
    const matched = similarity >= threshold.value
    figures.push(`<figure class="pair">${await pictures.picture(a)}${await pictures.picture(b)}
<figcaption><strong>${similarity.toFixed(3)}</strong> ${matched ? 'match' : 'no match'}<br>${[a, b]
      .map(
        (i) =>
          `${escaped(samples[i]!.person)} <span class="small">${escaped(shortName(samples[i]!.photo))}</span>`,
      )
      .join('<br>')}</figcaption></figure>`)
  }
  return `<h2>${title}</h2><p>${hint}</p><div class="pairs">${figures.join('\n')}</div>`
}

function failuresTable({ failures }: Evaluation): string {
  if (failures.length === 0) return ''
  const shown = failures.slice(0, 50)
  return `<h2>Photos without a usable face</h2>${table(
    ['photo', 'person', 'why'],
    shown.map(({ photo, person, message, code }) => [photo, person, `${message} [${code}]`]),
  )}${failures.length > shown.length ? `<p>and ${failures.length - shown.length} more, in results.json.</p>` : ''}`
}

function speed(timings: Readonly<Record<string, number>>): string {
  const total = Object.values(timings).reduce((sum, ms) => sum + ms, 0)
  return `<h2>Speed</h2>${table(
    ['stage', 'ms a photo'],
    [...Object.entries(timings), ['all', total] as const].map(([stage, ms]) => [
      stage,
      ms.toFixed(1),
    ]),
  )}`
}

function figure(title: string, svg: string, caption: string): string {
  return `<figure><h3>${title}</h3>${svg}<figcaption>${caption}</figcaption></figure>`
}

function shortName(photo: string): string {
  return photo.split(/[\\/]/).slice(-2).join('/')
}

/** Thumbnails of faces, cropped from their photos on demand. */
class FacePictures {
  readonly #samples: readonly Sample[]
  readonly #made = new Map<number, string>()

  constructor(samples: readonly Sample[]) {
    this.#samples = samples
  }

  async picture(i: number): Promise<string> {
    const made = this.#made.get(i) ?? (await this.#make(this.#samples[i]!))
    this.#made.set(i, made)
    return made
  }

  async #make({ photo, box, person }: Sample): Promise<string> {
    const none = '<span class="noface">no photo</span>'
    if (!box) return none
    try {
      const image = await readPhoto(photo, defaultImageLimits)
      const { x, y, width } = squareAround(box, 1.4)
      const side = 112
      const face = await new Pyramid(image).resize(x, y, width, width, side, side)
      const data = Buffer.from(await encodeJpeg(face, 80)).toString('base64')
      return `<img width="${side}" height="${side}" alt="a face of ${escaped(person)}" src="data:image/jpeg;base64,${data}">`
    } catch {
      // The photo is no longer where the embeddings say.
      return none
    }
  }
}
