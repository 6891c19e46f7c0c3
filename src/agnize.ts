import { availableParallelism, homedir } from 'node:os'
import { join } from 'node:path'
import { AgnizeError, concernsOnePhoto } from './errors.js'
import type { AnalyzeOptions } from './faces/analyze.js'
import { chooseFace } from './faces/choose.js'
import type { Face, PhotoAnalysis } from './faces/face.js'
import { openPool } from './faces/open-pool.js'
import type { FacePool } from './faces/pool.js'
import type { KeptAnalysis } from './faces/worker-protocol.js'
import type { Gallery } from './gallery/gallery.js'
import { openGallery } from './gallery/open-gallery.js'
import type { Store } from './gallery/store.js'
import { subjectName } from './gallery/subject-name.js'
import { type PhotoSource, photoFileName, photoLabel } from './image/photo.js'
import { defaultImageLimits, type ImageLimits } from './image/rgb-image.js'
import { inOrder } from './in-order.js'
import { type EmbeddingCard, modelId } from './models/card.js'
import { ModelStore } from './models/store.js'
import type {
  Each,
  EnrolledPhoto,
  Enrollment,
  EnrollOptions,
  IdentifiedPhoto,
  IdentifyOptions,
  OpenOptions,
  RefusedPhoto,
  Verification,
  VerifyOptions,
  WorkOptions,
} from './options.js'
import { People } from './people.js'
import { decide, type IdentifiedFace } from './recognition/identify.js'
import { distance, similarity } from './recognition/similarity.js'
import { defaultErrorRate, thresholdFor } from './recognition/threshold.js'

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
  if (!Number.isInteger(threads) || threads < 1) {
    throw new AgnizeError('bad-argument', `threads is a whole number from 1, not ${threads}.`)
  }
  return new Agnize(options, threads)
}

/** Face recognition with a gallery of people; made by {@link openAgnize}. */
export class Agnize implements AsyncDisposable {
  /** The networks on this machine. */
  readonly models: ModelStore
  /** The people in the gallery. */
  readonly people: People

  readonly #options: OpenOptions
  readonly #limits: ImageLimits
  readonly #threads: number
  readonly #storePath: string
  #pool: Promise<FacePool> | undefined
  #gallery: Promise<Gallery> | undefined
  #card: Promise<EmbeddingCard> | undefined
  #closed = false

