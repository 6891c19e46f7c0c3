import { AgnizeError } from '../base/errors.js'
import type { AnalyzeOptions } from '../faces/analyze.js'
import type { Embedding } from '../faces/embed.js'
import type { Crops, Face, PhotoAnalysis } from '../faces/face.js'
import { type Quality, qualityReasons } from '../faces/quality.js'
import { normalize } from '../faces/vectors.js'
import type { Gallery } from '../gallery/gallery.js'
import type { Fusion } from '../gallery/search/candidate.js'
import type { SubjectFilter } from '../gallery/subject.js'
import { subjectFilter } from '../gallery/subject-details.js'
import type { PhotoSource } from '../image/photo.js'
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
  /** Error rate that is accepted; default `{ fpir: 1e-3 }`, one false positive in a thousand searches by strangers. */
  readonly accept?: AcceptedError
  /** Number of candidates listed with each face; default 5. */
  readonly candidates?: number
  /** Fusion of the scores of a subject's templates; default `mean`. */
  readonly fusion?: Fusion
  /** Restricts the search to these subjects; default all. An unknown name is refused with `unknown-subject`. */
  readonly among?: SubjectFilter
  /** Whether a person may be in one photo more than once, as in mirrors and collages; default false. */
  readonly allowDuplicates?: boolean
  /** Whether `identifyPhoto` returns crops of the faces; default false. */
  readonly crops?: boolean
}

/** The embedding of a face that is identified without its photo. */
export interface Probe {
  /** The embedding to search for. */
  readonly embedding: Embedding
  /** Quality of the face; default the best. A score of 0 gives the answer `not_judgeable` with the first reason. */
  readonly quality?: Pick<Quality, 'score' | 'reasons'>
}

/** A photo with its identified faces. */
export interface IdentifiedPhoto extends Omit<PhotoAnalysis, 'faces'> {
  /** Largest first. */
  readonly faces: readonly IdentifiedFace[]
  /** Crops of the faces, in their order; empty unless `crops` was set. */
  readonly crops: readonly Crops[]
}

/** Tells who is in a photo, by the gallery as it is now, and records it where decisions are recorded. */
export async function identifyPhoto(
  session: GallerySession,
  photo: PhotoSource,
  options: IdentifyOptions,
): Promise<IdentifiedPhoto> {
  // The networks open while the gallery does.
  session.warm()
  // Before the photo is worked on, for what is wrong with the gallery is wrong with every photo.
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

/** Tells whose embeddings these are: those of one photo, so that nobody is two of them. */
export async function identifyEmbeddings(
  session: GallerySession,
  probes: readonly Probe[],
  options: IdentifyOptions,
): Promise<Verdict[]> {
  const card = await session.card()
  const faces = probes.map((probe) => checkedProbe(probe, card))
  await requireSubjects(await session.gallery(), options)
  const { decided } = await identifyFaces(session, faces, options)
  const wanted = options.candidates ?? defaultCandidates
  return decided.map(({ embedding: _, quality: __, ...verdict }) => ({
    ...verdict,
    candidates: verdict.candidates.slice(0, wanted),
  }))
}

/** A name that nobody has would let nobody be found. @throws AgnizeError `unknown-subject`, `bad-name`. */
async function requireSubjects(gallery: Gallery, { among }: IdentifyOptions): Promise<void> {
  const { subjects } = subjectFilter(among ?? {})
  if (!subjects) return
  const there = await gallery.store.subjects({ filter: { subjects } })
  const known = new Set(there.map(({ name }) => name))
  const missing = subjects.filter((name) => !known.has(name))
  if (missing.length === 0) return
  throw new AgnizeError(
    'unknown-subject',
    `Nobody is called ${missing.map((name) => JSON.stringify(name)).join(' or ')}: search only among people who are there.`,
  )
}

/** An embedding from outside, normalized. @throws AgnizeError `wrong-model`, `bad-argument`. */
export function checkedEmbedding({ model, vector }: Embedding, card: EmbeddingCard): Embedding {
  const own = modelId(card)
  if (model !== own) {
    throw new AgnizeError(
      'wrong-model',
      `The embedding is of ${model} and the model in use is ${own}: the two do not compare.`,
    )
  }
  const copy = Float32Array.from(vector)
  if (copy.length !== card.dimensions || !copy.every(Number.isFinite) || !(normalize(copy) > 0)) {
    throw new AgnizeError(
      'bad-argument',
      `An embedding of ${own} has ${card.dimensions} finite numbers that are not all 0; this one has ${copy.length}.`,
    )
  }
  return { model, vector: copy }
}

/** A face from outside. @throws AgnizeError `wrong-model`, `bad-argument`. */
export function checkedProbe(
  { embedding, quality = { score: 1, reasons: [] } }: Probe,
  card: EmbeddingCard,
): Required<Probe> {
  const { score, reasons } = quality
  const known: readonly string[] = qualityReasons
  if (!(score >= 0 && score <= 1) || !reasons.every((reason) => known.includes(reason))) {
    throw new AgnizeError(
      'bad-argument',
      `The quality of a face has a score of 0 to 1 and reasons out of ${qualityReasons.join(', ')}.`,
    )
  }
  return { embedding: checkedEmbedding(embedding, card), quality }
}

const defaultCandidates = 5

async function identifyFaces<F extends Judged & { readonly embedding: Embedding }>(
  session: GallerySession,
  faces: readonly F[],
  options: IdentifyOptions,
) {
  const gallery = await session.gallery()
  const model = modelId(await session.card())
  const card = await session.calibratedCard()
  const accept = options.accept ?? { fpir: defaultErrorRate }
  const corrections = await embeddedCorrections(session, model)
  const wanted = options.candidates ?? defaultCandidates
  const found = await gallery.search(
    model,
    faces.map(({ embedding }) => embedding.vector),
    {
      // More than faces, so that everybody may find their person, and more than may be ruled out.
      limit: Math.max(wanted, faces.length + 1, 2) + corrections.length,
      ...(options.fusion && { fusion: options.fusion }),
      filter: options.among && subjectFilter(options.among),
    },
  )
  const threshold = thresholdFor(card, accept, found.comparisons)
  const near = nearness(card, threshold.value)
  const ambiguity = card.calibration?.ambiguity ?? 0
  const allowDuplicates = options.allowDuplicates ?? false
  const decided = decide(
    faces.map((face, i) => ({
      face,
      ...correctCandidates(face.embedding.vector, found.candidates[i]!, corrections, near),
    })),
    {
      threshold,
      ambiguity,
      allowDuplicates,
      probability: card.calibration?.probability ?? null,
    },
  )
  const { comparisons, version } = found
  return { decided, about: { model, version, accept, comparisons, ambiguity, allowDuplicates } }
}

/** From which similarity two faces count as one person's when a correction of one is asked about the other. */
export function nearness(card: EmbeddingCard, fallback: number): number {
  const accept: AcceptedError = { fmr: defaultErrorRate }
  return card.calibration ? thresholdFor(card, accept).value : fallback
}
