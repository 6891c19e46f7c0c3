import { basename, join, resolve } from 'node:path'
import { AgnizeError, diskError } from '../../base/errors.js'
import { writeFileAtomically } from '../../base/write-file-atomically.js'
import type { Detail } from '../../faces/detectors/detail.js'
import type { Face } from '../../faces/face.js'
import type { Agnize } from '../../library/agnize.js'
import type { Liveness } from '../../liveness/liveness.js'
import { defaultErrorRate, thresholdFor } from '../../recognition/threshold.js'
import type { WorkOptions } from '../../session/options.js'
import { makeFolder, ownerOnlyMode } from '../embed-photos.js'
import { type AttackEvaluation, attacksJson } from './attack-evaluation.js'
import { writeAttackReport } from './attack-page.js'
import { apcer, bpcer, heldOutRates, shareOfPeople } from './attack-rates.js'
import { type Presentation, presentationsIn } from './presentations.js'

/** Options of {@link evaluateAttacks}. */
export interface AttackOptions extends WorkOptions {
  /** Folder for the report and the results; without it nothing is written. */
  readonly out?: string
  /** Thresholds of liveness, 0…1, whose rates are given beside the shipped one's; default 0.1, 0.3, 0.5, 0.7, 0.9 and 0.99. */
  readonly thresholds?: readonly number[]
  /** Similarity from which an attack matches a live photo of the person, −1…1; default that of a false match rate of 1e-3. */
  readonly similarity?: number
  /** Effort of the search for small faces; default `auto`. */
  readonly detail?: Detail
  /** Called after each photo. */
  readonly onProgress?: (done: number, total: number) => void
}

/** A presentation with the result of its largest face. */
interface Judged extends Presentation {
  readonly score: number | null
  readonly face: Face | null
}

const defaultThresholds = [0.1, 0.3, 0.5, 0.7, 0.9, 0.99]

/**
 * Measures how well pictures of faces are told from faces, in the terms of ISO/IEC 30107-3. The largest face of each photo counts.
 * Intervals (95 %) are over people. It is a measurement of your photos, not a certified test.
 *
 * @param agnize - Opened with the networks to evaluate. Its gallery is not changed.
 * @param folder - Has the folder `live` and one for each species of attack, each with a folder for each person.
 * @throws AgnizeError `photo-not-found`, `bad-argument`, `model-missing`, `cancelled`, `disk-full`, `read-only`.
 * @example
 * ```ts
 * import { openAgnize } from 'agnize'
 * import { evaluateAttacks } from 'agnize/evaluation'
 *
 * await using agnize = await openAgnize()
 * const { species, live } = await evaluateAttacks(agnize, 'attacks/', { out: 'attacks-evaluation/' })
 * console.log(species[0]?.species, species[0]?.apcer, live.bpcer)
 * ```
 */
