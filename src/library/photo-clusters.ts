import { existsSync } from 'node:fs'
import { appendFile, readFile, stat } from 'node:fs/promises'
import type { RefusedPhoto } from '../application/enrollment.js'
import { isObject, parseChecked, schemaOf } from '../base/checked-json.js'
import { type AgnizeError, diskError, throwIfCanceled } from '../base/errors.js'
import { groupFaces, groupingRate } from '../clustering/group-faces.js'
import { toFloats } from '../gallery/vault.js'
import type { Box } from '../geometry/box.js'
import { modelId } from '../models/card.js'
import { thresholdFor } from '../recognition/threshold.js'
import type { WorkOptions } from '../session/options.js'
import type { Agnize } from './agnize.js'

/** A face of a photo collection. */
export interface ClusteredFace {
  /** The photo, as the caller named it. */
  readonly photo: string
  /** The face, in pixels of the upright photo. */
  readonly box: Box
  /** Quality score, 0…1. */
  readonly quality: number
}

/** Options of clustering a photo collection. */
export interface ClusterOptions extends WorkOptions {
  /**
   * False match rate of a pair, between 0 and 1; default 0.1 expected false links among all pairs of the collection,
   * and 1e-6 at most.
   */
  readonly fmr?: number
  /** Minimum quality, 0…1; default 0.3, since blurred faces are similar to everybody. Judgment. */
  readonly minQuality?: number
  /** @deprecated Use `minQuality`. */
  readonly leastQuality?: number
  /** File that caches results, so that interrupted work resumes. It holds embeddings. */
  readonly cache?: string
  /** Called after each photo with the numbers of processed and of all photos. */
  readonly onProgress?: (done: number, total: number) => void
}

/** Result of clustering a photo collection. */
export interface ClusteredPhotos {
  /** The faces of each person, the best first; the person in most photos first. */
  readonly people: readonly (readonly ClusteredFace[])[]
  /** Number of faces that were excluded for their quality. */
  readonly poor: number
  /** The photos that failed. */
  readonly refused: readonly RefusedPhoto[]
  /** Cosine similarity from which two faces were neighbors, −1…1. */
  readonly similarity: number
}

/** Faces of one photo, as stored in the cache. */
interface PhotoFaces {
  readonly photo: string
  readonly faces: readonly (Omit<ClusteredFace, 'photo'> & { readonly vector: Float32Array })[]
}

/**
 * Clusters the faces of a photo collection by person with DBSCAN (Ester, Kriegel, Sander and Xu, 1996), without a
 * gallery.
 *
 * @param photos - Paths.
 * @returns The faces of each person, boxes in pixels of the upright photos.
 * @throws AgnizeError `not-calibrated`, `disk-full`, `cancelled`; errors of single photos are in `refused`.
 * @example
 * ```ts
 * import { clusterPhotos, openAgnize, photosIn } from 'agnize'
 *
 * await using agnize = await openAgnize()
 * const { people } = await clusterPhotos(agnize, await photosIn('holidays', true))
 * for (const faces of people) console.log(faces.map(({ photo }) => photo))
 * ```
 */
