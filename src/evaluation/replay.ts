import type { Decision } from '../application/decision-records.js'
import { samePersonThreshold } from '../application/identification.js'
import { AgnizeError, throwIfCanceled } from '../base/errors.js'
import { mapConcurrently } from '../base/map-concurrently.js'
import type { SimilarityMeasure } from '../faces/similarity-measure.js'
import type { Correction, EmbeddedCorrection } from '../gallery/correction-store.js'
import { ExactIndex } from '../gallery/search/exact-index.js'
import type { StoredTemplate } from '../gallery/template.js'
import { iou } from '../geometry/box.js'
import type { Agnize } from '../library/agnize.js'
import type { Liveness } from '../liveness/liveness.js'
import { type Calibration, type EmbeddingCard, modelId } from '../models/card.js'
import { correctCandidates } from '../recognition/apply-corrections.js'
import { type Contender, decide, type Judged, type Verdict } from '../recognition/decide.js'
import { type AcceptedError, thresholdFor } from '../recognition/threshold.js'

/** Options of {@link replay}. */
export interface ReplayOptions {
  /** Calibration instead of the present one. */
  readonly calibration?: Calibration
  /** Error rate instead of the recorded one. */
  readonly accept?: AcceptedError
  /** Aborts the replay. */
  readonly signal?: AbortSignal
  /** Called with the number of faces that the other model has embedded. */
  readonly onProgress?: (done: number, total: number) => void
}

/** A recorded answer and that of the replay. */
export interface ReplayedDecision {
  /** Number of the decision in the decision log. */
  readonly number: number
  /** ISO 8601, UTC. */
  readonly at: string
  /** The recorded answer, in words. */
  readonly before: string
  /** The replayed answer, in words. */
  readonly after: string
}

/** Result of {@link replay}. */
export interface Replay {
  /** Number of decisions that were repeated. */
  readonly decisions: number
  /** Decisions that could not be repeated. */
  readonly skipped: {
    /** Entries that were erased. */
    readonly erased: number
    /** Entries whose face was not kept. */
    readonly withoutFace: number
  }
  /** Net increase of misses: recorded names that no correction refutes and the replay does not give, less newly given ones. */
  readonly moreMisses: number
  /** Net reduction of false positives: recorded names that a correction refutes and the replay does not give, less newly given ones. */
  readonly fewerStrangers: number
  /** Names that only the replay gives, and that no correction confirms or refutes. */
  readonly newlyNamed: number
  /** Decisions whose answer changed. */
  readonly changed: readonly ReplayedDecision[]
}

/** Boxes in one photo with an overlap (IoU) above this are the same face. Judgment. */
const sameFaceIou = 0.5

/**
 * Repeats the recorded decisions at another error rate, or with the model that agnize is opened with. Another model
 * embeds the enrolled faces from their crops, in memory only, and needs the recorded faces:
 * `decisions.record({ faces: true })`.
 *
 * Corrections count as ground truth; without a correction the recorded name counts as right. A face that was refused
 * because it was not live is refused again.
 *
 * @throws AgnizeError `bad-argument` for an empty log, `not-calibrated`, `cancelled`.
 * @example
 * ```ts
 * import { openAgnize } from 'agnize'
 * import { replay } from 'agnize/evaluation'
 *
 * await using agnize = await openAgnize()
 * const { moreMisses, fewerStrangers } = await replay(agnize, { accept: { fpir: 1e-4 } })
 * console.log(moreMisses, fewerStrangers)
 * ```
 */
export async function replay(agnize: Agnize, options: ReplayOptions = {}): Promise<Replay> {
  const present = await agnize.calibratedCard()
  const card = options.calibration ? { ...present, calibration: options.calibration } : present
  const recorded: { decision: Decision; face: Uint8Array | null }[] = []
  for await (const { decision, face } of agnize.decisions.entries()) {
    if (!('erased' in decision)) recorded.push({ decision, face })
  }
  const { entries } = await agnize.decisions.verify()
  if (entries === 0) {
    throw new AgnizeError(
      'bad-argument',
      'There are no recorded decisions: "agnize gallery log on" starts recording.',
    )
  }
  const other = recorded.some(({ decision }) => decision.model !== modelId(card))
  const reembedded = other ? await reembed(agnize, options) : null
  const usable = recorded.filter(
    ({ decision, face }) => decision.model === modelId(card) || face !== null,
  )
  const decided: { decision: Decision; verdict: Verdict }[] = []
  let done = 0
  for (const photo of byPhoto(usable)) {
    throwIfCanceled(options.signal)
    decided.push(...(await decideAgain(photo, card, reembedded, options)))
    done += photo.length
    if (reembedded) options.onProgress?.(done, usable.length)
  }
  const corrections = await agnize.corrections.list()
  return {
    decisions: decided.length,
    skipped: { erased: entries - recorded.length, withoutFace: recorded.length - usable.length },
    ...counts(decided, corrections),
  }
}

/** The gallery as embedded by the other model. */
interface Reembedded {
  readonly index: ExactIndex
  readonly measure: SimilarityMeasure
  readonly corrections: readonly EmbeddedCorrection[]
  /** Embeds a recorded face, which is a probe. */
  readonly embedProbe: (face: Uint8Array) => Promise<Float32Array | null>
}

