import { existsSync } from 'node:fs'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AgnizeError, diskError } from '../base/errors.js'
import { suggestionFor } from '../base/nearest-name.js'
import { writeFileAtomically } from '../base/write-file-atomically.js'
import {
  builtinCards,
  detectionCard,
  embeddingCard,
  isBuiltin,
  livenessCard,
  type ModelPackage,
  modelPackages,
  sourceOf,
} from './builtin.js'
import type { DetectionCard, EmbeddingCard, LivenessCard, ModelCard, Use } from './card.js'
import { catalogEntry, catalogNames, findInCatalog, isFromCatalog } from './catalog.js'
import { type NetworkFile, readNetwork, stateOf } from './network-file.js'
import { requirePermitted, withPermittedCohort } from './permitted-uses.js'
import { readStoredCards, writeStoredCard } from './stored-cards.js'
import { unpackNetworks } from './unpack-networks.js'

/** Progress of a pull. */
export interface PullProgress {
  /** Downloaded bytes. */
  readonly done: number
  /** Bytes of the packages. */
  readonly total: number
}

/** Options of {@link ModelStore.pull}. */
export interface PullOptions {
  /** Name of a network of the catalog (`yunet`, `sface`, `auraface`), regardless of case; default the built-in networks. */
  readonly name?: string
  /** Whether the license of the named network is accepted; needed before its first pull. */
  readonly acceptLicense?: boolean
  /** URL or folder that the named network's file comes from; default its homes. */
  readonly from?: string
  /** Called during the download. */
  readonly onProgress?: (progress: PullProgress) => void
  /** Aborts the pull. */
  readonly signal?: AbortSignal
}

/** A known network with the state of its file. */
export interface ModelStatus {
  /** The card. */
  readonly card: ModelCard
  /** Path of the ONNX file. */
  readonly path: string
  /** `corrupt` where the SHA-256 of the file differs from the card's. */
  readonly state: 'ready' | 'missing' | 'corrupt'
  /** Whether it is built in, comes from the catalog, or was added by the user. */
  readonly origin: NetworkFile['origin']
}

/** Name of OpenFace's FaceNet, which is not built in but can be pulled. */
export const facenetName = 'facenet'

/** Partial files of a killed pull are removed when older than this, in milliseconds. Judgment. */
const partFileMaxAgeMs = 60 * 60 * 1000

/**
 * The networks on this machine, under `HOME/models`; each is downloaded once and verified at each read.
 *
 * Files are renamed into place after their SHA-256 was verified, so that concurrent and interrupted pulls leave
 * complete files or none.
 */
export class ModelStore {
  /** Whether downloads are forbidden. */
  readonly offline: boolean
  /** What the networks are used for; undefined where nobody said. */
  readonly use: Use | undefined
  readonly #folder: string
  readonly #mirror: string | undefined

  /**
   * @param home - agnize's home; networks are stored in its folder `models`.
   * @param offline - Forbids downloads.
   * @param mirror - URL of an npm registry to download from; default that of npm's settings.
   * @param use - What the networks are used for; a network whose card does not permit it is refused.
   */
  constructor(home: string, offline: boolean, mirror?: string, use?: Use) {
    this.#mirror = mirror
    this.use = use
    this.#folder = join(home, 'models')
    this.offline = offline
  }

