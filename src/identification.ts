import { embeddedCorrections } from './corrections.js'
import { recordDecisions } from './decision-log.js'
import { subjectFilter } from './gallery/subject-details.js'
import type { PhotoSource } from './image/photo.js'
import { type EmbeddingCard, modelId } from './models/card.js'
import type { Opened } from './opened.js'
import type { IdentifiedPhoto, IdentifyOptions } from './options.js'
import { correctCandidates } from './recognition/corrections.js'
import { decide } from './recognition/identify.js'
import { type AcceptedError, defaultErrorRate, thresholdFor } from './recognition/threshold.js'

/** The card of the model in use, with the gallery's own calibration in place of the card's where there is one. */
export async function calibratedCard(opened: Opened): Promise<EmbeddingCard> {
  const card = await opened.card()
  // What needs no gallery makes none.
  if (!opened.hasGallery()) return card
  const { store } = await opened.gallery()
  const own = await store.calibrations.get(modelId(card))
  return own ? { ...card, calibration: own } : card
}

/** Tells who is in a photo, by the gallery as it is now, and records it where decisions are recorded. */
export async function identifyPhoto(
  opened: Opened,
  photo: PhotoSource,
  options: IdentifyOptions,
): Promise<IdentifiedPhoto> {
  const gallery = await opened.gallery()
  const model = modelId(await opened.card())
  // Before the photo is worked on, for what is wrong with the gallery is wrong with every photo.
  await gallery.requireModel(model)
  const { recording } = await gallery.store.decisions.settings()
  const { crops, sha256, ...analysis } = await opened.analysis(photo, options, recording)
  const card = await calibratedCard(opened)
  const accept = options.accept ?? { fpir: defaultErrorRate }
  const corrections = await embeddedCorrections(opened, model)
  const wanted = options.candidates ?? 5
  const found = await gallery.search(
    model,
    analysis.faces.map(({ embedding }) => embedding.vector),
    {
      // More than faces, so that everybody may find their person, and more than may be ruled out.
      limit: Math.max(wanted, analysis.faces.length + 1, 2) + corrections.length,
      ...(options.fusion && { fusion: options.fusion }),
      filter: options.among && subjectFilter(options.among),
    },
  )
  const threshold = thresholdFor(card, accept, found.comparisons)
  const near = nearness(card, threshold.value)
  const ambiguity = card.calibration?.ambiguity ?? 0
  const allowDuplicates = options.allowDuplicates ?? false
  const decided = await decide(
    analysis.faces.map((face, i) => ({
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
  const faces = decided.map((face) => ({ ...face, candidates: face.candidates.slice(0, wanted) }))
  if (recording) {
    const { comparisons, version } = found
    const about = { model, version, accept, comparisons, ambiguity, allowDuplicates, sha256 }
    await recordDecisions(gallery.store.decisions, decided, crops, about)
  }
  return { ...analysis, faces }
}

/** From which similarity two faces count as one person's when a correction of one is asked about the other. */
export function nearness(card: EmbeddingCard, fallback: number): number {
  const accept: AcceptedError = { fmr: defaultErrorRate }
  return card.calibration ? thresholdFor(card, accept).value : fallback
}