async function reembed(agnize: Agnize, { signal }: ReplayOptions): Promise<Reembedded> {
  const templates: StoredTemplate[] = []
  const embed = async (crop: Uint8Array, views: boolean) =>
    (await agnize.analyzeCrop(crop, { views }))?.embedding.vector ?? null
  const found = mapConcurrently(
    await agnize.people.templates({ ofAnyModel: true }),
    4,
    async (template) => {
      throwIfCanceled(signal)
      const crop = (await agnize.people.crops([template.id])).get(template.id)
      const vector = crop && (await embed(crop, true))
      return vector ? { ...template, vector } : null
    },
  )
  for await (const template of found) if (template) templates.push(template)
  const measure = await agnize.similarityMeasure()
  return {
    index: new ExactIndex(templates, 'mean', measure),
    corrections: await agnize.corrections.embedded(),
    embedProbe: (face) => embed(face, false),
    measure,
  }
}

/** Groups decisions on faces of one photo, which were made together. */
function* byPhoto<Entry extends { readonly decision: Decision }>(
  entries: readonly Entry[],
): Generator<Entry[]> {
  let photo: Entry[] = []
  for (const entry of entries) {
    const first = photo[0]?.decision
    const { at, photoHash } = entry.decision
    if (first && (first.at !== at || first.photoHash !== photoHash)) {
      yield photo
      photo = []
    }
    photo.push(entry)
  }
  if (photo.length > 0) yield photo
}

async function decideAgain(
  photo: readonly { readonly decision: Decision; readonly face: Uint8Array | null }[],
  card: EmbeddingCard,
  reembedded: Reembedded | null,
  { accept }: ReplayOptions,
): Promise<{ decision: Decision; verdict: Verdict }[]> {
  const { decision: first } = photo[0]!
  const isRecordedModel = first.model === modelId(card) || !reembedded
  const comparisons = isRecordedModel ? first.comparisons : reembedded.index.comparisons
  const threshold = thresholdFor(card, accept ?? first.accept, comparisons)
  const sameThreshold = samePersonThreshold(card, threshold.value)
  const contenders: Contender<Judged & { readonly decision: Decision }>[] = []
  for (const { decision, face } of photo) {
    // Only the score and its reasons affect the decision.
    const quality = decision.quality as Contender['face']['quality']
    const judged = { decision, quality, liveness: { answer: livenessOf(decision) } }
    if (isRecordedModel) {
      const candidates = decision.candidates.map((each) => ({
        cosine: each.similarity,
        ...each,
        photo: '',
      }))
      contenders.push({ face: judged, candidates, applied: [] })
      continue
    }
    const vector = await reembedded.embedProbe(face!)
    const candidates = vector ? reembedded.index.search(vector, 10) : []
    contenders.push({
      face: judged,
      ...(vector
        ? correctCandidates(
            reembedded.measure,
            vector,
            candidates,
            reembedded.corrections,
            sameThreshold,
          )
        : { candidates, applied: [] }),
    })
  }
  const verdicts = decide(contenders, {
    threshold,
    ambiguity: isRecordedModel ? first.ambiguity : (card.calibration?.ambiguity ?? 0),
    allowDuplicates: first.allowDuplicates,
    probability: null,
    requireLive: true,
  })
  return verdicts.map(({ decision, ...verdict }) => ({ decision, verdict }))
}

/** Of a recorded face: one that was refused for it is refused again, and any other passes. */
function livenessOf({ reason }: Decision): Liveness['answer'] {
  if (reason === 'attack') return 'attack'
  return reason === 'liveness_not_judgeable' ? 'not_judgeable' : 'live'
}

function counts(
  decided: readonly { readonly decision: Decision; readonly verdict: Verdict }[],
  corrections: readonly Correction[],
): Pick<Replay, 'moreMisses' | 'fewerStrangers' | 'newlyNamed' | 'changed'> {
  let [moreMisses, fewerStrangers, newlyNamed] = [0, 0, 0]
  const changed: ReplayedDecision[] = []
  for (const { decision, verdict } of decided) {
    const [before, after] = [nameOf(decision), nameOf(verdict)]
    if (before.text === after.text) continue
    changed.push({
      number: decision.number,
      at: decision.at,
      before: before.text,
      after: after.text,
    })
    const matchingCorrections = corrections.filter(
      ({ photoHash, box }) =>
        photoHash === decision.photoHash && iou(box, decision.box) > sameFaceIou,
    )
    const is = (id: string | undefined, kind: Correction['kind']) =>
      matchingCorrections.some(({ subject, kind: each }) => each === kind && subject.id === id)
    if (before.id !== after.id) {
      if (before.id !== undefined) {
        if (is(before.id, 'not')) fewerStrangers++
        else moreMisses++
      }
      if (after.id !== undefined) {
        if (is(after.id, 'not')) fewerStrangers--
        else if (is(after.id, 'same')) moreMisses--
        else newlyNamed++
      }
    }
  }
  return { moreMisses, fewerStrangers, newlyNamed, changed }
}

function nameOf({ answer, subject, reason }: Pick<Verdict, 'answer' | 'subject' | 'reason'>): {
  id: string | undefined
  text: string
} {
  const text = answer === 'match' ? subject!.name : answer.replaceAll('_', ' ')
  const why = reason && answer === 'not_judgeable' ? ` (${reason.replaceAll('_', ' ')})` : ''
  return { id: subject?.id, text: `${text}${why}` }
}
