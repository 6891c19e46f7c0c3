import {
  GenuineSimilarities,
  nearest,
  nearestOfEach,
  similarPairs,
} from '../application/similar-people.js'
import type { Comparable, SimilarityMeasure } from '../faces/similarity-measure.js'
import { dot, weightedMean, weightOf } from '../faces/vectors.js'
import type { Correction } from '../gallery/correction-store.js'
import { isAmong } from '../gallery/different-people-store.js'
import type { Subject } from '../gallery/subject.js'
import type { StoredTemplate } from '../gallery/template.js'
import type { Agnize } from '../library/agnize.js'
import { defaultErrorRate, thresholdFor } from '../recognition/threshold.js'

/** An enrolled face that a finding rests on. */
export interface AuditedFace {
  /** UUID of the template. */
  readonly templateId: string
  /** The subject that the face is enrolled for. */
  readonly subject: Subject
  /** File name of its photo. */
  readonly photo: string
}

/**
 * A defect of a gallery that degrades its answers.
 *
 * - `one_person_two_names`: two subjects are as similar as photos of one person are in this gallery. Those of whom it is
 *   recorded that they are different people (`People.markDifferent`) are in no finding about two subjects.
 * - `inseparable`: two subjects are so similar that a photo of one may match the other.
 * - `two_people_one_name`: photos under one name fall into groups that do not match one another.
 * - `outlier`: a photo matches no other photo of its person.
 * - `harmful`: without this photo the other photos of its person are more similar to their mean.
 */
export interface Finding {
  /** Kind of the problem. */
  readonly kind:
    | 'one_person_two_names'
    | 'inseparable'
    | 'two_people_one_name'
    | 'outlier'
    | 'harmful'
  /** The subjects concerned. */
  readonly subjects: readonly Subject[]
  /**
   * The faces that the finding rests on: one of each subject, the smaller group, or the photo concerned; the nearest
   * face last.
   */
  readonly faces: readonly AuditedFace[]
  /** Cosine similarity of the first and the last of those faces; for `harmful` the gain of the other photos. */
  readonly similarity: number
  /** Recommended action, in a sentence. */
  readonly advice: string
}

/** A correction with its similarity to the enrolled faces. */
export interface AuditedCorrection extends Correction {
  /**
   * Cosine similarity of the corrected face to the nearest enrolled face of the subject; null where the model has not
   * embedded it.
   */
  readonly similarity: number | null
}

/** Result of {@link audit}. */
export interface Audit {
  /** Number of subjects. */
  readonly people: number
  /** Number of enrolled photos. */
  readonly photos: number
  /** Thresholds that the findings rest on. */
  readonly thresholds: {
    /** Similarity from which a search in the gallery matches, −1…1. */
    readonly search: number
    /** Similarity from which two photos match, −1…1. */
    readonly comparison: number
  }
  /** Findings by kind; within a kind by falling similarity. */
  readonly findings: readonly Finding[]
  /** Corrections of the gallery, each with its evidence. */
  readonly corrections: readonly AuditedCorrection[]
}

/** Options of {@link audit}. */
export interface AuditOptions {
  /** False positive identification rate, between 0 and 1, that determines the threshold; default 1e-3. */
  readonly fpir?: number
  /** Aborts the audit. */
  readonly signal?: AbortSignal
  /** Called with the number of subjects that were compared with all others. */
  readonly onProgress?: (done: number, total: number) => void
}

/** Faces of a group shown beside the one nearest to the others. Judgment. */
const maxOtherFaces = 5
/** Minimum gain in similarity that justifies removing a photo. Judgment. */
const minSimilarityGain = 0.02

/**
 * Searches a gallery for defects that degrade its answers: duplicate and mixed-up subjects, misfiled photos, pairs that
 * the threshold does not separate. It changes nothing.
 *
 * @throws AgnizeError `not-calibrated`, `wrong-model`, `cancelled`, `gallery-*`.
 * @example
 * ```ts
 * import { openAgnize } from 'agnize'
 * import { audit } from 'agnize/evaluation'
 *
 * await using agnize = await openAgnize()
 * const { findings } = await audit(agnize)
 * for (const { kind, subjects, advice } of findings) console.log(kind, subjects, advice)
 * ```
 */