export async function evaluateAttacks(
  agnize: Agnize,
  folder: string,
  options: AttackOptions = {},
): Promise<AttackEvaluation> {
  const { thresholds = defaultThresholds, out } = options
  for (const each of thresholds) {
    if (each > 0 && each < 1) continue
    throw new AgnizeError(
      'bad-argument',
      `A threshold of liveness lies between 0 and 1, not at ${each}.`,
    )
  }
  const similarity =
    options.similarity ??
    thresholdFor(await agnize.calibratedCard(), { fmr: defaultErrorRate }).value
  const presentations = await presentationsIn(folder)
  const { judged, liveness, times, failures } = await assess(agnize, presentations, options)
  if (!liveness) {
    throw new AgnizeError('too-few-photos', `No face was found in ${folder}: give photos of faces.`)
  }
  const live = judged.filter(({ species }) => species === null)
  const attacks = judged.filter(({ species }) => species !== null)
  const names = [...new Set(attacks.map(({ species }) => species!))]
  const of = (name: string) => attacks.filter(({ species }) => species === name)
  const matches = await matcher(agnize, live, similarity)
  const isUnanswered = ({ score }: Judged) => score === null
  const result: AttackEvaluation = {
    data: basename(resolve(folder)),
    date: new Date().toISOString(),
    threshold: liveness.threshold,
    basis: liveness.basis,
    species: names
      .map((species) => {
        const own = of(species)
        const compared = own.filter(({ person }) => matches.has(person))
        return {
          species,
          people: peopleOf(own),
          presentations: own.length,
          apcer: apcer(own, liveness.threshold),
          apnrr: shareOfPeople(own, isUnanswered)!,
          iapar: shareOfPeople(
            compared,
            ({ person, score, face }) =>
              score !== null && score >= liveness.threshold && matches.get(person)!(face!),
          ),
        }
      })
      .sort((a, b) => (b.apcer?.value ?? -1) - (a.apcer?.value ?? -1)),
    live: {
      people: peopleOf(live),
      presentations: live.length,
      bpcer: bpcer(live, liveness.threshold),
      bpnrr: shareOfPeople(live, isUnanswered)!,
    },
    thresholds: thresholds.map((threshold) => {
      const [worst] = names
        .map((species) => ({ species, rate: apcer(of(species), threshold) }))
        .sort((a, b) => (b.rate?.value ?? -1) - (a.rate?.value ?? -1))
      return {
        threshold,
        apcer: worst?.rate ?? null,
        worst: worst?.rate ? worst.species : null,
        bpcer: bpcer(live, threshold),
      }
    }),
    heldOut: heldOutRates(attacks, live),
    similarity,
    milliseconds: median(times),
    failures,
  }
  return out === undefined ? result : write(resolve(out), result)
}

async function assess(
  agnize: Agnize,
  presentations: readonly Presentation[],
  { signal, detail, onProgress }: AttackOptions,
) {
  const judged: Judged[] = []
  const times: number[] = []
  const failures: { photo: string; message: string }[] = []
  let liveness: Liveness | undefined
  const results = agnize.analyzeEach(
    presentations.map(({ photo }) => photo),
    { liveness: 'observe', ...(signal && { signal }), ...(detail && { detail }) },
  )
  let next = 0
  for await (const each of results) {
    const presentation = presentations[next++]!
    onProgress?.(next, presentations.length)
    if ('error' in each) {
      failures.push({ photo: presentation.photo, message: each.error.message })
      continue
    }
    const { faces, timings } = each.result
    const face = faces[0] ?? null
    liveness ??= face?.liveness
    judged.push({ ...presentation, face, score: face?.liveness?.score ?? null })
    const scored = faces.filter((each) => each.liveness?.score !== null).length
    if (scored > 0) times.push(timings.liveness / scored)
  }
  return { judged, liveness, times, failures }
}

/** For each person, whether a face matches the first live photo of the person in which a face was found. */
async function matcher(
  agnize: Agnize,
  live: readonly Judged[],
  similarity: number,
): Promise<Map<string, (face: Face) => boolean>> {
  const measure = await agnize.similarityMeasure()
  const matches = new Map<string, (face: Face) => boolean>()
  for (const { person, face } of live) {
    if (!face || matches.has(person)) continue
    const reference = measure.prepare(face.embedding.vector)
    matches.set(
      person,
      ({ embedding }) =>
        measure.similarity(reference, measure.prepare(embedding.vector)) >= similarity,
    )
  }
  return matches
}

async function write(folder: string, result: AttackEvaluation): Promise<AttackEvaluation> {
  await makeFolder(folder)
  const files = { report: join(folder, 'report.html'), results: join(folder, 'results.json') }
  try {
    await writeFileAtomically(files.results, Buffer.from(attacksJson(result)), ownerOnlyMode)
    await writeAttackReport(files.report, result)
  } catch (error) {
    throw diskError(error, folder)
  }
  return { ...result, files }
}

const peopleOf = (presentations: readonly Presentation[]): number =>
  new Set(presentations.map(({ person }) => person)).size

function median(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.toSorted((a, b) => a - b)[values.length >> 1]!
}
