import { checkChoice } from '../base/checked-choice.js'
import { AgnizeError } from '../base/errors.js'
import type { AnalyzeOptions } from '../faces/analyze.js'
import { checkAnalyzeOptions } from '../faces/checked-options.js'
import type { Embedding } from '../faces/embed.js'
import type { Face, PhotoAnalysis } from '../faces/face.js'
import { type Quality, qualityReasons } from '../faces/quality.js'
import { normalize } from '../faces/vectors.js'
import type { Gallery } from '../gallery/gallery.js'
import { type Fusion, fusions } from '../gallery/search/candidate.js'
import type { SubjectFilter } from '../gallery/subject.js'
import { subjectFilter } from '../gallery/subject-details.js'
import type { PhotoSource } from '../image/photo.js'
import type { Liveness } from '../liveness/liveness.js'
import { type EmbeddingCard, modelId } from '../models/card.js'
import { correctCandidates } from '../recognition/apply-corrections.js'
import { decide, type IdentifiedFace, type Judged, type Verdict } from '../recognition/decide.js'
import { type AcceptedError, defaultErrorRate, thresholdFor } from '../recognition/threshold.js'
import type { GallerySession } from '../session/gallery-session.js'
import type { WorkOptions } from '../session/options.js'
import { embeddedCorrections } from './corrected-faces.js'
import { recordDecisions } from './decision-records.js'

/** Options of `Agnize.identify`. */
export interface IdentifyOptions extends AnalyzeOptions, WorkOptions {
  /** Accepted rate at which strangers are given a name; default `{ fpir: 1e-3 }`, one of a thousand strangers. */
  readonly accept?: AcceptedError
  /** Number of candidates listed with each face; default 5. */
  readonly candidates?: number
  /** How a subject's templates are fused into one similarity; default `mean`. */
  readonly fusion?: Fusion
  /** Search only these subjects; default all. An unknown name is refused with `unknown-subject`. */
  readonly among?: SubjectFilter
  /** Whether a subject may appear in one photo more than once, as in mirrors and collages; default false. */
  readonly allowDuplicates?: boolean
  /** Whether `identifyPhoto` returns face crops; default false. */
  readonly crops?: boolean
}

/** The embedding of a face that is identified without its photo. */
export interface Probe {
  /** The embedding to search for. */
  readonly embedding: Embedding
  /** Quality of the face; default the best. A score of 0 is not judgeable, for the first of the reasons. */
  readonly quality?: Pick<Quality, 'score' | 'reasons'>
  /** Whether the face is live; where it has to be and this is absent, the face is not judgeable. */
  readonly liveness?: Pick<Liveness, 'answer'> | undefined
}

/** A probe with its quality. */
export type CheckedProbe = Required<Omit<Probe, 'liveness'>> & Pick<Probe, 'liveness'>

/** A photo with its identified faces. */
export interface IdentifiedPhoto extends Omit<PhotoAnalysis, 'faces'> {
  /** Largest first. */
  readonly faces: readonly IdentifiedFace[]
  /** JPEG of each face with its surroundings, in the order of the faces; empty unless requested. */
  readonly crops: readonly Uint8Array[]
}

/** Identifies the faces of a photo against the current gallery, and records the decisions where recording is on. */
export async function identifyPhoto(
  session: GallerySession,
  photo: PhotoSource,
  options: IdentifyOptions,
): Promise<IdentifiedPhoto> {
  checkIdentifyOptions(options)
  // The networks load while the gallery opens.
  session.warm()
  // Checked before the photo is processed: an error of the gallery applies to every photo.
  const { gallery } = await session.galleryOfModel()
  await requireSubjects(gallery, options)
  const { recording } = await gallery.store.decisions.settings()
  const { crops: wantsCrops = false } = options
  const { crops, sha256, ...analysis } = await session.analyze(
    photo,
    options,
    recording || wantsCrops,
  )
  const { decided, about } = await identifyFaces<Face>(session, analysis.faces, options)
  if (recording) {
    await recordDecisions(gallery.store.decisions, decided, crops, { ...about, sha256 })
  }
  const wanted = options.candidates ?? defaultCandidates
  const faces = decided.map((face) => ({ ...face, candidates: face.candidates.slice(0, wanted) }))
  return { ...analysis, faces, crops: wantsCrops ? crops : [] }
}

/** Identifies embeddings; they count as faces of one photo, so each subject matches at most one of them. */
export async function identifyEmbeddings(
  session: GallerySession,
  probes: readonly Probe[],
  options: IdentifyOptions,
): Promise<Verdict[]> {
  checkIdentifyOptions(options)
  const card = await session.card()
  const faces = probes.map((probe) => checkedProbe(probe, card))
  await requireSubjects(await session.gallery(), options)
  const { decided } = await identifyFaces(session, faces, options)
  const wanted = options.candidates ?? defaultCandidates
  return decided.map(({ embedding: _, quality: __, liveness: ___, ...verdict }) => ({
    ...verdict,
    candidates: verdict.candidates.slice(0, wanted),
  }))
}

