import type { RecordedFace } from '../application/visit-recorder.js'
import type { Face } from '../faces/face.js'
import type { FaceRequest } from '../faces/frame.js'
import type { Box } from '../geometry/box.js'
import type { RgbImage } from '../image/rgb-image.js'
import type { Agnize } from '../library/agnize.js'
import type { LivenessMode } from '../liveness/liveness.js'
import type { Verdict } from '../recognition/decide.js'
import { type Expected, type TrackedFace, Tracker } from '../recognition/tracker.js'

/**
 * Detections above this share of the detector's least confidence are kept where a track predicts a face: ByteTrack's low-score
 * association. Judgment.
 */
const lowScore = 0.64
/** A new track is embedded in its first frames (`count`), then at this interval in milliseconds while undecided. Judgment. */
const initialEmbeddings = { count: 4, intervalMs: 300 } as const
/** Interval between embeddings of a decided track, in milliseconds: of a known subject, and of a stranger. Judgment. */
const embeddingIntervalMs = { known: 3000, unknown: 1500 } as const
/** A face is embedded again when it is wider by this factor than at its last embedding. Judgment. */
const growthFactor = 1.25
/** Quality from which a face is cropped, and the factor by which a later crop must be better. Judgment. */
const cropQuality = { min: 0.2, gain: 1.05 } as const
/** A track older than this, in milliseconds, counts as stable. Judgment: an undecided face is embedded four times in it. */
const stableAfterMs = 1500
/** Tracks whose history is kept, so that a track that is lost for a moment keeps its history. Judgment. */
const maxHistories = 100
/** Quality assumed for a face that has not been embedded yet. Judgment. */
const unseenQuality = 0.3

/** Embedding history of a track. */
interface EmbeddingHistory {
  count: number
  at: number
  width: number
  quality: number
  /** Quality of the best crop that was kept. */
  cropQuality: number
  embedding: Face['embedding'] | null
  liveness: Face['liveness']
}

/**
 * Detects and tracks the faces of one camera. Every frame that reaches it is searched for faces, but only a few crops of each
 * track are embedded and searched for in the gallery: when a track is new, when tracks come close to each other, when a better
 * view appears, and at intervals.
 */
export class FaceTracker {
  readonly #agnize: Agnize
  readonly #tracker: Tracker
  readonly #liveness: LivenessMode
  readonly #histories = new Map<number, EmbeddingHistory>()
  #mustEmbedAll = false
  #isSettled = true

  constructor(agnize: Agnize, liveness: LivenessMode = 'off') {
    this.#agnize = agnize
    this.#liveness = liveness
    this.#tracker = new Tracker({ requireLive: liveness === 'require' })
  }

  /** Number of live tracks. */
  get size(): number {
    return this.#tracker.size
  }

  /** Whether every track of the last frame is decided, so that frames without motion can be skipped. */
  get isSettled(): boolean {
    return this.#isSettled
  }

  /** The camera was offline: a face at the position of a track may be another person's. */
  onOutage(): void {
    this.#mustEmbedAll = true
  }

  /** Nothing has moved since the last frame. */
  still(at: number): void {
    this.#tracker.still(at)
  }

  /**
   * Processes the next frame.
   *
   * @param at - Timestamp of the frame, in milliseconds.
   * @param withCrops - Whether to crop the best faces.
   */
  async update(
    image: RgbImage,
    at: number,
    withCrops: boolean,
  ): Promise<TrackedFace<RecordedFace>[]> {
    const { detection } = await this.#agnize.cards()
    const minScore = lowScore * detection.minScore
    const found = await this.#agnize.detectFaces(image, { minScore })
    const expected = this.#tracker.expect(
      found.map(({ box }) => box),
      at,
    )
    const seen = found.flatMap(({ box, score }, i) => {
      const known = expected[i]
      const counts = score >= detection.minScore || known?.isSure
      return counts ? [{ box, expected: this.#mustEmbedAll ? undefined : known }] : []
    })
    this.#mustEmbedAll = false
    const requests = seen.map(({ box, expected }) =>
      this.#faceRequest(box, expected, at, withCrops),
    )
    const faces = await this.#describe(image, seen, requests)
    const tracked = this.#tracker.update(faces, at)
    for (const [i, { face, track }] of tracked.entries()) {
      if (requests[i] && face.embedding) this.#recordEmbedding(track.id, face, at)
    }
    this.#dropEnded(tracked)
    this.#isSettled = tracked.every(
      ({ track }) => track.answer !== null && track.age >= stableAfterMs,
    )
    return tracked
  }

