import { existsSync } from 'node:fs'
import { AgnizeError } from '../base/errors.js'
import { Signer } from '../base/signing.js'
import type { SimilarityMeasure } from '../faces/similarity-measure.js'
import { galleryModel, openDatabase, storeFile } from '../gallery/open-gallery.js'
import { recordedDetector } from '../gallery/sql/recorded-detector.js'
import type { SqlDatabase } from '../gallery/sql/sql-database.js'
import { landmarksCard } from '../models/builtin.js'
import type {
  DetectionCard,
  EmbeddingCard,
  LandmarksCard,
  LivenessCard,
  Use,
} from '../models/card.js'
import { defaultDetector } from '../models/default-detector.js'
import type { DeviceChoice } from '../models/devices.js'
import { ModelStore } from '../models/model-store.js'
import type { NetworkFile } from '../models/network-file.js'
import { defaultPhotoLimits, type PhotoLimits } from '../workers/limits.js'
import { openPool } from '../workers/open-pool.js'
import type { FacePool } from '../workers/pool.js'
import type { OpenOptions } from './options.js'
import { measureOf } from './similarity-measures.js'

/** What an engine is created from. */
export interface EngineOptions extends Pick<OpenOptions, 'limits' | 'onPull' | 'onSchemaUpgrade'> {
  readonly home: string
  readonly model: string | undefined
  readonly detector: string | undefined
  readonly modelsMirror: string | undefined
  readonly use: Use | undefined
  readonly devices: DeviceChoice
  /** Path of the gallery file, or URL of a PostgreSQL database. */
  readonly store: string
  readonly threads: number
  readonly niceness: number
  /** Whether every change of the store is refused, as on a replica. */
  readonly readOnly: boolean
  readonly offline: boolean
  /** Gallery whose model is the default one. */
  readonly gallery: string
}

/** The resources that the galleries of one store share: networks, threads and the database connection. */
export class Engine {
  readonly models: ModelStore
  readonly signer: Signer
  readonly home: string
  readonly store: string
  /** Number of photos processed concurrently. */
  readonly threads: number
  readonly #options: EngineOptions
  readonly limits: PhotoLimits
  #pool: Promise<FacePool> | undefined
  #database: Promise<SqlDatabase> | undefined
  #card: Promise<EmbeddingCard> | undefined
  #measure: Promise<SimilarityMeasure> | undefined
  #liveness: Promise<readonly NetworkFile<LivenessCard>[]> | undefined
  #isClosed = false

  constructor(options: EngineOptions) {
    this.#options = options
    this.limits = { ...defaultPhotoLimits, ...options.limits }
    this.store = options.store
    this.home = options.home
    this.threads = Math.max(1, options.threads)
    this.models = new ModelStore(options.home, options.offline, options.modelsMirror, options.use)
    this.signer = new Signer(`${options.home}/signing.key`)
  }

