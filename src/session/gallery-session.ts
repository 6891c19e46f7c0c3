import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { AgnizeError, passReadOnly } from '../base/errors.js'
import type { Signer } from '../base/signing.js'
import type { AnalyzeOptions } from '../faces/analyze.js'
import { checkAnalyzeOptions } from '../faces/checked-options.js'
import type { Detection } from '../faces/detectors/detection.js'
import type { DescribedFace, FaceRequest } from '../faces/frame.js'
import type { SimilarityMeasure } from '../faces/similarity-measure.js'
import type { Gallery } from '../gallery/gallery.js'
import { galleryIn, storeFile } from '../gallery/open-gallery.js'
import { recordedDetector } from '../gallery/sql/recorded-detector.js'
import type { SqlDatabase } from '../gallery/sql/sql-database.js'
import type { Actor, GalleryAccess } from '../gallery/sql/sql-gallery.js'
import { type PhotoSource, readablePhoto } from '../image/photo.js'
import type { RgbImage } from '../image/rgb-image.js'
import type { LivenessMode } from '../liveness/liveness.js'
import {
  type Calibration,
  type DetectionCard,
  type EmbeddingCard,
  type LivenessCard,
  modelId,
} from '../models/card.js'
import type { NetworkFile } from '../models/network-file.js'
import type { FacePool } from '../workers/pool.js'
import type { KeptAnalysis } from '../workers/protocol.js'
import type { Engine } from './engine.js'
import { readKey } from './key.js'
import type { GalleryOptions, WorkOptions } from './options.js'
import { measureOfModel, measureOfOwn } from './similarity-measures.js'

/** Name of the gallery where none is given. */
export const defaultGallery = 'default'

/**
 * An open gallery with the resources that work on it needs: models, key, workers and database connection. Galleries of one
 * store share an engine; each session has its own gallery, key and actor.
 *
 * Models are downloaded on first use, and the gallery is opened, or created, on first access.
 */
export class GallerySession {
  /** The resources that the galleries of the store share. */
  readonly engine: Engine
  /** Name of the gallery in the store. */
  readonly name: string
  /** The actor that the audit log records. */
  readonly actor: Actor
  readonly #options: GalleryOptions
  readonly #ownsEngine: boolean
  #key: Uint8Array | undefined
  #gallery: Promise<Gallery> | undefined
  #detector: Promise<DetectionCard> | undefined
  #cohortChecked: { readonly version: number; readonly done: Promise<void> } | undefined
  #ownMeasure: SimilarityMeasure | undefined
  readonly #closing = new AbortController()

  /** @param ownsEngine - Whether closing the session closes the engine. */
  constructor(engine: Engine, options: GalleryOptions, ownsEngine: boolean) {
    this.engine = engine
    this.name = options.gallery ?? defaultGallery
    this.actor = options.actor ?? userName()
    this.#options = options
    this.#ownsEngine = ownsEngine
  }

  /** Another gallery of the same store, on the same engine. Close it before this one. */
  sibling(options: Pick<GalleryOptions, 'gallery' | 'background' | 'create'>): GallerySession {
    this.checkOpen()
    const { key, actor } = this.#options
    const own = { ...options, ...(key && { key }), ...(actor && { actor }) }
    return new GallerySession(this.engine, own, false)
  }