  /**
   * Path of a network's file, whether or not the file exists.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const card = await agnize.embeddingCard()
   * console.log(agnize.models.path(card))
   * ```
   */
  path(card: ModelCard): string {
    const folder = isBuiltin(card) ? folderOf(packageOf(card)) : card.name
    return join(this.#folder, folder, `${card.name}.onnx`)
  }

  /**
   * The card of an embedding network by its name.
   *
   * @param name - Name of the network; default the built-in one.
   * @throws AgnizeError `model-unknown`, `model-invalid`, `license-forbids`; `model-missing` for a network that was not pulled yet.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { dimensions, calibration } = await agnize.models.embeddingCard('facenet')
   * console.log(dimensions, calibration?.thresholds)
   * ```
   */
  async embeddingCard(name: string = embeddingCard.name): Promise<EmbeddingCard> {
    const cards = [...builtinCards, ...(await readStoredCards(this.#folder))]
    const card = cards.find((card) => card.task === 'embedding' && card.name === name)
    if (card?.task === 'embedding') {
      requirePermitted(card, this.use)
      return withPermittedCohort(card, this.use)
    }
    if (name === facenetName) {
      throw new AgnizeError(
        'model-missing',
        'The model facenet is not on this machine: run "agnize models pull facenet", or "agnize models add facenet --weights FOLDER".',
      )
    }
    const entry = findInCatalog(name)
    if (entry?.card.task === 'embedding') {
      if (entry.card.name !== name) return this.embeddingCard(entry.card.name)
      throw new AgnizeError('model-missing', this.#missing(entry.card, this.path(entry.card)))
    }
    const known = cards.filter((card) => card.task === 'embedding').map((card) => card.name)
    throw new AgnizeError(
      'model-unknown',
      `There is no embedding model "${name}"${suggestionFor(name, known)}: available models are ${known.join(', ')}; "agnize models add" adds your own.`,
    )
  }

  /**
   * The card of a detection network by its name; names of the catalog in any case (`YuNet`).
   *
   * @param name - Name of the network; default the built-in one.
   * @throws AgnizeError `model-unknown`, `model-invalid`; `model-missing` for `yunet` before it was pulled.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { decoder, minScore } = await agnize.models.detectionCard('fr_detect')
   * console.log(decoder, minScore)
   * ```
   */
  async detectionCard(name: string = detectionCard.name): Promise<DetectionCard> {
    const cards = [...builtinCards, ...(await readStoredCards(this.#folder))]
    const detectors = cards.filter((card) => card.task === 'detection')
    const entry = findInCatalog(name)
    const wanted = entry?.card.name ?? name
    const card = detectors.find((card) => card.name === wanted)
    if (card) return card
    if (entry?.card.task === 'detection') {
      throw new AgnizeError('model-missing', this.#missing(entry.card, this.path(entry.card)))
    }
    const known = detectors.map((card) => card.name)
    throw new AgnizeError(
      'model-unknown',
      `There is no detector "${name}"${suggestionFor(name, known)}: available detectors are ${known.join(', ')}; "agnize models pull yunet" fetches another, and "agnize models add" adds your own.`,
    )
  }

  /**
   * The networks that tell live faces from pictures of faces: the built-in one, which is downloaded where it is missing, and those
   * that the user added.
   *
   * @param onProgress - Called during the download.
   * @throws AgnizeError `model-missing`, `license-forbids`, and those of {@link ModelStore.pull}.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const { card } of await agnize.models.livenessNetworks()) console.log(card.name, card.threshold)
   * ```
   */
  async livenessNetworks(
    onProgress?: PullOptions['onProgress'],
  ): Promise<NetworkFile<LivenessCard>[]> {
    const added = (await readStoredCards(this.#folder)).filter((card) => card.task === 'liveness')
    const cards = [livenessCard, ...added]
    // Offline, the sentence of the missing file says what to copy.
    if (!existsSync(this.path(livenessCard)) && !this.offline) {
      requirePermitted(livenessCard, this.use)
      await this.pull(onProgress ? { onProgress } : {})
    }
    for (const card of cards) this.require(card)
    return cards.map((card) => this.file(card))
  }

  /**
   * A network with the path of its file, whether or not the file exists.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const card = await agnize.embeddingCard()
   * const { path, origin } = agnize.models.file(card)
   * console.log(path, origin)
   * ```
   */
  file<Card extends ModelCard>(card: Card): NetworkFile<Card> {
    return { card, path: this.path(card), origin: originOf(card) }
  }

  /**
   * Requires that the file of a network exists and that its card permits the use; the content is verified when it is read.
   *
   * @throws AgnizeError `model-missing` where the network's file does not exist; `license-forbids`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const card = await agnize.embeddingCard()
   * agnize.models.require(card) // throws where the file is missing
   * ```
   */
  require(card: ModelCard): void {
    requirePermitted(card, this.use)
    const path = this.path(card)
    if (!existsSync(path)) throw new AgnizeError('model-missing', this.#missing(card, path))
  }

  /**
   * The bytes of a network (ONNX), verified against the SHA-256 of its card.
   *
   * @throws AgnizeError `model-missing`, `model-corrupt`, `license-forbids`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const card = await agnize.embeddingCard()
   * console.log((await agnize.models.read(card)).length) // bytes
   * ```
   */
  async read(card: ModelCard): Promise<Uint8Array> {
    this.require(card)
    return readNetwork(this.file(card))
  }

  #missing(card: ModelCard, path: string): string {
    const origin = originOf(card)
    if (origin === 'added') {
      return `The model file ${path} is missing: add it again with "agnize models add".`
    }
    if (origin === 'catalog') {
      return `The model ${card.name} is not on this machine: run "agnize models pull ${card.name}".`
    }
    if (this.offline && card.task === 'liveness') {
      return `The model ${card.name} is not on this machine and AGNIZE_OFFLINE forbids fetching it: copy ${card.source.path} of the package ${card.source.from.replace('npm:', '')} to ${path}, or run "agnize models export models.tar" on a machine with a network and "agnize models import models.tar" here.`
    }
    return this.offline
      ? `The model ${card.name} is not on this machine and AGNIZE_OFFLINE forbids fetching it: run "agnize models export models.tar" on a machine with a network and "agnize models import models.tar" here.`
      : `The model ${card.name} is not on this machine: run "agnize models pull".`
  }

  /**
   * All known networks, with the state of each file.
   *
   * @throws AgnizeError `model-invalid` for a card that cannot be read.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const { card, state, origin } of await agnize.models.list()) console.log(card.name, state, origin)
   * ```
   */
  async list(): Promise<ModelStatus[]> {
    const cards = [...builtinCards, ...(await readStoredCards(this.#folder))]
    const all: ModelStatus[] = []
    // One after the other: together they are larger than a small machine's memory.
    for (const card of cards) {
      const file = this.file(card)
      all.push({ ...file, state: await stateOf(file) })
    }
    return all
  }

  /**
   * Whether the card of a network permits what the networks are used for.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const { card } of await agnize.models.list()) console.log(card.name, agnize.models.permits(card))
   * ```
   */
  permits({ permittedUses }: ModelCard): boolean {
    return this.use === undefined || (permittedUses?.includes(this.use) ?? true)
  }

  /**
   * Names of the networks that are built in, can be pulled, or were added.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * console.log(await agnize.models.names())
   * ```
   */
  async names(): Promise<readonly string[]> {
    const cards = [...builtinCards, ...(await readStoredCards(this.#folder))]
    return [...new Set([...cards.map(({ name }) => name), ...catalogNames, facenetName])]
  }

  /**
   * Downloads the built-in networks that are missing or damaged, or a network of the catalog by its name.
   *
   * @returns The cards of the downloaded networks; empty where none was missing.
   * @throws AgnizeError `offline`, `download-failed`, `model-corrupt`, `read-only`, `disk-full`, `cancelled`; for a name also
   * `model-unknown`, `license-not-accepted`, `model-missing` where the folder has no such file, and `bad-argument` where the user
   * has added another network under that name.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await agnize.models.pull({ onProgress: ({ done, total }) => console.log(done, total) }) // bytes
   * await agnize.models.pull({ name: 'yunet', acceptLicense: true })
   * ```
   */
  async pull(options: PullOptions = {}): Promise<ModelCard[]> {
    const { onProgress, signal, name } = options
    if (name !== undefined) return this.#pullNamed(name, options)
    const wanted: ModelCard[] = []
    for (const card of builtinCards) {
      if ((await stateOf(this.file(card))) !== 'ready') wanted.push(card)
    }
    if (wanted.length === 0) return []
    if (this.offline) {
      throw new AgnizeError('offline', this.#missing(wanted[0]!, this.path(wanted[0]!)))
    }
    try {
      const { fetchNpmTarball } = await import('./npm-tarball.js')
      const packages = new Set(wanted.map(packageOf))
      const total = [...packages].reduce((sum, { bytes }) => sum + bytes, 0)
      let before = 0
      for (const each of packages) {
        await mkdir(join(this.#folder, folderOf(each)), { recursive: true })
        await this.#removeStale()
        const tarball = await fetchNpmTarball(each, {
          onBytes: (bytes) => onProgress?.({ done: before + Math.min(bytes, each.bytes), total }),
          signal,
          registry: this.#mirror,
        })
        const contained = wanted.filter((card) => packageOf(card) === each)
        const files = await unpackNetworks(each.name, tarball, contained)
        for (const [card, bytes] of files) await writeFileAtomically(this.path(card), bytes)
        before += each.bytes
      }
    } catch (error) {
      throw diskError(error, this.#folder)
    }
    return wanted
  }

  async #pullNamed(
    name: string,
    { acceptLicense = false, from, onProgress, signal }: PullOptions,
  ): Promise<ModelCard[]> {
    const entry = catalogEntry(name)
    const { card } = entry
    requirePermitted(card, this.use)
    const stored = (await readStoredCards(this.#folder)).find((each) => each.name === card.name)
    if (stored && !isFromCatalog(stored)) {
      throw new AgnizeError(
        'bad-argument',
        `You have added a network of your own as "${card.name}": remove it with "agnize models remove ${card.name}" to pull the one of the catalog.`,
      )
    }
    // A file that the caller names is read and verified, whatever is there.
    const isFile = from !== undefined && !/^https?:/i.test(from)
    if (stored && !isFile && (await stateOf(this.file(stored))) === 'ready') return []
    const { pullFromCatalog } = await import('./catalog-pull.js')
    const total = card.bytes
    const pulled = await pullFromCatalog(entry, {
      ...{ path: this.path(card), offline: this.offline, acceptLicense, from, signal },
      onBytes: (bytes) => onProgress?.({ done: Math.min(bytes, total), total }),
    })
    await writeStoredCard(this.#folder, pulled)
    return [pulled]
  }

  /**
   * Whether the license of a network of the catalog was accepted on this machine, in its present words.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * console.log(await agnize.models.hasAcceptedLicense('yunet'))
   * ```
   */
  async hasAcceptedLicense(name: string): Promise<boolean> {
    const entry = catalogEntry(name)
    const { isAccepted } = await import('./license-record.js')
    return isAccepted(dirname(this.path(entry.card)), entry)
  }

  /**
   * Adds a user's own network.
   *
   * @param bytes - The ONNX file.
   * @throws AgnizeError `model-invalid` for an invalid card; `bad-argument` for the name of a built-in network, or of an
   * added one with another task;
   * `read-only`, `disk-full`.
   * @example
   * ```ts
   * import { readFile } from 'node:fs/promises'
   * import { openAgnize } from 'agnize'
   * import { readCard } from 'agnize/training'
   *
   * await using agnize = await openAgnize()
   * const bytes = await readFile('door.onnx')
   * const card = readCard(bytes)
   * if (card) await agnize.models.add(card, bytes)
   * ```
   */
  async add(card: EmbeddingCard | DetectionCard | LivenessCard, bytes: Uint8Array): Promise<void> {
    if (builtinCards.some(({ name }) => name === card.name)) {
      throw new AgnizeError('bad-argument', `"${card.name}" is built in: choose another name.`)
    }
    const stored = (await readStoredCards(this.#folder)).find(({ name }) => name === card.name)
    if (stored && stored.task !== card.task) {
      throw new AgnizeError(
        'bad-argument',
        `"${card.name}" is ${taskInWords[stored.task]} already: choose another name, or remove that one first with "agnize models remove ${card.name}".`,
      )
    }
    const { modelCardSchema } = await import('./card-schema.js')
    const checked = modelCardSchema.safeParse(card)
    if (!checked.success) {
      const issue = checked.error.issues[0]!
      throw new AgnizeError(
        'model-invalid',
        `The card of "${card.name}" is not valid: ${issue.path.join('.')}: ${issue.message}.`,
      )
    }
    try {
      await mkdir(join(this.#folder, card.name), { recursive: true })
      await writeFileAtomically(this.path(card), bytes)
      await writeStoredCard(this.#folder, card)
    } catch (error) {
      throw diskError(error, this.#folder)
    }
  }

  /**
   * Deletes a network's files. Built-in networks can be pulled again.
   *
   * @throws AgnizeError `model-unknown`, `model-invalid`, `read-only`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await agnize.models.remove('facenet')
   * ```
   */
  async remove(name: string): Promise<void> {
    const status = (await this.list()).find(({ card }) => card.name === name)
    if (!status) {
      const names = (await this.list()).map(({ card }) => card.name)
      throw new AgnizeError(
        'model-unknown',
        `There is no model "${name}" to remove${suggestionFor(name, names)}: "agnize models list" shows the models.`,
      )
    }
    try {
      await rm(status.origin === 'builtin' ? status.path : join(this.#folder, name), {
        recursive: true,
        force: true,
      })
    } catch (error) {
      throw diskError(error, this.#folder)
    }
  }

  /**
   * Folder for the parts of a model during a pull.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * console.log(agnize.models.workFolder('facenet'))
   * ```
   */
  workFolder(name: string): string {
    return join(this.#folder, name, 'parts')
  }

  async #removeStale(): Promise<void> {
    const entries = await readdir(this.#folder, { recursive: true })
    for (const entry of entries.filter((name) => name.endsWith('.part'))) {
      const path = join(this.#folder, entry)
      const age = Date.now() - (await stat(path).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs
      if (age > partFileMaxAgeMs) await rm(path, { force: true })
    }
  }
}

/** What a network of each task is. */
const taskInWords: Readonly<Record<ModelCard['task'], string>> = {
  detection: 'a detector',
  landmarks: 'a landmark model',
  embedding: 'an embedding model',
  liveness: 'a liveness model',
}

function originOf(card: ModelCard): ModelStatus['origin'] {
  if (isBuiltin(card)) return 'builtin'
  return isFromCatalog(card) ? 'catalog' : 'added'
}

/** The package of a built-in network. */
function packageOf(card: ModelCard): ModelPackage {
  return modelPackages.find((each) => sourceOf(each) === card.source.from)!
}

const folderOf = ({ name, version }: ModelPackage) => `${name.replace('/', '+')}-${version}`
