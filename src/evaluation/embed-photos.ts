import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Each } from '../application/each-photo.js'
import { diskError, type ErrorCode, throwIfCanceled } from '../base/errors.js'
import { mapConcurrently } from '../base/map-concurrently.js'
import { writeFileAtomically } from '../base/write-file-atomically.js'
import type { AnalyzeOptions } from '../faces/analyze.js'
import { mainFace } from '../faces/choose.js'
import type { Face, PhotoAnalysis } from '../faces/face.js'
import type { Agnize } from '../library/agnize.js'
import { modelId } from '../models/card.js'
import { type EmbeddingLine, embeddingLine, readEmbeddings } from './embedding-file.js'
import type { FailedSample, ListedPhoto, Sample } from './evaluation-set.js'

/** Result of embedding a list of photos. */
export interface EmbeddedPhotos {
  /** In the order of the list; null where a photo failed. */
  readonly samples: readonly (Sample | null)[]
  readonly failures: readonly FailedSample[]
  /** Mean milliseconds per stage and photo. */
  readonly timings: Readonly<Record<string, number>> | null
}

/** Fields of a photo's face, without those of its list. */
type FoundFace = Omit<EmbeddingLine, 'photo' | 'person' | 'role'>

/**
 * Which face of a photo is its person's: the largest, the one nearest to the center (as in Labeled Faces in the Wild), or the only
 * one, where photos of several faces are refused.
 */
export type FaceChoice = (typeof faceChoices)[number]

/** Every {@link FaceChoice}. */
export const faceChoices = ['largest', 'central', 'only'] as const

/**
 * Finds and embeds a face of each photo, those with the role `gallery` as enrollment does, averaged over views.
 *
 * Photos without a role, such as those of one folder, are embedded as probes are: pairs compare them with one another, and which of
 * them are enrolled is decided later. Misses of such a set are somewhat more than those of enrolled photos.
 *
 * Results are written to `cache` as they are computed, keyed by the photo's hash, the model and the detection settings, and
 * reused by later runs. At the end the file holds exactly this list's photos, in order.
 *
 * @throws AgnizeError as `Agnize.analyze`, except errors that concern one photo; `disk-full`, `read-only`.
 */
export async function embedPhotos(
  agnize: Agnize,
  photos: readonly ListedPhoto[],
  {
    cache,
    signal,
    onProgress,
    detail = 'auto',
    flip = false,
    views = false,
    face: choice = 'largest',
  }: AnalyzeOptions & {
    readonly face?: FaceChoice
    readonly cache?: string
    readonly signal?: AbortSignal
    readonly onProgress?: (done: number, total: number) => void
  },
): Promise<EmbeddedPhotos> {
  const model = modelId(await agnize.embeddingCard())
  const hasViews = ({ role }: Pick<ListedPhoto, 'role'>) => views || role === 'gallery'
  const settingsOf = ({ role }: Pick<ListedPhoto, 'role'>) =>
    [
      detail,
      ...(flip ? ['flip'] : []),
      ...(hasViews({ role }) ? ['views'] : []),
      ...(choice === 'largest' ? [] : [choice]),
    ].join(', ')
  if (cache) await makeFolder(dirname(resolve(cache)))
  const inUse = new Set(photos.map(settingsOf))
  const known = cache ? await readCached(cache, model, inUse) : new Map<string, FoundFace>()
  const hashes: (string | null)[] = []
  for await (const hash of mapConcurrently(photos, 8, ({ photo }) => hashOf(photo))) {
    throwIfCanceled(signal)
    hashes.push(hash)
  }
  const keyOf = (i: number) => cacheKey(hashes[i]!, settingsOf(photos[i]!))
  const isNew = (i: number) => hashes[i] === null || !known.has(keyOf(i))
  const analysesOf = (views: boolean) =>
    agnize.analyzeEach(
      photos.filter((each, i) => isNew(i) && hasViews(each) === views).map(({ photo }) => photo),
      { detail, flip, views, ...(signal && { signal }) },
    )
  const [probes, templates] = [analysesOf(false), analysesOf(true)]
  const lines: EmbeddingLine[] = []
  try {
    for (const [i, { photo, person, role, attributes }] of photos.entries()) {
      const sha256 = hashes[i]!
      let face: FoundFace
      if (isNew(i)) {
        const { value } = await (hasViews({ role }) ? templates : probes).next()
        const settings = settingsOf({ role })
        face = foundFace(value as Each<PhotoAnalysis>, choice, { sha256, model, settings })
      } else face = known.get(keyOf(i))!
      lines.push({
        ...face,
        ...{ photo, person, role },
        attributes: { ...face.attributes, ...attributes },
      })
      if (cache && sha256 !== null && isNew(i)) await append(cache, lines.at(-1)!)
      onProgress?.(i + 1, photos.length)
    }
  } finally {
    await Promise.all([probes.return(), templates.return()])
  }
  if (cache) await writeCache(cache, lines)
  return { ...sampled(lines), timings: meanTimes(lines) }
}

const cacheKey = (sha256: string, settings: string) => `${sha256} ${settings}`

async function hashOf(photo: string): Promise<string | null> {
  const bytes = await readFile(photo).catch(() => null)
  return bytes && createHash('sha256').update(bytes).digest('hex')
}