export async function audit(agnize: Agnize, options: AuditOptions = {}): Promise<Audit> {
  const card = await agnize.calibratedCard()
  const measure = await agnize.similarityMeasure()
  const templates = await agnize.people.templates()
  const offsets = await measure.offsets(templates.map(({ vector }) => vector))
  const peopleInOrder = peopleIn(templates.map((each, i) => ({ ...each, offset: offsets[i]! })))
  const people = [...peopleInOrder].sort((a, b) => a.subject.name.localeCompare(b.subject.name))
  const { fpir = defaultErrorRate } = options
  const thresholds = {
    search: thresholdFor(card, { fpir }, Math.max(1, people.length)).value,
    comparison: thresholdFor(card, { fmr: defaultErrorRate }).value,
  }
  const corrections = await agnize.corrections.embedded({ embed: false })
  const genuine = new GenuineSimilarities(measure)
  for (const { templates } of peopleInOrder) genuine.add(templates)
  const likeness = genuine.likeness(thresholds.search, card)
  const isDifferent = isAmong(await agnize.people.different())
  const isAnswered = (i: number, j: number) => isDifferent([people[i]!.subject, people[j]!.subject])
  const how = { ...options, isAnswered }
  const similar = await similarPeople(people, measure, thresholds.search, likeness, how)
  const findings = [
    ...similar.filter(({ subjects }) => !isDifferent(subjects)),
    ...people.flatMap((person) => withinPerson(person, measure, thresholds.comparison)),
  ]
  return {
    people: people.length,
    photos: people.reduce((sum, { templates }) => sum + templates.length, 0),
    thresholds,
    findings,
    corrections: corrections.map(({ vector, ...correction }) => {
      const own = people.find(({ subject }) => subject.id === correction.subject.id)
      const prepared = vector && measure.prepare(vector)
      const similarities = prepared
        ? own?.templates.map((each) => measure.similarity(each, prepared))
        : []
      return { ...correction, similarity: similarities?.length ? Math.max(...similarities) : null }
    }),
  }
}

/** A template that is ready to be compared. */
type Template = StoredTemplate & Comparable

interface Person {
  readonly subject: Subject
  readonly templates: readonly Template[]
  readonly mean: Float32Array
}

/** The people of templates, in the order in which they were added. */
function peopleIn(templates: readonly Template[]): Person[] {
  const groups = new Map<string, Template[]>()
  for (const template of templates) {
    const own = groups.get(template.subject.id)
    if (own) own.push(template)
    else groups.set(template.subject.id, [template])
  }
  return [...groups.values()].map((own) => ({
    subject: own[0]!.subject,
    templates: own,
    mean: weightedMean(own),
  }))
}

/** Pairs of subjects that the threshold does not separate. @param likeness - Of photos of one person. */
async function similarPeople(
  people: readonly Person[],
  measure: SimilarityMeasure,
  threshold: number,
  likeness: number,
  options: AuditOptions & { readonly isAnswered: (i: number, j: number) => boolean },
): Promise<Finding[]> {
  const means = people.map(({ mean }) => mean)
  const { pairs } = await similarPairs(means, measure, threshold, options)
  const nearestPhotos = await nearestOfEach(
    pairs.map(({ i, j }) => [people[i]!.templates, people[j]!.templates] as const),
    measure,
    options,
  )
  return pairs
    .map(({ i, j }, k): Finding => {
      const [one, other] = [people[i]!, people[j]!]
      const { a, b, similarity } = nearestPhotos[k]!
      const names = [one, other].map(({ subject }) => quoted(subject.name)).join(' ')
      const same = similarity >= likeness
      return {
        kind: same ? 'one_person_two_names' : 'inseparable',
        subjects: [one.subject, other.subject],
        faces: [a, b].map(audited),
        similarity,
        advice: same
          ? `If they are one person: agnize people merge ${names}. If not: agnize people different ${names}.`
          : 'A photo of one may be taken for the other, or be called ambiguous: enroll more and better photos of both.',
      }
    })
    .sort((x, y) => y.similarity - x.similarity)
}

