import { keptFace } from '../application/corrected-faces.js'
import type { DiagnosticCheck } from '../application/diagnostics/check.js'
import { type DiagnoseOptions, diagnose } from '../application/diagnostics/diagnose.js'
import { type Each, eachPhoto } from '../application/each-photo.js'
import {
  type EnrolledPhoto,
  type Enrollment,
  type EnrollmentEntry,
  type EnrollOptions,
  enroll,
  enrollEach,
} from '../application/enrollment.js'
import {
  type IdentifiedPhoto,
  type IdentifyOptions,
  identifyEmbeddings,
  identifyPhoto,
  type Probe,
} from '../application/identification.js'
import {
  type SubjectVerification,
  type Verification,
  type VerifyOptions,
  verifyPhotos,
  verifySubject,
} from '../application/verification.js'
import { AgnizeError } from '../base/errors.js'
import type { AnalyzeOptions } from '../faces/analyze.js'
import type { Detection } from '../faces/detectors/detection.js'
import type { Embedding } from '../faces/embed.js'
import type { Face, PhotoAnalysis } from '../faces/face.js'
import type { DescribedFace, FaceRequest } from '../faces/frame.js'
import type { SimilarityMeasure } from '../faces/similarity-measure.js'
import type { PhotoSource } from '../image/photo.js'
import type { RgbImage } from '../image/rgb-image.js'
import {
  type Calibration,
  type DetectionCard,
  type EmbeddingCard,
  type LandmarksCard,
  modelId,
} from '../models/card.js'
import type { ModelStore } from '../models/model-store.js'
import type { IdentifiedFace, Verdict } from '../recognition/decide.js'
import type { GallerySession } from '../session/gallery-session.js'
import { openSession } from '../session/open-session.js'
import type { OpenOptions, WorkOptions } from '../session/options.js'
import { Cameras } from './cameras.js'
import { Corrections } from './corrections.js'
import { DecisionLog } from './decision-log.js'
import { GalleryAdmin } from './gallery-admin.js'
import { People } from './people.js'
import { References } from './references.js'
import { Visits } from './visits.js'
import { rejectWhenClosed } from './while-open.js'

/**
 * Opens agnize: models and gallery in one folder. Models are downloaded when they are first needed; the gallery is
 * created at its first use.
 *
 * @returns An object that {@link Agnize.close} or `await using` closes.
 * @throws AgnizeError `bad-argument`.
 * @example
 * ```ts
 * import { openAgnize } from 'agnize'
 *
 * await using agnize = await openAgnize()
 * await agnize.enroll('Skuli', ['photos/skuli.jpg'])
 * for (const face of await agnize.identify('door.jpg')) {
 *   console.log(face.box, face.subject?.name ?? 'unknown', face.similarity, face.candidates)
 * }
 * ```
 */
export async function openAgnize(options: OpenOptions = {}): Promise<Agnize> {
  return agnizeOf(openSession(options))
}

/** The public object of a session; closing it closes the session. */
export function agnizeOf(session: GallerySession): Agnize {
  return new Agnize(session)
}

/** Face recognition with a gallery of subjects; made by {@link openAgnize}. */
export class Agnize implements AsyncDisposable {
  /** The models on this machine. */
  readonly models: ModelStore
  /** The subjects of the gallery. */
  readonly people: People
  /** Corrections of recognized faces. */
  readonly corrections: Corrections
  /** The log of decisions. */
  readonly decisions: DecisionLog
  /** Visits and unnamed strangers. */
  readonly visits: Visits
  /** The cameras that programs watch. */
  readonly cameras: Cameras
  /** The faces of each person that are searched. */
  readonly references: References
  /** Administration of the gallery: backups, protection, retention, migration to another model. */
  readonly gallery: GalleryAdmin

  readonly #session: GallerySession

  /** @internal */
  constructor(session: GallerySession) {
    const part = <Part extends object>(part: Part) =>
      rejectWhenClosed(part, () => session.checkOpen())
    this.#session = session
    this.models = session.engine.models
    this.people = part(new People(session))
    this.gallery = part(new GalleryAdmin(session))
    this.corrections = part(new Corrections(session))
    this.decisions = part(new DecisionLog(session))
    this.references = part(new References(session))
    this.visits = part(new Visits(session))
    this.cameras = part(new Cameras(session))
  }