export async function clusterPhotos(
  agnize: Agnize,
  photos: readonly string[],
  {
    fmr,
    leastQuality = 0.3,
    minQuality = leastQuality,
    cache,
    signal,
    onProgress,
  }: ClusterOptions = {},
): Promise<ClusteredPhotos> {
  const card = await agnize.embeddingCard()
  const model = modelId(card)
  const known =
    cache === undefined ? new Map<string, PhotoFaces>() : await read(cache, model, card.dimensions)
  const keys = new Map<string, string>()
  for (const photo of photos) keys.set(photo, await stateOf(photo))
  const unknown = photos.filter((photo) => !known.has(keys.get(photo)!))
  const refused: { photo: string; error: AgnizeError }[] = []
  let done = photos.length - unknown.length
  onProgress?.(done, photos.length)
  for await (const each of agnize.analyzeEach(unknown, { ...(signal && { signal }) })) {
    if ('error' in each) refused.push(each)
    else {
      const faces = each.result.faces.map(({ box, quality, embedding }) => ({
        ...{ box, quality: quality.score, vector: embedding.vector },
      }))
      const key = keys.get(each.photo)!
      known.set(key, { photo: each.photo, faces })
      if (cache !== undefined) await append(cache, { key, model, photo: each.photo, faces })
    }
    onProgress?.(++done, photos.length)
  }
  throwIfCanceled(signal)
  const all = photos.flatMap((photo) =>
    (known.get(keys.get(photo)!)?.faces ?? []).map((face) => ({ ...face, photo })),
  )
  const good = all.filter(({ quality }) => quality >= minQuality)
  const { value } = thresholdFor(
    await agnize.calibratedCard(),
    { fmr: fmr ?? groupingRate(good.length) },
    1,
  )
  const groups = await groupFaces(
    good.map(({ vector }) => vector),
    {
      similarity: value,
      offsets: await (await agnize.similarityMeasure()).offsets(good.map(({ vector }) => vector)),
      ...{ threads: agnize.threads, signal },
    },
  )
  const people: ClusteredFace[][] = []
  for (const [i, group] of groups.entries()) {
    const { vector: _, ...face } = good[i]!
    people[group] = [...(people[group] ?? []), face]
  }
  for (const faces of people) faces.sort((a, b) => b.quality - a.quality)
  people.sort((a, b) => b.length - a.length)
  return { people, poor: all.length - good.length, refused, similarity: value }
}

/** Cache key of a photo: its path and the state of its file. */
async function stateOf(photo: string): Promise<string> {
  const found = await stat(photo).catch(() => undefined)
  return found ? `${photo} ${found.size} ${found.mtimeMs}` : photo
}

async function read(
  path: string,
  model: string,
  dimensions: number,
): Promise<Map<string, PhotoFaces>> {
  const known = new Map<string, PhotoFaces>()
  if (!existsSync(path)) return known
  for (const text of (await readFile(path, 'utf8')).split('\n')) {
    let line: CacheLine
    try {
      line = parseChecked(text, cacheLine, () => new SyntaxError('No line.'))
    } catch {
      // A partial or foreign line: the photo is analyzed again.
      continue
    }
    if (line.model !== model) continue
    const faces = line.faces.map(({ box, quality, embedding }) => ({
      ...{ box, quality, vector: toFloats(Buffer.from(embedding, 'base64')) },
    }))
    if (faces.every(({ vector }) => vector.length === dimensions && vector.every(Number.isFinite)))
      known.set(line.key, { photo: line.photo, faces })
  }
  return known
}

interface CacheLine {
  readonly key: string
  readonly model: string
  readonly photo: string
  readonly faces: readonly {
    readonly box: Box
    readonly quality: number
    readonly embedding: string
  }[]
}

const isFace = (value: unknown) =>
  isObject(value) &&
  isObject(value.box) &&
  [value.quality, value.box.x, value.box.y, value.box.width, value.box.height].every(
    Number.isFinite,
  ) &&
  typeof value.embedding === 'string' &&
  Buffer.byteLength(value.embedding, 'base64') % 4 === 0

const cacheLine = schemaOf(
  (value): value is CacheLine =>
    isObject(value) &&
    [value.key, value.model, value.photo].every((each) => typeof each === 'string') &&
    Array.isArray(value.faces) &&
    value.faces.every(isFace),
)

async function append(
  path: string,
  { faces, ...line }: PhotoFaces & { readonly key: string; readonly model: string },
): Promise<void> {
  const written = faces.map(({ vector, ...face }) => ({
    ...face,
    embedding: Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64'),
  }))
  try {
    // Biometric data: readable by its owner only; the leading line break ends any partial line.
    await appendFile(path, `\n${JSON.stringify({ ...line, faces: written })}\n`, { mode: 0o600 })
  } catch (error) {
    throw diskError(error, path)
  }
}