function foundFace(
  each: Each<PhotoAnalysis>,
  choice: FaceChoice,
  origin: Pick<FoundFace, 'sha256' | 'model' | 'settings'>,
): FoundFace {
  const nothing = {
    ...origin,
    ...{ vector: null, faces: null, main: null, quality: null, box: null, attributes: {} },
  }
  if ('error' in each) {
    const { code, message } = each.error
    return { ...nothing, ms: null, failure: { code, message } }
  }
  const { faces } = each.result
  const ms = { ...each.result.timings }
  if (faces.length === 0) {
    return { ...nothing, ms, failure: { code: 'no-face', message: 'No face was found.' } }
  }
  if (choice === 'only' && faces.length > 1) {
    return { ...nothing, faces: faces.length, ms, failure: severalFaces(faces.length) }
  }
  const face = choice === 'central' ? centralFace(each.result) : faces[0]!
  return {
    ...origin,
    vector: face.embedding.vector,
    faces: faces.length,
    main: face === mainFace(faces),
    quality: face.quality.score,
    box: face.box,
    attributes: measured(face),
    ms,
    failure: null,
  }
}

/** The face whose center is nearest to that of the photo. */
function centralFace<F extends Pick<Face, 'box'>>({
  faces,
  width,
  height,
}: Pick<PhotoAnalysis, 'width' | 'height'> & { readonly faces: readonly F[] }): F {
  const distance = ({ box }: F) =>
    Math.hypot(box.x + (box.width - width) / 2, box.y + (box.height - height) / 2)
  return faces.reduce((nearest, face) => (distance(face) < distance(nearest) ? face : nearest))
}

/** Measures of a face, each oriented so that more is better: degrees off frontal are negative. */
function measured({ box, quality, pose }: Face): Record<string, number> {
  return {
    size: Math.min(box.width, box.height),
    quality: rounded(quality.score),
    pose: rounded(-Math.max(Math.abs(pose.yaw), Math.abs(pose.pitch))),
    light: rounded(quality.exposure),
    sharpness: rounded(quality.sharpness),
  }
}

/** Names of the fields of {@link measured}; other attributes are the user's and are read again in each run. */
const measuredFields = new Set(['size', 'quality', 'pose', 'light', 'sharpness'])
/** Errors that are properties of the photo, and cached. */
const permanentErrors = new Set<ErrorCode>([
  'no-face',
  'several-faces',
  'not-an-image',
  'image-damaged',
])

const rounded = (value: number) => Math.round(1000 * value) / 1000

async function readCached(
  path: string,
  model: string,
  settings: ReadonlySet<string>,
): Promise<Map<string, FoundFace>> {
  const known = new Map<string, FoundFace>()
  if (!existsSync(path)) return known
  // If a run was killed, the last line may be incomplete.
  for await (const { photo: _, person: __, role: ___, ...face } of readEmbeddings(path, () => {})) {
    if (face.sha256 === null || face.model !== model) continue
    if (face.settings === null || !settings.has(face.settings)) continue
    // Any other failure may be transient or depend on limits: the photo is retried.
    if (face.failure && !permanentErrors.has(face.failure.code)) continue
    const own = Object.entries(face.attributes).filter(([name]) => measuredFields.has(name))
    known.set(cacheKey(face.sha256, face.settings), {
      ...face,
      attributes: Object.fromEntries(own),
    })
  }
  return known
}

/** Creates a folder for embeddings or faces, accessible to its owner only. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw diskError(error, folder)
  }
}

/** File mode of biometric data: accessible to the owner only. */
export const ownerOnlyMode = 0o600

async function append(path: string, line: EmbeddingLine): Promise<void> {
  try {
    // Starts on a new line, since a killed run may have left an incomplete one.
    await appendFile(path, `\n${embeddingLine(line)}`, { mode: ownerOnlyMode })
  } catch (error) {
    throw diskError(error, path)
  }
}

async function writeCache(path: string, lines: readonly EmbeddingLine[]): Promise<void> {
  try {
    const bytes = Buffer.concat(lines.map((line) => Buffer.from(embeddingLine(line))))
    await writeFileAtomically(path, bytes, ownerOnlyMode)
  } catch (error) {
    throw diskError(error, path)
  }
}

function sampled(lines: readonly EmbeddingLine[]): Omit<EmbeddedPhotos, 'timings'> {
  const failures: FailedSample[] = []
  const samples = lines.map((line): Sample | null => {
    const { photo, person, role, vector, faces, main, sha256, quality } = line
    const { box, attributes, failure } = line
    // Enrollment rejects a photo of several people; of a probe, the chosen face is used.
    const refused = role === 'gallery' && faces !== null && !(main ?? faces === 1)
    if (vector && !refused) {
      return { photo, person, role, vector, sha256, quality, box, attributes }
    }
    const why = refused ? severalFaces(faces) : failure!
    failures.push({ photo, person, role, ...why })
    return null
  })
  return { samples, failures }
}

function severalFaces(faces: number): Pick<FailedSample, 'code' | 'message'> {
  const message = `${faces} faces were found: a photo must show one person.`
  return { code: 'several-faces', message }
}

function meanTimes(lines: readonly EmbeddingLine[]): Record<string, number> | null {
  const timed = lines.flatMap(({ ms }) => (ms ? [ms] : []))
  if (timed.length === 0) return null
  const sums: Record<string, number> = {}
  for (const ms of timed) {
    for (const [stage, time] of Object.entries(ms)) sums[stage] = (sums[stage] ?? 0) + time
  }
  return Object.fromEntries(Object.entries(sums).map(([stage, sum]) => [stage, sum / timed.length]))
}