  /** @internal */
  constructor(options: OpenOptions, threads: number) {
    const home = options.home ?? defaultHome()
    this.#options = options
    this.#threads = threads
    this.#limits = { ...defaultImageLimits, ...options.limits }
    this.#storePath = options.store ?? join(home, 'gallery.sqlite')
    const offline = options.offline ?? !['', '0'].includes(process.env.AGNIZE_OFFLINE ?? '')
    this.models = new ModelStore(home, offline)
    this.people = new People(async () => (await this.#openGallery()).store)
  }

  /**
   * Finds and describes the faces of a photo; no gallery is involved.
   *
   * @param photo - Path, URL, encoded bytes or pixels.
   * @returns Boxes, landmarks, pose, quality and embeddings, the largest face first; none is an empty array.
   * @throws AgnizeError `photo-not-found`, `not-an-image`, `image-damaged`, `image-too-large`, `model-missing`,
   * `model-corrupt`, `cancelled`, `closed`.
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
    await this.#gallery?.then(async (gallery) => gallery.index(modelId(await this.embeddingCard())))
    let done = 0
    const photos = entries.map(({ photo }) => photo)
    for await (const each of this.#each(photos, options, (photo) =>
      this.#analysis(photo, options, true),
    )) {
      const at = done++
      if ('error' in each) yield each
      else yield await this.#addTo(store, names[at]!, entries[at]!.photo, each, options)
      options.onProgress?.(done, entries.length)
    }
  }

  async #addTo(
    store: Store,
    name: string,
    source: PhotoSource,
    { photo, result }: { photo: string; result: KeptAnalysis },
    options: EnrollOptions,
  ): Promise<Each<EnrolledPhoto>> {
    try {
      const face = chooseFace(result.faces, options)
      const { box, embedding, quality } = face
      const { outcome, subject, templateId } = await store.add(name, {
        model: embedding.model,
        vector: embedding.vector,
        quality: quality.score,
        photo: photoFileName(source),
        photoHash: result.sha256,
        box,
        crops: result.crops[result.faces.indexOf(face)]!,
      })
      if (outcome === 'known' && subject.name !== name) {
        throw new AgnizeError(
          'already-enrolled',
          `This face is enrolled as ${JSON.stringify(subject.name)} already: remove, rename or merge that person first.`,
        )
      }
      const warnings = quality.reasons
      return { photo, result: { photo, subject, templateId, outcome, face, warnings } }
    } catch (error) {
      if (concernsOnePhoto(error)) return { photo, error }
      throw error
    }
  }

  /**
   * Tells who is in a photo.
   *
   * @returns Every face, largest first, with its answer, the similarity, the threshold that decided and the
   * candidates.
   * @throws AgnizeError as {@link Agnize.analyze}; `wrong-model`, `not-calibrated`, `gallery-*`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const face of await agnize.identify('door.jpg', { accept: { fpir: 1e-4 } })) {
   *   if (face.answer === 'match') console.log(`Welcome ${face.subject?.name}, have a nice day!`)
   *   else console.log(face.answer, face.reason)
   * }
   * ```
   */
  async identify(photo: PhotoSource, options: IdentifyOptions = {}): Promise<IdentifiedFace[]> {
    return [...(await this.#identified(photo, options)).faces]
  }

  /** Identifies many photos, several at a time, in order and with bounded memory, as {@link Agnize.analyzeEach}. */
  identifyEach(
    photos: Iterable<PhotoSource> | AsyncIterable<PhotoSource>,
    options: IdentifyOptions = {},
  ): AsyncGenerator<Each<IdentifiedPhoto>, void, undefined> {
    return this.#each(photos, options, (photo) => this.#identified(photo, options))
  }

  async #identified(photo: PhotoSource, options: IdentifyOptions): Promise<IdentifiedPhoto> {
    // The models load while the gallery opens.
    this.#openPool().catch(() => {})
    const gallery = await this.#openGallery()
    const card = await this.embeddingCard()
    // Before the photo is worked on, for what is wrong with the gallery is wrong with every photo.
    await gallery.index(modelId(card), options.fusion)
    const analysis = await this.#analysis(photo, options)
    const index = await gallery.index(modelId(card), options.fusion)
    const threshold = thresholdFor(
      card,
      options.accept ?? { fpir: defaultErrorRate },
      index.comparisons,
    )
    const wanted = options.candidates ?? 5
    // Two at least, to see an ambiguity, and more than faces, so that everybody may find their person.
    const limit = Math.max(wanted, analysis.faces.length + 1, 2)
    const faces = await decide(
      analysis.faces.map((face) => ({
        face,
        candidates: index.search(face.embedding.vector, limit),
      })),
      {
        threshold,
        ambiguity: card.calibration?.ambiguity ?? 0,
        allowDuplicates: options.allowDuplicates ?? false,
      },
    )
    return {
      ...withoutCrops(analysis),
      faces: faces.map((face) => ({ ...face, candidates: face.candidates.slice(0, wanted) })),
    }
  }

  /**
   * Tells whether two photos show the same person, by the largest face of each.
   *
   * @throws AgnizeError as {@link Agnize.analyze}; `no-face`, `not-calibrated`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { match, similarity, threshold } = await agnize.verify('a.jpg', 'b.jpg')
   * console.log(match, similarity, threshold.value)
   * ```
   */
  async verify(a: PhotoSource, b: PhotoSource, options: VerifyOptions = {}): Promise<Verification> {
    const [one, other] = await Promise.all([
      this.#largestFace(a, options),
      this.#largestFace(b, options),
    ])
    const threshold = thresholdFor(
      await this.embeddingCard(),
      options.accept ?? { fmr: defaultErrorRate },
    )
    const value = similarity(one.embedding, other.embedding)
    return {
      match: value >= threshold.value,
      similarity: value,
      distance: distance(value),
      threshold,
      faces: [one, other],
    }
  }

  async #largestFace(photo: PhotoSource, options: VerifyOptions): Promise<Face> {
    const [face] = (await this.#analysis(photo, options)).faces
    if (face) return face
    const which = typeof photo === 'string' ? photo : 'the photo'
    throw new AgnizeError('no-face', `No face was found in ${which}: give a photo that shows one.`)
  }

  /** Ends the threads and closes the gallery; work under way is refused with `closed`. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([
      this.#pool?.then((pool) => pool.close()).catch(() => {}),
      this.#gallery?.then((gallery) => gallery.store.close()).catch(() => {}),
    ])
  }

  /** {@link Agnize.close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #analysis(
    photo: PhotoSource,
    { detail, flip, signal }: AnalyzeOptions & WorkOptions,
    keep = false,
  ): Promise<KeptAnalysis> {
    const pool = await this.#openPool()
    const options = { ...(detail && { detail }), ...(flip && { flip }) }
    return pool.analyze(photo, options, { keep, signal })
  }

  async *#each<Result>(
    photos: Iterable<PhotoSource> | AsyncIterable<PhotoSource>,
    { signal }: WorkOptions,
    work: (photo: PhotoSource) => Promise<Result>,
  ): AsyncGenerator<Each<Result>, void, undefined> {
    let count = 0
    yield* inOrder(photos, 2 * this.#threads, async (source) => {
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

  #openPool(): Promise<FacePool> {
    this.#checkOpen()
    this.#pool ??= this.embeddingCard().then((embedding) =>
      openPool(this.models, embedding, {
        limits: this.#limits,
        threads: this.#threads,
        onPull: this.#options.onPull,
      }),
    )
    // A model that was missing may be there at the next try.
    this.#pool.catch(() => (this.#pool = undefined))
    return this.#pool
  }

  #openGallery(): Promise<Gallery> {
    this.#checkOpen()
    this.#gallery ??= openGallery(this.#storePath, this.#options.gallery ?? 'default')
    this.#gallery.catch(() => (this.#gallery = undefined))
    return this.#gallery
  }

  /**
   * The card of the model that makes the embeddings: what it expects and gives, its thresholds and its licence.
   *
   * @throws AgnizeError `model-unknown`, `model-invalid`.
   */
  embeddingCard(): Promise<EmbeddingCard> {
    this.#card ??= this.models.embeddingCard(this.#options.model)
    this.#card.catch(() => (this.#card = undefined))
    return this.#card
  }

  #checkOpen(): void {
    if (this.#closed) throw new AgnizeError('closed', 'agnize is closed: open it again.')
  }
}

function withoutCrops({ width, height, faces, timings }: KeptAnalysis): PhotoAnalysis {
  return { width, height, faces, timings }
}