  /** The workers that process photos; missing models are downloaded. */
  async pool(): Promise<FacePool> {
    this.checkOpen()
    this.#pool ??= Promise.all([this.detector(this.#options.gallery), this.card()]).then((cards) =>
      openPool(this.models, cards, {
        limits: this.limits,
        threads: this.#options.threads,
        niceness: this.#options.niceness,
        devices: this.#options.devices,
        onPull: this.#options.onPull,
      }),
    )
    // A failed start is retried on the next call: the missing model may be installed by then.
    this.#pool.catch(() => (this.#pool = undefined))
    return this.#pool
  }

  /**
   * The networks that assess liveness: the built-in one, and those that the user added. A missing one is downloaded.
   *
   * @throws AgnizeError `model-missing`, `license-forbids`, `closed`, and those of {@link ModelStore.pull}.
   */
  async livenessNetworks(): Promise<readonly NetworkFile<LivenessCard>[]> {
    this.checkOpen()
    this.#liveness ??= this.models.livenessNetworks(this.#options.onPull)
    // A failed download is retried on the next call.
    this.#liveness.catch(() => (this.#liveness = undefined))
    return this.#liveness
  }

  /**
   * Starts every worker, so that the first photos do not wait for it.
   *
   * @param options - `liveness`: also reads the networks that assess liveness, so that a missing or damaged one is known at once.
   * @throws AgnizeError As {@link Engine.livenessNetworks}, `model-corrupt`, and those of workers.
   */
  async warm({ liveness = false } = {}): Promise<void> {
    if (liveness) {
      for (const { card } of await this.livenessNetworks()) await this.models.read(card)
    }
    const pool = await this.pool()
    const dark = { width: 64, height: 64, data: new Uint8Array(3 * 64 * 64) }
    await Promise.all(Array.from({ length: pool.width }, () => pool.analyze(dark, {})))
  }

  async database(): Promise<SqlDatabase> {
    this.checkOpen()
    this.#database ??= openDatabase(this.store, this.#options)
    this.#database.catch(() => (this.#database = undefined))
    return this.#database
  }

  /**
   * Card of the embedding model: the one asked for, else that of the gallery's templates, else the built-in one.
   *
   * @throws AgnizeError `model-unknown`, `model-invalid`, `model-missing`.
   */
  async card(): Promise<EmbeddingCard> {
    this.checkOpen()
    const { model } = this.#options
    this.#card ??= model ? this.models.embeddingCard(model) : this.#ownCard()
    this.#card.catch(() => (this.#card = undefined))
    return this.#card
  }

  async #ownCard(): Promise<EmbeddingCard> {
    const name = await this.#ownModel()
    try {
      return await this.models.embeddingCard(name)
    } catch (error) {
      if (!(error instanceof AgnizeError) || error.code !== 'model-unknown') throw error
      throw new AgnizeError(
        'model-missing',
        `The templates of the gallery come from the model ${name}, which is not on this machine: add it with "agnize models add", or choose another gallery.`,
        { cause: error },
      )
    }
  }

  /** Name of the model of the gallery's templates; undefined where there are none, or where they cannot be read. */
  async #ownModel(): Promise<string | undefined> {
    const file = storeFile(this.store)
    if (file !== null && !existsSync(file)) return undefined
    try {
      const id = await galleryModel(await this.database(), this.#options.gallery)
      return id?.slice(0, id.lastIndexOf('@'))
    } catch (error) {
      // The gallery reports what is wrong with it when it is opened.
      if (error instanceof AgnizeError && error.code !== 'closed') return undefined
      throw error
    }
  }

  /** Measure of the similarities of the embedding model. @throws AgnizeError as {@link Engine.card}, `model-corrupt`. */
  async measure(): Promise<SimilarityMeasure> {
    this.#measure ??= this.card().then((card) => measureOf(card, this.home))
    this.#measure.catch(() => (this.#measure = undefined))
    return this.#measure
  }

  /**
   * Card of the detector of a gallery: the one asked for, else that of the gallery's templates, else the home's default.
   *
   * @throws AgnizeError `model-unknown`, `model-invalid`, `model-missing`.
   */
  async detector(gallery: string): Promise<DetectionCard> {
    this.checkOpen()
    const { detector } = this.#options
    if (detector) return this.models.detectionCard(detector)
    const recorded = await this.#recordedDetector(gallery)
    if (recorded === undefined) return this.newDetector()
    try {
      return await this.models.detectionCard(recorded)
    } catch (error) {
      if (!(error instanceof AgnizeError) || error.code !== 'model-unknown') throw error
      throw new AgnizeError(
        'model-missing',
        `The faces of the gallery ${gallery} are found with the detector ${recorded}, which is not on this machine: add it with "agnize models add", or name another with --detector.`,
        { cause: error },
      )
    }
  }

  /** Card of the detector of new galleries: the one asked for, else the home's default. */
  async newDetector(): Promise<DetectionCard> {
    const { detector } = this.#options
    return this.models.detectionCard(detector ?? (await defaultDetector(this.home, this.models)))
  }

  async #recordedDetector(gallery: string): Promise<string | undefined> {
    const file = storeFile(this.store)
    if (file !== null && !existsSync(file)) return undefined
    try {
      return await recordedDetector(await this.database(), gallery)
    } catch (error) {
      // The gallery reports what is wrong with it when it is opened.
      if (error instanceof AgnizeError && error.code !== 'closed') return undefined
      throw error
    }
  }

  /** Cards of all networks that process a photo of a gallery. */
  async cards(gallery: string = this.#options.gallery): Promise<{
    readonly detection: DetectionCard
    readonly landmarks: LandmarksCard
    readonly embedding: EmbeddingCard
  }> {
    const [detection, embedding] = await Promise.all([this.detector(gallery), this.card()])
    return { detection, landmarks: landmarksCard, embedding }
  }

  /** @throws AgnizeError `closed`. */
  checkOpen(): void {
    if (this.#isClosed) throw new AgnizeError('closed', 'agnize is closed: open it again.')
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([
      this.#pool?.then((pool) => pool.close()).catch(() => {}),
      this.#database?.then((database) => database.close()).catch(() => {}),
    ])
  }
}
