import { counted } from '../../base/counted.js'
import { writeFileAtomically } from '../../base/write-file-atomically.js'
import { ownerOnlyMode } from '../embed-photos.js'
import type { RateEstimate } from '../intervals.js'
import { escaped, page, table } from '../page.js'
import type { AttackEvaluation } from './attack-evaluation.js'

/** Writes the report of an evaluation of attacks: one self-contained HTML file without scripts. */
export async function writeAttackReport(path: string, evaluation: AttackEvaluation): Promise<void> {
  await writeFileAtomically(path, Buffer.from(attackPage(evaluation)), ownerOnlyMode)
}

/** A rate in percent with its interval and counts; an upper bound rather than 0 where no error was observed. */
export function shareText(rate: RateEstimate | null): string {
  if (!rate) return '–'
  const text = (share: number) => String(Number((100 * share).toPrecision(2)))
  const { value, low, high, errors, trials, supported } = rate
  const interval = supported
    ? `${text(value)} %, ${text(low)} to ${text(high)}`
    : `0 %, ≤ ${text(high)}`
  return `${interval} (${errors} of ${trials})`
}

function attackPage(evaluation: AttackEvaluation): string {
  const { data, date, threshold, basis, species, live, thresholds, heldOut } = evaluation
  const { similarity, milliseconds, failures } = evaluation
  return page(`${data}: attacks`, [
    `<h1>${escaped(data)}: pictures of faces</h1>`,
    `<p>${counted(live.presentations, 'live presentation')} of ${counted(live.people, 'person', 'people')}, ${date.slice(0, 10)}. Terms of ISO/IEC 30107-3; a measurement of these photos, not a certified test. Intervals are 95 % confidence intervals over people.</p>`,
    `<p>Threshold <strong>${threshold.toFixed(3)}</strong>: ${escaped(basis)}.${milliseconds === null ? '' : ` ${milliseconds.toFixed(1)} ms a face.`}</p>`,
    '<h2>Attacks by species, the worst first</h2>',
    table(
      ['species', 'people', 'presentations', 'APCER', 'APNRR', 'IAPAR'],
      species.map((each) => [
        each.species,
        String(each.people),
        String(each.presentations),
        shareText(each.apcer),
        shareText(each.apnrr),
        shareText(each.iapar),
      ]),
    ),
    `<p class="small">APCER: judged attacks that pass for live. APNRR: attacks that were not judged, or without a face. IAPAR: attacks that pass for live and match a live photo of the person, at a similarity of ${similarity.toFixed(3)}.</p>`,
    '<h2>Live faces</h2>',
    table(
      ['people', 'presentations', 'BPCER', 'BPNRR'],
      [
        [
          String(live.people),
          String(live.presentations),
          shareText(live.bpcer),
          shareText(live.bpnrr),
        ],
      ],
    ),
    '<p class="small">BPCER: judged live faces that are taken for attacks. BPNRR: live faces that were not judged, or not found.</p>',
    '<h2>Other thresholds</h2>',
    table(
      ['threshold', 'largest APCER', 'of', 'BPCER'],
      thresholds.map((each) => [
        String(each.threshold),
        shareText(each.apcer),
        each.worst ?? '–',
        shareText(each.bpcer),
      ]),
    ),
    heldOut
      ? `<p>Each person judged at a threshold chosen on the others (${heldOut.thresholds.map((each) => each.toFixed(3)).join(' to ')}): APCER ${shareText(heldOut.apcer)}, BPCER ${shareText(heldOut.bpcer)}.</p>`
      : '',
    failures.length > 0
      ? `<h2>Photos that could not be read</h2>${table(
          ['photo', 'why'],
          failures.map(({ photo, message }) => [photo, message]),
        )}`
      : '',
  ])
}
