import { existsSync } from 'node:fs'
import { availableParallelism, homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { Corrections } from './corrections.js'
import { DecisionLog } from './decision-log.js'
import { Engine } from './engine.js'
import { enrolFace } from './enrolment.js'
import { AgnizeError, concernsOnePhoto } from './errors.js'
import type { AnalyzeOptions } from './faces/analyze.js'
import type { Embedding } from './faces/embed.js'
import type { Face, PhotoAnalysis } from './faces/face.js'
import type { RestoreOptions } from './gallery/archive/backup.js'
import type { Gallery } from './gallery/gallery.js'
import { galleryIn, isPostgres } from './gallery/open-gallery.js'
import type { GalleryAccess } from './gallery/sql/sql-gallery.js'
import type { Restored } from './gallery/sql/sql-restore.js'
import { subjectName } from './gallery/subject-name.js'
import { GalleryAdmin } from './gallery-admin.js'
import { identifyEmbeddings, identifyPhoto } from './identification.js'
import { type NamedBytes, type PhotoSource, photoLabel, readablePhoto } from './image/photo.js'
import { inOrder } from './in-order.js'
import { type Calibration, type EmbeddingCard, modelId } from './models/card.js'
import type { ModelStore } from './models/store.js'
import type { Opened } from './opened.js'
import type {
  Each,
  EnrolledPhoto,
  Enrollment,
  EnrollOptions,
  IdentifiedPhoto,
  IdentifyOptions,
  OpenOptions,
  Probe,
  RefusedPhoto,
  SubjectVerification,
  Verification,
  VerifyOptions,
  WorkOptions,
} from './options.js'
import { People } from './people.js'
import type { IdentifiedFace, Verdict } from './recognition/identify.js'
import { References } from './references.js'
import { verifyPhotos, verifySubject } from './verification.js'
import { type EnrolledFaces, Visits } from './visits.js'
import { whileOpen } from './while-open.js'
import type { FacePool } from './workers/pool.js'
import type { KeptAnalysis } from './workers/protocol.js'

/** Where agnize keeps models and gallery unless told otherwise. */
export function defaultHome(): string {
  return process.env.AGNIZE_HOME || join(homedir(), '.agnize')
}

/**
 * Opens agnize: models and gallery in one folder. Models are fetched when they are first needed, the gallery is made
 * when it is first written to or asked.
 *
 * @returns To be closed with {@link Agnize.close}, or by `await using`.
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
  const threads = options.threads ?? availableParallelism()
  if (!Number.isInteger(threads) || threads < 0) {
    throw new AgnizeError('bad-argument', `threads is a whole number from 0, not ${threads}.`)
  }
  const home = options.home ?? defaultHome()
  const engine = new Engine({
    ...options,
    home,
    threads,
    store: options.store ?? (process.env.AGNIZE_STORE || join(home, 'gallery.sqlite')),
    offline: options.offline ?? !['', '0'].includes(process.env.AGNIZE_OFFLINE ?? ''),
  })
  return new Agnize(engine, options)
}

const defaultGallery = 'default'

/** Who runs this program, as the operating system knows them. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run as somebody without a name.
    return 'unknown'
  }
}

/** Which gallery, and as whom. */
type AccessOptions = Pick<OpenOptions, 'gallery' | 'key' | 'actor'> & {
  /** Whether its photos wait for those of others. */
  readonly background?: boolean
  /** Whether the gallery is made where it is not there; default true. */
  readonly create?: boolean
}

/** Face recognition with a gallery of people; made by {@link openAgnize}. */
export class Agnize implements AsyncDisposable {
  /** The networks on this machine. */
  readonly models: ModelStore
  /** The people in the gallery. */
  readonly people: People
  /** What people said about faces that were taken for somebody. */
  readonly corrections: Corrections
  /** The log of what was decided. */
  readonly decisions: DecisionLog
  /** Who came when, and strangers who have no name yet. */
  readonly visits: Visits
  /** Which faces of a person are searched. */
  readonly references: References
  /** Looking after the gallery: backups, protection, retention, another model. */
  readonly gallery: GalleryAdmin

  readonly #engine: Engine
  /** Whether it opened the engine, and is to close it. */
  readonly #ownsEngine: boolean
  readonly #options: AccessOptions
  readonly #opened: Opened
  readonly #access: () => Promise<GalleryAccess>
  #key: Uint8Array | undefined
  #gallery: Promise<Gallery> | undefined
  #closed = false

  /** @internal */
  constructor(engine: Engine, options: AccessOptions, ownsEngine = true) {
    this.#engine = engine
    this.#ownsEngine = ownsEngine
    this.#options = options
    this.models = engine.models
    const { signer } = engine
    const actor = options.actor ?? userName()
    const { create = true } = options
    this.#access = async () => ({ actor, create, key: await this.#readKey() })
    const { home, store: place } = engine
    const guarded = <Part extends object>(part: Part) => whileOpen(part, () => this.#checkOpen())
    this.people = guarded(new People(() => this.#openGallery(), { signer, actor, home, place }))
    const admin = new GalleryAdmin({
      opened: this.#lent(),
      gallery: () => this.#openGallery(),
      restore: (path, options) => this.#restore(path, options),
      name: this.#name,
      actor,
      signer,
      home,
      place,
      key: () => this.#readKey(),
      useKey: (key) => (this.#key = key),
    })
    this.gallery = guarded(admin)
    this.#opened = this.#lent()
    this.corrections = guarded(new Corrections(this.#opened))
    this.decisions = guarded(new DecisionLog(this.#opened))
    this.references = guarded(new References(this.#opened))
    const visits = new Visits(this.#opened, (name, photos) => this.#enrolMiddles(name, photos))
    this.visits = guarded(visits)
  }

  /**
   * Finds and describes the faces of a photo; no gallery is involved.
   *
   * @param photo - Path, URL, encoded bytes (an array of bytes, `ArrayBuffer`, `Blob` or `File`) or pixels.
   * @returns Boxes, landmarks, pose, quality and embeddings, the largest face first; none is an empty array.
   * @throws AgnizeError `photo-not-found`, `not-an-image`, `image-damaged`, `image-too-large`, `bad-argument` for what is no
   * photo at all, `model-missing`, `model-corrupt`, `cancelled`, `closed`.
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
    return [...(await this.#analysis(photo, options)).faces]
  }

  /**
   * Analyses many photos, several at a time, in order and with bounded memory. A photo that fails gives its error
   * and the rest go on.
   *
   * @param photos - May be endless.
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
    return this.#each(photos, options, (photo) => this.#analysis(photo, options))
  }

  /**
   * Adds photos of a person to the gallery, and the person if new. Each photo needs exactly one face, unless `at`
   * says which. A photo is added whole or not at all; the same face of the same photo is noticed and not doubled.
   *
   * @param name - The person; 1…200 characters without line breaks or slashes.
   * @throws AgnizeError `bad-name`, `wrong-model`, `gallery-*`, `read-only`, `disk-full`, `cancelled`; and when
   * every photo was refused, the first one's reason: `no-face`, `several-faces`, `poor-quality`,
   * `already-enrolled` (as somebody else), or as
   * {@link Agnize.analyze}.
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
  async enroll(
    name: string,
    photos: PhotoSource | readonly PhotoSource[],
    options: EnrollOptions = {},
  ): Promise<Enrollment> {
    const list = Array.isArray(photos) ? photos : [photos as PhotoSource]
    if (list.length === 0) throw new AgnizeError('bad-argument', 'Give at least one photo.')
    const entries = list.map((photo) => ({ name, photo }))
    const enrolled: EnrolledPhoto[] = []
    const refused: RefusedPhoto[] = []
    for await (const each of this.enrollEach(entries, options)) {
      if ('error' in each) refused.push(each)
      else enrolled.push(each.result)
    }
    if (enrolled.length === 0) throw refused[0]!.error
    return { enrolled, refused }
  }

  /**
   * Adds many photos of many people, several at a time; results come in order.
   *
   * @param entries - Photos, each with its person's name.
   * @throws AgnizeError what concerns all photos: `bad-name`, `wrong-model`, `gallery-*`, `read-only`, `disk-full`.
   */
  async *enrollEach(
    entries: readonly { readonly name: string; readonly photo: PhotoSource }[],
    options: EnrollOptions = {},
  ): AsyncGenerator<Each<EnrolledPhoto>, void, undefined> {
    const names = entries.map(({ name }) => subjectName(name))
    const { store } = await this.#openGallery()
    // Before any work is done: an unusable gallery should not cost the time of all photos.
    await this.#gallery?.then(async (gallery) =>
      gallery.requireModel(modelId(await this.embeddingCard())),
    )
    let done = 0
    const photos = entries.map(({ photo }) => photo)
    for await (const each of this.#each(photos, options, (photo) =>
      this.#analysis(photo, options, true),
    )) {
      const at = done++
      if ('error' in each) yield each
      else yield await enrolFace(store, names[at]!, entries[at]!.photo, each, options)
      options.onProgress?.(done, entries.length)
    }
    if ((await this.references.settings()).most === null) return
    for (const name of new Set(names)) {
      await this.references.tidy(name).catch((error: unknown) => {
        // Nothing of theirs was taken.
        if (!(error instanceof AgnizeError) || error.code !== 'unknown-subject') throw error
      })
    }
  }

  /**
   * Tells who is in a photo.
   *
   * @returns Every face, largest first, with its answer, the similarity, the threshold that decided and the
   * candidates.
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
    return [...(await this.#identified(photo, options)).faces]
  }

  /** The same with the photo's size and the time that it took. */
  identified(
    photo: PhotoSource,
    options: IdentifyOptions = {},
    keepCrops = false,
  ): Promise<IdentifiedPhoto> {
    return this.#identified(photo, options, keepCrops)
  }

  /** Identifies many photos, several at a time, in order and with bounded memory, as {@link Agnize.analyzeEach}. */
  identifyEach(
    photos: Iterable<PhotoSource> | AsyncIterable<PhotoSource>,
    options: IdentifyOptions = {},
  ): AsyncGenerator<Each<IdentifiedPhoto>, void, undefined> {
    return this.#each(photos, options, (photo) => this.#identified(photo, options))
  }

  #identified(
    photo: PhotoSource,
    options: IdentifyOptions,
    keepCrops = false,
  ): Promise<IdentifiedPhoto> {
    // The models load while the gallery opens.
    this.#openPool().catch(() => {})
    return identifyPhoto(this.#opened, photo, options, keepCrops)
  }

  /**
   * Tells whether two photos show the same person, by the largest face of each. Where one of the faces scores 0 it cannot be
   * told: the answer is `not_judgeable`, and `match` is false.
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
  async verify(a: PhotoSource, b: PhotoSource, options: VerifyOptions = {}): Promise<Verification> {
    return verifyPhotos(this.#opened, a, b, options)
  }

  /**
   * Tells whether a photo, or an embedding of the model in use with or without its face's quality, is of somebody in the
   * gallery: one to one.
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
    return verifySubject(this.#opened, probe, name, options)
  }

  /**
   * Tells whose embeddings these are, where the faces were found and embedded elsewhere; together they are one photo's, so
   * that nobody is two of them.
   *
   * @throws AgnizeError `wrong-model` for embeddings of another model; `bad-argument`, `unknown-subject`, `not-calibrated`,
   * `gallery-*`.
   */
  identifyEmbeddings(probes: readonly Probe[], options: IdentifyOptions = {}): Promise<Verdict[]> {
    return identifyEmbeddings(this.#opened, probes, options)
  }

  /**
   * Thresholds measured on the gallery's own data for the model in use; null where there are none and the card's
   * decide.
   */
  async calibration(): Promise<Calibration | null> {
    const { store } = await this.#openGallery()
    return store.calibrations.get(modelId(await this.embeddingCard()))
  }

  /** Puts thresholds in place for this gallery and the model in use, or with null the card's again. */
  async setCalibration(calibration: Calibration | null): Promise<void> {
    const { store } = await this.#openGallery()
    const model = modelId(await this.embeddingCard())
    if (calibration) await store.calibrations.set(model, calibration)
    else await store.calibrations.remove(model)
  }

  /** What its galleries share. @internal */
  get engine(): Engine {
    return this.#engine
  }

  /** What the parts that stand on an opened agnize need of it. @internal */
  get opened(): Opened {
    return this.#opened
  }

  /**
   * Another gallery of the same store, which shares the threads and the connection. Close it before this one.
   *
   * @param options - `background`: its photos wait while there are others. `create`: whether it is made where it is not
   * there, default true; else its use throws `unknown-gallery`.
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
    {
      background = false,
      create = true,
    }: { readonly background?: boolean; readonly create?: boolean } = {},
  ): Agnize {
    this.#checkOpen()
    return new Agnize(this.#engine, { ...this.#options, gallery: name, background, create }, false)
  }

  /** Whose photos these are, where callers share the workers. */
  #owner(): string {
    const { actor } = this.#options
    return typeof actor === 'function' ? actor() : (actor ?? '')
  }

  get #name(): string {
    return this.#options.gallery ?? defaultGallery
  }

  /** Ends the threads and closes the gallery; work under way is refused with `closed`. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#gallery?.then((gallery) => gallery.close()).catch(() => {})
    if (this.#ownsEngine) await this.#engine.close()
  }

  /** {@link Agnize.close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Enrols the face in the middle of each photo, such as of crops that were kept. */
  async #enrolMiddles(name: string, photos: readonly NamedBytes[]): Promise<EnrolledFaces> {
    let failure: unknown
    let subjectId: string | undefined
    let faces = 0
    for (const photo of photos) {
      try {
        const { width, height } = await this.#opened.analysis(photo, {}, false)
        const at = [width / 2, height / 2] as const
        const { enrolled } = await this.enroll(name, photo, { at })
        subjectId ??= enrolled[0]!.subject.id
        faces++
      } catch (error) {
        if (!(error instanceof AgnizeError) || !concernsOnePhoto(error)) throw error
        failure ??= error
      }
    }
    if (subjectId === undefined) throw failure
    return { subjectId, faces }
  }

  async #analysis(
    photo: PhotoSource,
    { detail, flip, signal }: AnalyzeOptions & WorkOptions,
    keep = false,
  ): Promise<KeptAnalysis> {
    const [pool, readable] = await Promise.all([
      this.#openPool(),
      readablePhoto(photo, this.#engine.limits),
    ])
    const options = { ...(detail && { detail }), ...(flip && { flip }) }
    const { background = false } = this.#options
    return pool.analyze(readable, options, { keep, signal, background, owner: this.#owner() })
  }

  async *#each<Result>(
    photos: Iterable<PhotoSource> | AsyncIterable<PhotoSource>,
    { signal }: WorkOptions,
    work: (photo: PhotoSource) => Promise<Result>,
  ): AsyncGenerator<Each<Result>, void, undefined> {
    let count = 0
    yield* inOrder(photos, 2 * this.#engine.threads, async (source) => {
      const photo = photoLabel(source, count++)
      try {
        return { photo, result: await work(source) }
      } catch (error) {
        if (concernsOnePhoto(error) && !signal?.aborted) {
          return { photo, error }
        }
        throw error
      }
    })
  }

  async #openPool(): Promise<FacePool> {
    this.#checkOpen()
    return this.#engine.pool()
  }

  #lent(): Opened {
    return {
      gallery: () => this.#openGallery(),
      hasGallery: () =>
        this.#gallery !== undefined ||
        isPostgres(this.#engine.store) ||
        existsSync(this.#engine.store),
      card: () => this.embeddingCard(),
      analysis: (photo, options, keep) => this.#analysis(photo, options, keep),
      pool: () => this.#openPool(),
    }
  }

  /** Read when a gallery is opened, not before: what needs no gallery needs no key. */
  async #readKey(): Promise<Uint8Array | undefined> {
    const { AGNIZE_KEY = '', AGNIZE_KEY_FILE = '' } = process.env
    if (this.#key) return this.#key
    const { key } = this.#options
    if (!key && !AGNIZE_KEY && !AGNIZE_KEY_FILE) return undefined
    const [{ masterKey }, { readFile }] = await Promise.all([
      import('./gallery/vault.js'),
      import('node:fs/promises'),
    ])
    const read = async () => {
      try {
        return await readFile(AGNIZE_KEY_FILE, 'utf8')
      } catch (cause) {
        throw new AgnizeError(
          'key-missing',
          `The key file ${AGNIZE_KEY_FILE} cannot be read: check AGNIZE_KEY_FILE.`,
          { cause },
        )
      }
    }
    this.#key = masterKey(key ?? (AGNIZE_KEY || (await read())))
    return this.#key
  }

  async #restore(path: string, options: RestoreOptions): Promise<Restored> {
    this.#checkOpen()
    await this.#gallery?.then((gallery) => gallery.close())
    this.#gallery = undefined
    const { restore } = await import('./gallery/archive/backup.js')
    const database = await this.#engine.database()
    return restore(database, this.#name, path, await this.#access(), options)
  }

  async #openGallery(): Promise<Gallery> {
    this.#checkOpen()
    this.#gallery ??= this.#access().then(async (access) =>
      galleryIn(await this.#engine.database(), this.#name, access),
    )
    this.#gallery.catch(() => (this.#gallery = undefined))
    return this.#gallery
  }

  /**
   * The card of the model that makes the embeddings: what it expects and gives, its thresholds and its licence.
   *
   * @throws AgnizeError `model-unknown`, `model-invalid`.
   */
  async embeddingCard(): Promise<EmbeddingCard> {
    this.#checkOpen()
    return this.#engine.card()
  }

  #checkOpen(): void {
    // A gallery beside the first one is closed with it.
    this.#engine.checkOpen()
    if (this.#closed) throw new AgnizeError('closed', 'agnize is closed: open it again.')
  }
}