  /** The gallery, opened at the first call. @throws AgnizeError `gallery-*`, `key-missing`, `wrong-key`, `unknown-gallery`. */
  async gallery(): Promise<Gallery> {
    this.checkOpen()
    this.#gallery ??= this.#access().then(async (access) =>
      galleryIn(await this.engine.database(), this.name, access),
    )
    // A failed opening is retried on the next call.
    this.#gallery.catch(() => (this.#gallery = undefined))
    return this.#gallery
  }

  /**
   * The gallery, checked against the model in use and its cohort, again after each change: another program may have changed them.
   *
   * @throws AgnizeError `wrong-model`, `wrong-cohort`, and as {@link GallerySession.gallery}.
   */
  async galleryOfModel(): Promise<{ readonly gallery: Gallery; readonly model: string }> {
    const gallery = await this.gallery()
    const model = modelId(await this.card())
    const { version } = await gallery.requireModel(model)
    if (this.#cohortChecked?.version !== version) {
      const done = this.#ownCalibration().then((own) => this.#requireCohort(gallery, model, own))
      const checked = { version, done }
      this.#cohortChecked = checked
      checked.done.catch(() => {
        if (this.#cohortChecked === checked) this.#cohortChecked = undefined
      })
    }
    await this.#cohortChecked.done
    return { gallery, model }
  }

  /** Checks the cohort for a change of what the gallery's similarities mean, whatever model it is of. @throws AgnizeError `wrong-cohort`. */
  async requireCohort(): Promise<void> {
    const [gallery, model] = [await this.gallery(), modelId(await this.card())]
    // A damaged calibration can be replaced or removed.
    const own = await gallery.store.calibrations.get(model).catch((error) => {
      if (error instanceof AgnizeError && error.code === 'gallery-damaged') return null
      throw error
    })
    await this.#requireCohort(gallery, model, own)
  }

  /**
   * Requires the cohort that the gallery's similarities were corrected with before. A gallery without one records it, now or with
   * its first template.
   *
   * @throws AgnizeError `wrong-cohort`.
   */
  async #requireCohort(
    { store }: Gallery,
    model: string,
    own: Calibration | null | undefined,
  ): Promise<void> {
    if (own?.ownCohort) return
    const recorded = await store.calibrations.cohort(model)
    const { cohort } = await this.engine.measure()
    if (recorded === undefined) store.calibrations.expectCohort(model, cohort)
    if (recorded === undefined || recorded === cohort) return
    if (recorded === 'unknown') {
      await store.calibrations.recordCohort(model, cohort).catch(passReadOnly)
      return
    }
    throw new AgnizeError(
      'wrong-cohort',
      `The similarities of the gallery are corrected by ${cohortInWords(recorded)}, but those of this program by ${cohortInWords(cohort)}: use the same version and the same AGNIZE_USE everywhere, or change the gallery with "agnize gallery migrate --cohort".`,
    )
  }

  /** Corrects the similarities of this gallery by the cohort of the card from now on. @throws AgnizeError as {@link GallerySession.card}. */
  async useCohort(): Promise<string | null> {
    const [{ store }, card] = [await this.gallery(), await this.card()]
    const { cohort } = await this.engine.measure()
    await store.calibrations.recordCohort(modelId(card), cohort)
    this.#cohortChecked = undefined
    return cohort
  }

  /** Whether a store exists already; {@link GallerySession.gallery} creates one. */
  get hasStore(): boolean {
    const file = storeFile(this.engine.store)
    return this.#gallery !== undefined || file === null || existsSync(file)
  }

  /** Closes the gallery for work that needs exclusive access to its database; the next call opens it again. */
  async whileClosed<T>(
    work: (database: SqlDatabase, access: GalleryAccess) => Promise<T>,
  ): Promise<T> {
    this.checkOpen()
    await this.#gallery?.then((gallery) => gallery.close())
    this.#gallery = undefined
    this.#cohortChecked = undefined
    return work(await this.engine.database(), await this.#access())
  }

  /** The signer of the home's key. */
  get signer(): Signer {
    return this.engine.signer
  }

  /** The key of the gallery; undefined where none was given. @throws AgnizeError `key-missing`, `wrong-key`. */
  async key(): Promise<Uint8Array | undefined> {
    this.#key ??= await readKey(this.#options.key)
    return this.#key
  }

  /** Sets the key after a rotation. */
  useKey(key: Uint8Array): void {
    this.#key = key
  }

  /** Card of the embedding model in use. @throws AgnizeError `model-unknown`, `model-invalid`, `closed`. */
  async card(): Promise<EmbeddingCard> {
    this.checkOpen()
    return this.engine.card()
  }

  /**
   * Measure of a model's similarities.
   *
   * @param model - Id of the model; default the one in use.
   * @throws AgnizeError as {@link GallerySession.card}, `model-corrupt`.
   */
  async measure(model?: string): Promise<SimilarityMeasure> {
    this.checkOpen()
    if (model !== undefined && model !== modelId(await this.card())) {
      return measureOfModel(model, this.engine.models, this.engine.home)
    }
    const own = (await this.#ownCalibration())?.ownCohort
    if (!own) return this.engine.measure()
    if (this.#ownMeasure?.cohort !== own.sha256) this.#ownMeasure = measureOfOwn(own)
    return this.#ownMeasure
  }

  /**
   * The card with the gallery's own calibration in place of the card's, if it has one, and with the cohort of that. A calibration
   * of similarities that were corrected otherwise is set aside, with a note.
   *
   * @throws AgnizeError `gallery-damaged`.
   */
  async calibratedCard(): Promise<EmbeddingCard> {
    const [card, own] = [await this.card(), await this.#ownCalibration()]
    if (!own) return card
    if (own.ownCohort) return { ...card, cohort: own.ownCohort, calibration: own }
    if (own.cohort === card.cohort?.sha256) return { ...card, calibration: own }
    const note = `the gallery’s calibration${own.date ? ` of ${own.date.slice(0, 10)}` : ''} is for similarities that were computed differently and is not used: measure it again with "agnize calibrate"`
    return { ...card, calibration: card.calibration && { ...card.calibration, note } }
  }

  /** The gallery's calibration of the model in use, validated; undefined without one. @throws AgnizeError `gallery-damaged`. */
  async #ownCalibration(): Promise<Calibration | undefined> {
    // A store that does not exist has no calibration, and a read must not create it.
    if (!this.hasStore) return undefined
    const [card, { store }] = [await this.card(), await this.gallery()]
    const own = await store.calibrations.get(modelId(card))
    if (!own) return undefined
    const { calibrationSchema } = await import('../models/card-schema.js')
    const checked = calibrationSchema.safeParse(own)
    if (checked.success) return checked.data
    throw new AgnizeError(
      'gallery-damaged',
      `The stored calibration of ${card.name} is invalid: measure it again with "agnize calibrate", or remove it with "agnize calibrate --reset".`,
      { cause: checked.error },
    )
  }

  /** Card of the detector of this gallery's faces. @throws AgnizeError `model-unknown`, `model-invalid`, `model-missing`, `closed`. */
  async detectionCard(): Promise<DetectionCard> {
    this.checkOpen()
    this.#detector ??= this.engine.detector(this.name)
    this.#detector.catch(() => (this.#detector = undefined))
    return this.#detector
  }

  /** Finds the faces of this gallery with another detector from now on; its templates are kept. @throws AgnizeError as {@link GallerySession.detectionCard}. */
  async useDetector(name: string): Promise<DetectionCard> {
    const card = await this.engine.models.detectionCard(name)
    this.engine.models.require(card)
    const { store } = await this.gallery()
    await store.migration.setDetector(card.name)
    this.#detector = Promise.resolve(card)
    return card
  }

  /** Name of the detector that the gallery's templates were made with; undefined without templates. */
  async recordedDetector(): Promise<string | undefined> {
    return recordedDetector(await this.engine.database(), this.name)
  }

  async #detectorFile(): Promise<NetworkFile<DetectionCard>> {
    const card = await this.detectionCard()
    const { models } = this.engine
    models.require(card)
    return models.file(card)
  }

  /** The networks that assess liveness; undefined where it is off. */
  async #livenessFiles(
    mode: LivenessMode = 'off',
  ): Promise<readonly NetworkFile<LivenessCard>[] | undefined> {
    return mode === 'off' ? undefined : this.engine.livenessNetworks()
  }

  /** Starts loading the networks, for work that is about to need them. */
  warm(): void {
    this.#pool().catch(() => {})
  }

  /**
   * Finds and embeds the faces of a photo.
   *
   * @param withCrops - Whether to return the face crops and the photo's hash too.
   * @param withPoints - Whether to return the 68 points of the faces too.
   * @throws AgnizeError as {@link FacePool.analyze}.
   */
  async analyze(
    photo: PhotoSource,
    { detail, detect, flip, views, liveness, signal }: AnalyzeOptions & WorkOptions,
    withCrops: boolean,
    withPoints = false,
  ): Promise<KeptAnalysis> {
    checkAnalyzeOptions({ detail, liveness })
    const [pool, readable] = await Promise.all([
      this.#pool(),
      readablePhoto(photo, this.engine.limits),
    ])
    const options = {
      ...(detail && { detail }),
      ...(detect === false && { detect }),
      ...(flip && { flip }),
      ...(views && { views }),
    }
    const [detector, networks] = await Promise.all([
      this.#detectorFile(),
      this.#livenessFiles(liveness),
    ])
    const turn = this.#turn(signal)
    return pool.analyze(readable, options, {
      ...{ ...turn, withCrops, withPoints, detector },
      liveness: networks,
    })
  }

  /** Detects the faces of a frame, largest first. @throws AgnizeError as {@link FacePool.analyze}. */
  async detect(
    image: RgbImage,
    minScore: number,
    { signal }: WorkOptions,
  ): Promise<readonly Detection[]> {
    const [pool, detector] = await Promise.all([this.#pool(), this.#detectorFile()])
    return pool.detect(image, minScore, { ...this.#turn(signal), detector })
  }

  /** Embeds faces of a frame. @throws AgnizeError as {@link FacePool.analyze}. */
  async describe(
    image: RgbImage,
    wanted: readonly FaceRequest[],
    { liveness, signal }: Pick<AnalyzeOptions, 'liveness'> & WorkOptions,
  ): Promise<readonly DescribedFace[]> {
    checkAnalyzeOptions({ liveness })
    const [pool, networks] = await Promise.all([this.#pool(), this.#livenessFiles(liveness)])
    return pool.describe(image, wanted, { ...this.#turn(signal), liveness: networks })
  }

  /** Closes the gallery, and the engine if the session owns it; work in progress fails with `closed`. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#gallery?.then((gallery) => gallery.close()).catch(() => {})
    if (this.#ownsEngine) await this.engine.close()
  }

  /** {@link GallerySession.close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Aborts when the session is closed, for work that nobody waits for then. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  /** @throws AgnizeError `closed`. */
  checkOpen(): void {
    // Closing the engine closes every session that shares it.
    this.engine.checkOpen()
    if (this.#closing.signal.aborted)
      throw new AgnizeError('closed', 'agnize is closed: open it again.')
  }

  /** Scheduling of this session's photos at the workers. */
  #turn(signal: AbortSignal | undefined) {
    const { background = false } = this.#options
    const { actor = '' } = this.#options
    return { signal, background, owner: typeof actor === 'function' ? actor() : actor }
  }

  async #pool(): Promise<FacePool> {
    this.checkOpen()
    return this.engine.pool()
  }

  async #access(): Promise<GalleryAccess> {
    const { create = true } = this.#options
    // A detector that cannot be had is reported where photos are read; other work goes on without it.
    const detector = await this.engine.newDetector().then(
      ({ name }) => name,
      () => undefined,
    )
    return { actor: this.actor, create, detector, key: await this.key() }
  }
}

/** Name of the operating system's user who runs this program. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run as a user id without a name.
    return 'unknown'
  }
}

function cohortInWords(sha256: string | null): string {
  return sha256 === null ? 'no cohort' : `the cohort ${sha256.slice(0, 16)}`
}