/** Checks the options that are one of a few words. @throws AgnizeError `bad-argument`. */
function checkIdentifyOptions(options: IdentifyOptions): void {
  checkAnalyzeOptions(options)
  checkChoice('fusion', options.fusion, fusions)
}

/** Refuses unknown names: a filter with one could never match. @throws AgnizeError `unknown-subject`, `bad-name`. */
async function requireSubjects(gallery: Gallery, { among }: IdentifyOptions): Promise<void> {
  const { subjects } = subjectFilter(among ?? {})
  if (!subjects) return
  const there = await gallery.store.subjects({ filter: { subjects } })
  const known = new Set(there.map(({ name }) => name))
  const missing = subjects.filter((name) => !known.has(name))
  if (missing.length === 0) return
  throw new AgnizeError(
    'unknown-subject',
    `The gallery has nobody named ${missing.map((name) => JSON.stringify(name)).join(' or ')}: give names of people in the gallery.`,
  )
}

/** An external embedding, validated and normalized. @throws AgnizeError `wrong-model`, `bad-argument`. */
export function checkedEmbedding({ model, vector }: Embedding, card: EmbeddingCard): Embedding {
  const own = modelId(card)
  if (model !== own) {
    throw new AgnizeError(
      'wrong-model',
      `The embedding comes from ${model}, but the model in use is ${own}: compute the embedding with ${own}.`,
    )
  }
  const copy = Float32Array.from(vector)
  if (copy.length !== card.dimensions || !copy.every(Number.isFinite) || !(normalize(copy) > 0)) {
    throw new AgnizeError(
      'bad-argument',
      `An embedding of ${own} has ${card.dimensions} finite numbers that are not all 0; this one does not (length ${copy.length}).`,
    )
  }
  return { model, vector: copy }
}

/** An external probe, validated. @throws AgnizeError `wrong-model`, `bad-argument`. */
export function checkedProbe(
  { embedding, quality = { score: 1, reasons: [] }, liveness }: Probe,
  card: EmbeddingCard,
): CheckedProbe {
  const { score, reasons } = quality
  const known: readonly string[] = qualityReasons
  if (!(score >= 0 && score <= 1) || !reasons.every((reason) => known.includes(reason))) {
    throw new AgnizeError(
      'bad-argument',
      `The quality of a face must have a score from 0 to 1, and reasons from this list: ${qualityReasons.join(', ')}.`,
    )
  }
  return { embedding: checkedEmbedding(embedding, card), quality, liveness }
}

/** Candidates that an answer lists. Judgment. */
const defaultCandidates = 5

async function identifyFaces<F extends Judged & { readonly embedding: Embedding }>(
  session: GallerySession,
  faces: readonly F[],
  options: IdentifyOptions,
) {
  const { gallery, model } = await session.galleryOfModel()
  const card = await session.calibratedCard()
  const accept = options.accept ?? { fpir: defaultErrorRate }
  const measure = await session.measure()
  const corrections = await embeddedCorrections(session, model)
  const wanted = options.candidates ?? defaultCandidates
  const found = await gallery.search(
    model,
    faces.map(({ embedding }) => embedding.vector),
    {
      // More candidates than faces, so that every face may get its subject, and more than corrections may rule out.
      limit: Math.max(wanted, faces.length + 1, 2) + corrections.length,
      measure,
      ...(options.fusion && { fusion: options.fusion }),
      filter: options.among && subjectFilter(options.among),
    },
  )
  const threshold = thresholdFor(card, accept, found.comparisons)
  const sameThreshold = samePersonThreshold(card, threshold.value)
  const ambiguity = card.calibration?.ambiguity ?? 0
  const allowDuplicates = options.allowDuplicates ?? false
  const decided = decide(
    faces.map((face, i) => ({
      face,
      ...correctCandidates(
        measure,
        face.embedding.vector,
        found.candidates[i]!,
        corrections,
        sameThreshold,
      ),
    })),
    {
      threshold,
      ambiguity,
      allowDuplicates,
      probability: card.calibration?.probability ?? null,
      requireLive: options.liveness === 'require',
    },
  )
  const { comparisons, version } = found
  return { decided, about: { model, version, accept, comparisons, ambiguity, allowDuplicates } }
}

/** Similarity from which two faces count as one person's, when a correction of one is applied to the other. */
export function samePersonThreshold(card: EmbeddingCard, fallback: number): number {
  const accept: AcceptedError = { fmr: defaultErrorRate }
  return card.calibration ? thresholdFor(card, accept).value : fallback
}