  /** Number of photos that are processed at a time. */
  get threads(): number {
    return this.#session.engine.threads
  }

  /**
   * Examines machine, models and gallery, as `agnize doctor` does: versions, devices, free space, intact model files and their licenses,
   * the store, the source of the thresholds, the search, encryption, retention and the clock. What does not exist yet is not created.
   *
   * @returns The checks, in the order of the machine, the models and the gallery.
   * @throws AgnizeError `closed`. Every other error is a finding.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const { name, state, detail } of await agnize.diagnose()) {
   *   if (state !== 'ok') console.warn(name, state, detail)
   * }
   * ```
   */
  async diagnose(options: DiagnoseOptions = {}): Promise<DiagnosticCheck[]> {
    this.#session.checkOpen()
    return diagnose(this.#session, options)
  }

  /**
   * Detects and describes the faces of a photo, without a gallery. Faces are aligned to the reference positions of the
   * model (for ArcFace, Deng et al. 2019) by a least-squares similarity transform (Umeyama 1991).
   *
   * @param photo - Path, URL, encoded bytes (an array of bytes, `ArrayBuffer`, `Blob` or `File`) or pixels.
   * @returns Boxes, landmarks, pose, quality and embeddings, the largest face first; empty for a photo without faces.
   * @throws AgnizeError `photo-not-found`, `not-an-image`, `image-damaged`, `image-too-large`, `photo-crashed`,
   * `timed-out`; `bad-argument` for a value that is not a photo; `model-missing`, `model-corrupt`, `model-invalid`,
   * `model-unknown`, and where the models are downloaded first, those of `ModelStore.pull`; `cancelled`, `closed`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const faces = await agnize.analyze('group.jpg')
   * console.log(faces.map(({ box, quality }) => [box.x, box.y, quality.score]))
   * ```
   */
  async analyze(photo: PhotoSource, options: AnalyzeOptions & WorkOptions = {}): Promise<Face[]> {
    return [...(await this.#session.analyze(photo, options, false)).faces]
  }

  /**
   * Analyzes many photos, several at a time, in order and with bounded memory. A photo that fails yields its error; the
   * others continue.
   *
   * @param photos - May be endless.
   * @throws AgnizeError as {@link Agnize.analyze}, for errors that concern all photos.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for await (const each of agnize.analyzeEach(['a.jpg', 'b.jpg'])) {
   *   console.log(each.photo, 'error' in each ? each.error.message : each.result.faces.length)
   * }
   * ```
   */
  analyzeEach(
    photos: Iterable<PhotoSource> | AsyncIterable<PhotoSource>,
    options: AnalyzeOptions & WorkOptions = {},
  ): AsyncGenerator<Each<PhotoAnalysis>, void, undefined> {
    return eachPhoto(this.#session, photos, options, (photo) =>
      this.#session.analyze(photo, options, false),
    )
  }

  /**
   * Describes the central face of a crop; null where no face is detected.
   *
   * @param crop - Encoded bytes, such as a JPEG from `People.faceImage`.
   * @param options - `views`: whether its embedding is averaged over views, as those of enrolled faces are; default true. False for a
   * face that is compared with enrolled ones, as {@link Agnize.identify} does.
   * @returns The face whose box contains the center of the crop, else the largest; boxes in pixels of the crop.
   * @throws AgnizeError as {@link Agnize.analyze}, except for a damaged picture.
   * @example
   * ```ts
   * import { readFile } from 'node:fs/promises'
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const face = await agnize.analyzeCrop(await readFile('crop.jpg'))
   * console.log(face?.quality.score, face?.embedding.vector.length)
   * ```
   */
  analyzeCrop(crop: Uint8Array, options: Pick<AnalyzeOptions, 'views'> = {}): Promise<Face | null> {
    return keptFace(this.#session, crop, options)
  }

  /**
   * Detects the faces of a frame without describing them, for programs that track faces.
   *
   * @param image - Pixels: 3 bytes each, rows from the top.
   * @param options - `minScore`: least confidence of the detector, 0…1; default its card's.
   * @returns Boxes in pixels, the largest first.
   * @throws AgnizeError as {@link Agnize.analyze}.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const image = { width: 640, height: 480, data: new Uint8Array(3 * 640 * 480) } // a frame of a camera
   * for (const { box, score } of await agnize.detectFaces(image, { minScore: 0.8 })) console.log(box, score)
   * ```
   */
  async detectFaces(
    image: RgbImage,
    { minScore, ...options }: { readonly minScore?: number } & WorkOptions = {},
  ): Promise<readonly Detection[]> {
    const least = minScore ?? (await this.#session.detectionCard()).minScore
    return this.#session.detect(image, least, options)
  }

  /**
   * Describes detected faces of a frame: quality, embedding, and a crop where it is requested.
   *
   * @param image - Pixels: 3 bytes each, rows from the top.
   * @param faces - Boxes in pixels of the frame, each with the least quality, 0…1, from which it is embedded and cut
   * out.
   * @returns In the order of the faces.
   * @throws AgnizeError as {@link Agnize.analyze}.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const image = { width: 640, height: 480, data: new Uint8Array(3 * 640 * 480) } // a frame of a camera
   * const found = await agnize.detectFaces(image)
   * const faces = found.map(({ box }) => ({ box, minQuality: 0.3, minCropQuality: null }))
   * const described = await agnize.describeFaces(image, faces)
   * console.log(described.map(({ quality, embedding }) => [quality.score, embedding?.vector]))
   * ```
   */
  describeFaces(
    image: RgbImage,
    faces: readonly FaceRequest[],
    options: Pick<AnalyzeOptions, 'liveness'> & WorkOptions = {},
  ): Promise<readonly DescribedFace[]> {
    return this.#session.describe(image, faces, options)
  }

  /**
   * Enrolls photos of a person, who is added where the name is new. Each photo needs exactly one face, unless `at`
   * selects one. A photo is added completely or not at all; a face that is already enrolled is not added twice.
   *
   * @param name - The person; 1…200 characters without line breaks or slashes.
   * @throws AgnizeError `bad-name`, `wrong-model`, `gallery-*`, `read-only`, `disk-full`, `cancelled`; `bad-argument`
   * without a photo; and where every photo is refused, the error of the first: `no-face`, `several-faces`,
   * `poor-quality`, `already-enrolled` (as somebody else), or as {@link Agnize.analyze}.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { enrolled, refused } = await agnize.enroll('Skuli', ['skuli-1.jpg', 'skuli-2.jpg'])
   * for (const { photo, error } of refused) console.warn(photo, error.message)
   * console.log(enrolled.length)
   * ```
   */
  enroll(
    name: string,
    photos: PhotoSource | readonly PhotoSource[],
    options: EnrollOptions = {},
  ): Promise<Enrollment> {
    return enroll(this.#session, name, photos, options)
  }

  /**
   * Enrolls photos of many people, several at a time; results come in order.
   *
   * @param entries - Photos, each with its person's name.
   * @throws AgnizeError for errors that concern all photos: `bad-name`, `wrong-model`, `gallery-*`, `read-only`,
   * `disk-full`.
   * @example
   * ```ts
   * import { openAgnize, peopleIn } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for await (const each of agnize.enrollEach(await peopleIn('staff'))) {
   *   console.log(each.photo, 'error' in each ? each.error.message : each.result.outcome)
   * }
   * ```
   */
  enrollEach(
    entries: readonly EnrollmentEntry[],
    options: EnrollOptions = {},
  ): AsyncGenerator<Each<EnrolledPhoto>, void, undefined> {
    return enrollEach(this.#session, entries, options)
  }

  /**
   * Identifies the faces of a photo (1:N). Faces are assigned to subjects so that the sum of the similarities above the
   * threshold is maximal (linear assignment, Jonker and Volgenant 1987), each subject to one face at most.
   *
   * @returns Every face, largest first, with its answer, the similarity, the threshold that decided and the candidates.
   * @throws AgnizeError as {@link Agnize.analyze}; `unknown-subject`, `wrong-model`, `not-calibrated`, `gallery-*`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const face of await agnize.identify('door.jpg', { accept: { fpir: 1e-4 } })) {
   *   if (face.answer === 'match') console.log(`Welcome ${face.subject.name}, have a nice day!`)
   *   else console.log(face.answer, face.reason)
   * }
   * ```
   */
  async identify(photo: PhotoSource, options: IdentifyOptions = {}): Promise<IdentifiedFace[]> {
    return [...(await this.identifyPhoto(photo, options)).faces]
  }

  /**
   * As {@link Agnize.identify}, with the size of the photo, the timings, and the crops of the faces where `crops` is
   * set.
   *
   * @returns Size in pixels of the upright photo, timings in milliseconds, and the faces, largest first.
   * @throws AgnizeError as {@link Agnize.identify}.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { faces, crops, width, height } = await agnize.identifyPhoto('door.jpg', { crops: true })
   * console.log(width, height, faces.length, crops[0]?.length)
   * ```
   */
  identifyPhoto(photo: PhotoSource, options: IdentifyOptions = {}): Promise<IdentifiedPhoto> {
    return identifyPhoto(this.#session, photo, options)
  }

  /**
   * Identifies many photos, several concurrently, in order and with bounded memory, as {@link Agnize.analyzeEach}.
   *
   * @throws AgnizeError as {@link Agnize.identify}, for errors that concern all photos.
   * @example
   * ```ts
   * import { openAgnize, photosIn } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for await (const each of agnize.identifyEach(await photosIn('party'))) {
   *   if ('error' in each) console.warn(each.photo, each.error.message)
   *   else console.log(each.photo, each.result.faces.map(({ subject }) => subject?.name ?? 'unknown'))
   * }
   * ```
   */
  identifyEach(
    photos: Iterable<PhotoSource> | AsyncIterable<PhotoSource>,
    options: IdentifyOptions = {},
  ): AsyncGenerator<Each<IdentifiedPhoto>, void, undefined> {
    return eachPhoto(this.#session, photos, options, (photo) => this.identifyPhoto(photo, options))
  }

  /**
   * Identifies the embeddings of the faces of one photo, which were computed elsewhere; each subject matches one of
   * them at most.
   *
   * @param probes - Embeddings as long as the model's card states, which are normalized, each with its quality.
   * @returns A verdict of each probe, in their order.
   * @throws AgnizeError `wrong-model` for embeddings of another model; `bad-argument`, `unknown-subject`,
   * `not-calibrated`, `gallery-*`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const faces = await agnize.analyze('door.jpg')
   * const probes = faces.map(({ embedding, quality }) => ({ embedding, quality }))
   * for (const { answer, subject } of await agnize.identifyEmbeddings(probes)) console.log(answer, subject?.name)
   * ```
   */
  identifyEmbeddings(probes: readonly Probe[], options: IdentifyOptions = {}): Promise<Verdict[]> {
    return identifyEmbeddings(this.#session, probes, options)
  }

  /**
   * Compares the largest faces of two photos (1:1). Where the quality of one scores 0, the answer is `not_judgeable`
   * and `match` is false.
   *
   * @throws AgnizeError as {@link Agnize.analyze}; `no-face`, `not-calibrated`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { answer, reasons, similarity, threshold } = await agnize.verify('a.jpg', 'b.jpg')
   * console.log(answer, reasons, similarity, threshold.value)
   * ```
   */
  verify(a: PhotoSource, b: PhotoSource, options: VerifyOptions = {}): Promise<Verification> {
    return verifyPhotos(this.#session, a, b, options)
  }

  /**
   * Compares a photo, or an embedding of the model in use, with a subject (1:1).
   *
   * @throws AgnizeError as {@link Agnize.analyze}; `unknown-subject`, `no-face`, `wrong-model`, `not-calibrated`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { match, candidate } = await agnize.verifySubject('door.jpg', 'Skuli', { accept: { fmr: 1e-4 } })
   * console.log(match, candidate.photo)
   * ```
   */
  verifySubject(
    probe: PhotoSource | Embedding | Probe,
    name: string,
    options: VerifyOptions = {},
  ): Promise<SubjectVerification> {
    return verifySubject(this.#session, probe, name, options)
  }

  /**
   * The card of the embedding model: input, output, thresholds, license.
   *
   * @throws AgnizeError `model-unknown`, `model-missing`, `model-invalid`, `closed`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { name, dimensions, license } = await agnize.embeddingCard()
   * console.log(name, dimensions, license)
   * ```
   */
  async embeddingCard(): Promise<EmbeddingCard> {
    return this.#session.card()
  }

  /**
   * The measure of the model's similarities, for embeddings of your own: the cosine, or the cosine corrected by the cohort of
   * the model's card. It is what thresholds are compared with.
   *
   * @param model - Id of the model; default the one in use.
   * @throws AgnizeError as {@link Agnize.embeddingCard}; `model-corrupt` for a damaged cohort.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const measure = await agnize.similarityMeasure()
   * const [a, b] = await agnize.analyze('two-people.jpg')
   * if (a && b) {
   *   const [one, other] = [a, b].map(({ embedding }) => measure.prepare(embedding.vector))
   *   console.log(measure.similarity(one!, other!))
   * }
   * ```
   */
  async similarityMeasure(model?: string): Promise<SimilarityMeasure> {
    return this.#session.measure(model)
  }

  /**
   * The card with the gallery's calibration, where it has one; decisions rest on it.
   *
   * @throws AgnizeError as {@link Agnize.embeddingCard}; `gallery-*`.
   * @example
   * ```ts
   * import { openAgnize, thresholdFor } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const card = await agnize.calibratedCard()
   * console.log(thresholdFor(card, { fmr: 1e-4 }).value)
   * ```
   */
  calibratedCard(): Promise<EmbeddingCard> {
    return this.#session.calibratedCard()
  }

  /**
   * The cards of the networks that analyze a photo.
   *
   * @throws AgnizeError as {@link Agnize.embeddingCard}.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { detection, landmarks, embedding } = await agnize.cards()
   * console.log(detection.minScore, landmarks.license, embedding.dimensions)
   * ```
   */
  async cards(): Promise<{
    /** Face detection. */
    readonly detection: DetectionCard
    /** Facial landmarks. */
    readonly landmarks: LandmarksCard
    /** Embedding. */
    readonly embedding: EmbeddingCard
  }> {
    this.#session.checkOpen()
    return this.#session.engine.cards(this.#session.name)
  }

  /**
   * The gallery's own calibration of the model in use; null where it has none and that of the card applies.
   *
   * @throws AgnizeError as {@link Agnize.embeddingCard}; `gallery-*`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const own = await agnize.calibration()
   * console.log(own?.date, own?.thresholds)
   * ```
   */
  async calibration(): Promise<Calibration | null> {
    const { store } = await this.#session.gallery()
    return store.calibrations.get(modelId(await this.embeddingCard()))
  }

  /**
   * Sets the calibration of this gallery for the model in use; null restores that of the card.
   *
   * @throws AgnizeError `bad-argument` for an invalid calibration; `wrong-cohort`; as {@link Agnize.embeddingCard};
   * `gallery-*`, `read-only`, `disk-full`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   * import { calibrate } from 'agnize/evaluation'
   *
   * await using agnize = await openAgnize()
   * const { calibration } = await calibrate(agnize, { folder: 'people/' }, { dryRun: true })
   * await agnize.setCalibration(calibration)
   * ```
   */
  async setCalibration(calibration: Calibration | null): Promise<void> {
    const { checkedCalibration } = await import('../models/card-schema.js')
    const { store } = await this.#session.gallery()
    const model = modelId(await this.embeddingCard())
    if (calibration === null) {
      await this.#session.requireCohort()
      await store.calibrations.remove(model)
      return
    }
    const checked = checkedCalibration(calibration)
    const { cohort } = checked.ownCohort
      ? { cohort: checked.ownCohort }
      : await this.embeddingCard()
    if (checked.cohort !== cohort?.sha256) {
      throw new AgnizeError(
        'bad-argument',
        'The calibration is for similarities that are computed differently: its "cohort" is not that of the similarities in use. Measure it with "agnize calibrate".',
      )
    }
    await this.#session.requireCohort()
    await store.calibrations.set(model, checked)
  }

  /**
   * Opens another gallery of the same store, which shares the workers and the connection. Close it before this one.
   *
   * @param options - `background`: its photos yield to others, default false. `create`: whether a missing gallery is
   * created, default true; else its use throws `unknown-gallery`.
   * @throws AgnizeError `closed`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const visitors = agnize.inGallery('visitors')
   * await visitors.enroll('Skuli', ['skuli.jpg'])
   * ```
   */
  inGallery(
    name: string,
    options: { readonly background?: boolean; readonly create?: boolean } = {},
  ): Agnize {
    return new Agnize(this.#session.sibling({ ...options, gallery: name }))
  }

  /**
   * Ends the workers and closes the gallery; work in progress fails with `closed`.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * const agnize = await openAgnize()
   * try {
   *   console.log(await agnize.analyze('group.jpg'))
   * } finally {
   *   await agnize.close()
   * }
   * ```
   */
  close(): Promise<void> {
    return this.#session.close()
  }

  /** {@link Agnize.close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