/** Findings on the photos of one subject. */
function withinPerson(
  { subject, templates }: Person,
  measure: SimilarityMeasure,
  threshold: number,
): Finding[] {
  const groups = matchingGroups(templates, measure, threshold)
  const name = quoted(subject.name)
  const [largest, ...others] = groups
  const findings: Finding[] = []
  const disputed = new Set<string>()
  if (groups.length > 2 && largest!.length === 1) {
    // With nothing to compare against, this is one outlier rather than two groups.
    const { similarity } = nearest(templates.slice(0, 1), templates.slice(1), measure)
    const advice = `None of these ${templates.length} photos match each other: check them and enroll better ones.`
    const faces = templates.slice(0, maxOtherFaces + 1).map(audited)
    return [{ kind: 'two_people_one_name', subjects: [subject], faces, similarity, advice }]
  }
  for (const group of others) {
    const { a, b, similarity } = nearest(group, largest!, measure)
    const alone = group.length === 1 && largest!.length > 1
    for (const { id } of group) disputed.add(id)
    findings.push({
      kind: alone ? 'outlier' : 'two_people_one_name',
      subjects: [subject],
      faces: [a, ...group.filter((each) => each !== a).slice(0, maxOtherFaces), b].map(audited),
      similarity,
      advice: alone
        ? `If the photo shows somebody else: agnize people not ${a.id} ${name}.`
        : `Compare the ${group.length} photos with the other ${largest!.length}: if they show two people, remove photos with agnize people not TEMPLATE ${name}.`,
    })
  }
  const trusted = templates.filter(({ id }) => !disputed.has(id))
  return [...findings, ...harmful(subject, trusted, measure)]
}

/** Groups in which each photo matches another one, largest first. */
function matchingGroups(
  templates: readonly Template[],
  measure: SimilarityMeasure,
  threshold: number,
) {
  const groups: Template[][] = []
  const left = new Set(templates)
  for (const first of templates) {
    if (!left.delete(first)) continue
    const group = [first]
    for (const member of group) {
      for (const other of left) {
        if (measure.similarity(member, other) < threshold) continue
        left.delete(other)
        group.push(other)
      }
    }
    groups.push(group)
  }
  return groups.sort((a, b) => b.length - a.length)
}

/** Photos whose removal brings each other photo closer to the mean of the rest, by the cosine. */
function harmful(
  subject: Subject,
  templates: readonly Template[],
  measure: SimilarityMeasure,
): Finding[] {
  const n = templates.length
  if (n < 4) return []
  const weights = templates.map(weightOf)
  const products = templates.map(({ vector }) => templates.map((each) => dot(vector, each.vector)))
  // Dot products with the weighted sum S of all vectors: S · v for each v, and S · S.
  const toSum = products.map((row) => row.reduce((sum, x, k) => sum + weights[k]! * x, 0))
  const square = toSum.reduce((sum, x, k) => sum + weights[k]! * x, 0)
  /** Similarity of p to the mean of all but p and, if given, t. */
  const toRest = (p: number, t?: number) => {
    const [w, v] = [weights[p]!, t === undefined ? 0 : weights[t]!]
    const [pt, st] = t === undefined ? [0, 0] : [products[p]![t]!, toSum[t]!]
    const inner = toSum[p]! - w - v * pt
    return (
      inner / Math.sqrt(square + w * w + v * v - 2 * w * toSum[p]! - 2 * v * st + 2 * w * v * pt)
    )
  }
  return templates.flatMap((template, t): Finding[] => {
    let gain = 0
    for (let p = 0; p < n; p++) if (p !== t) gain += (toRest(p, t) - toRest(p)) / (n - 1)
    if (gain < minSimilarityGain) return []
    const { a, b } = nearest(
      [template],
      templates.filter((each) => each !== template),
      measure,
    )
    return [
      {
        kind: 'harmful',
        subjects: [subject],
        faces: [a, b].map(audited),
        similarity: gain,
        advice:
          'The other photos of this person would match better without it: replace it with a better one.',
      },
    ]
  })
}

function audited({ id, subject, photo }: StoredTemplate): AuditedFace {
  return { templateId: id, subject, photo }
}

/** Quotes a name for a POSIX shell. */
function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`
}