  /** Whether to embed a face, and the minimum quality that is worth it; null to skip it. */
  #faceRequest(
    box: Box,
    expected: Expected | undefined,
    at: number,
    withCrops: boolean,
  ): Omit<FaceRequest, 'box'> | null {
    const history = expected && this.#histories.get(expected.track.id)
    const minCropQuality = withCrops
      ? Math.max(cropQuality.min, cropQuality.gain * (history?.cropQuality ?? 0))
      : null
    if (!history || !expected.isSure) return { minQuality: 0, minCropQuality }
    const since = at - history.at
    const { answer } = expected.track
    const due =
      answer === null
        ? history.count < initialEmbeddings.count || since >= initialEmbeddings.intervalMs
        : since >= (answer === 'match' ? embeddingIntervalMs.known : embeddingIntervalMs.unknown)
    if (due) return { minQuality: 0, minCropQuality }
    if (box.width > growthFactor * history.width)
      return { minQuality: history.quality, minCropQuality }
    return null
  }

  /** Embeds and identifies the wanted faces; the others keep what their track knows. */
  async #describe(
    image: RgbImage,
    seen: readonly { readonly box: Box; readonly expected: Expected | undefined }[],
    requests: readonly (Omit<FaceRequest, 'box'> | null)[],
  ): Promise<RecordedFace[]> {
    const places = requests.flatMap((want, i) => (want ? [i] : []))
    const faces: RecordedFace[] = seen.map(({ box, expected }) => ({
      box,
      quality: { score: this.#historyOf(expected)?.quality ?? unseenQuality },
      ...{ embedding: null, answer: null, subject: null, image: null },
    }))
    if (places.length === 0) return faces
    const described = await this.#agnize.describeFaces(
      image,
      places.map((i) => ({ box: seen[i]!.box, ...requests[i]! })),
      { liveness: this.#liveness },
    )
    const embedded = described.flatMap((look, k) =>
      look.embedding ? [{ ...look, embedding: look.embedding, place: places[k]! }] : [],
    )
    const verdicts = await this.#verdicts(embedded, seen)
    for (const [k, { place, embedding, quality, image, liveness }] of embedded.entries()) {
      const { box } = seen[place]!
      faces[place] = { ...verdicts[k]!, box, quality, embedding, image, liveness }
    }
    return faces
  }

  /** Identifies faces together with the other tracks of the frame, so that no subject is assigned to two faces. */
  async #verdicts(
    embedded: readonly (Pick<Face, 'embedding' | 'quality' | 'liveness'> & {
      readonly place: number
    })[],
    seen: readonly { readonly expected: Expected | undefined }[],
  ): Promise<Verdict[]> {
    if (embedded.length === 0) return []
    const embeddedPlaces = new Set(embedded.map(({ place }) => place))
    const others = seen.flatMap(({ expected }, i) => {
      const history = embeddedPlaces.has(i) ? undefined : this.#historyOf(expected)
      return history?.embedding
        ? [{ embedding: history.embedding, liveness: history.liveness }]
        : []
    })
    const verdicts = await this.#agnize.identifyEmbeddings([...embedded, ...others], {
      candidates: 1,
      liveness: this.#liveness,
    })
    return verdicts.slice(0, embedded.length)
  }

  #historyOf(expected: Expected | undefined): EmbeddingHistory | undefined {
    return expected && this.#histories.get(expected.track.id)
  }

  #recordEmbedding(
    track: number,
    { box, quality, embedding, image, liveness }: RecordedFace,
    at: number,
  ): void {
    const history = this.#histories.get(track) ?? {
      ...{ count: 0, at, width: 0, quality: 0, cropQuality: 0, embedding: null },
      liveness: undefined,
    }
    this.#histories.set(track, history)
    history.count++
    history.at = at
    history.width = Math.max(history.width, box.width)
    history.quality = Math.max(history.quality, quality.score)
    if (image) history.cropQuality = Math.max(history.cropQuality, quality.score)
    history.embedding = embedding
    history.liveness = liveness
  }

  /** Drops the history of tracks that have ended. */
  #dropEnded(tracked: readonly TrackedFace<RecordedFace>[]): void {
    if (this.#histories.size <= maxHistories) return
    const here = new Set(tracked.map(({ track }) => track.id))
    const oldest = [...this.#histories.keys()].find((id) => !here.has(id))
    if (oldest !== undefined) this.#histories.delete(oldest)
  }
}
