import { createHash } from 'node:crypto'
import { openSession } from '#runtime'
import { AgnizeError, throwIfCanceled } from '../base/errors.js'
import { analyzeImage, type Network, type Networks } from '../faces/analyze.js'
import { type DescribedFace, describeFaces, detectFaces } from '../faces/frame.js'
import { openPhoto } from '../image/photo.js'
import type { LivenessNetwork } from '../liveness/assess-liveness.js'
import type { DetectionCard, LivenessCard, ModelCard } from '../models/card.js'
import { type DeviceChoice, deviceOf } from '../models/devices.js'
import { type NetworkFile, readNetwork } from '../models/network-file.js'
import type { PhotoLimits } from './limits.js'
import type { DescribeJob, Job, KeptAnalysis, PhotoJob, Result, WorkerSetup } from './protocol.js'

/** Share of the time limit after which a worker cancels a photo itself, which spares killing and restarting it. Judgment. */
const softDeadlineShare = 0.9

/** The error of a photo that exceeded the time limit. */
export function timedOut(limits: PhotoLimits): AgnizeError {
  return new AgnizeError(
    'timed-out',
    `The photo took longer than ${limits.maxSeconds} s: shrink it, detect with less detail, or raise the limit.`,
  )
}

/**
 * Processes photos and frames, one at a time, with networks of its own. A job is canceled between two runs of a network, at
 * its deadline or when its caller aborts it; a single run and the decoding of a photo cannot be interrupted.
 */
export class PhotoWorker {
  readonly #networks: Networks
  /** Detectors besides that of `#networks`, by the SHA-256 of their files. */
  readonly #detectors = new Map<string, Networks['detection']>()
  /** Liveness networks, by the SHA-256 of their files, opened at their first use. */
  readonly #liveness = new Map<string, LivenessNetwork>()
  readonly #limits: PhotoLimits
  readonly #devices: DeviceChoice
  #signal: AbortSignal | undefined
  #deadline = Number.POSITIVE_INFINITY

  private constructor(
    limits: PhotoLimits,
    { detection, landmarks, embedding }: Networks,
    devices: DeviceChoice,
  ) {
    this.#devices = devices
    this.#limits = limits
    this.#networks = {
      detection: this.#interruptible(detection),
      landmarks: this.#interruptible(landmarks),
      embedding: this.#interruptible(embedding),
    }
  }

  /** Opens the networks. @throws AgnizeError `model-missing`, `model-corrupt`, `model-invalid`, `device-unavailable`. */
  static async open(setup: WorkerSetup): Promise<PhotoWorker> {
    const { networks, devices, limits } = setup
    return new PhotoWorker(
      limits,
      {
        detection: await openNetwork(networks.detection, devices),
        landmarks: await openNetwork(networks.landmarks, devices),
        embedding: await openNetwork(networks.embedding, devices),
      },
      devices,
    )
  }

  /**
   * Runs one job; must not be called again before it has settled.
   *
   * @param signal - Cancels the job at the next run of a network.
   * @throws AgnizeError as {@link openPhoto}; `timed-out`, `cancelled`.
   */
  async run(job: Job, signal: AbortSignal): Promise<Result> {
    this.#signal = signal
    this.#deadline = performance.now() + softDeadlineShare * this.#limits.maxSeconds * 1000
    if (job.kind === 'detect') {
      const networks = await this.#networksWith(job.detector)
      return detectFaces(job.photo, networks, job.minScore, this.#limits.maxFaces)
    }
    if (job.kind === 'describe') return this.#describe(job)
    return this.#analyze(job)
  }

  /** Frees the networks. */
  async close(): Promise<void> {
    const others = [...this.#detectors.values(), ...this.#liveness.values()]
    for (const { session } of [...Object.values(this.#networks), ...others]) await session.release()
  }

  /** The networks with another detector, which is opened at its first use. */
  async #networksWith(detector: NetworkFile<DetectionCard> | undefined): Promise<Networks> {
    if (!detector || detector.card.sha256 === this.#networks.detection.card.sha256)
      return this.#networks
    const { sha256 } = detector.card
    let detection = this.#detectors.get(sha256)
    if (!detection) {
      detection = this.#interruptible(await openNetwork(detector, this.#devices))
      this.#detectors.set(sha256, detection)
    }
    return { ...this.#networks, detection }
  }

  async #livenessNetworks(
    files: readonly NetworkFile<LivenessCard>[] = [],
  ): Promise<LivenessNetwork[]> {
    const networks: LivenessNetwork[] = []
    for (const file of files) {
      const { sha256 } = file.card
      const open = this.#liveness.get(sha256)
      const network = open ?? this.#interruptible(await openNetwork(file, this.#devices))
      this.#liveness.set(sha256, network)
      networks.push({ ...network, card: file.card })
    }
    return networks
  }

  async #describe({ photo, faces, liveness }: DescribeJob): Promise<readonly DescribedFace[]> {
    return describeFaces(photo, faces, this.#networks, await this.#livenessNetworks(liveness))
  }

  async #analyze({
    photo,
    options,
    withCrops,
    withPoints,
    detector,
    liveness,
  }: PhotoJob): Promise<KeptAnalysis> {
    const start = performance.now()
    const { pixels, bytes } = await openPhoto(photo, this.#limits)
    const opened = performance.now() - start
    const { timings, ...found } = await analyzeImage(pixels, await this.#networksWith(detector), {
      ...options,
      liveness: await this.#livenessNetworks(liveness),
      keep: withCrops,
      ...(withPoints && { points: true }),
      maxFaces: this.#limits.maxFaces,
    })
    return {
      width: pixels.width,
      height: pixels.height,
      ...found,
      timings: { ...timings, decode: opened + timings.decode },
      sha256: withCrops ? createHash('sha256').update(bytes).digest('hex') : '',
    }
  }

  /** Checks the deadline and the abort signal before each run of the network. */
  #interruptible<N extends Network>(network: N): N {
    const { session } = network
    const run = (input: Float32Array, shape?: readonly number[]) => {
      throwIfCanceled(this.#signal)
      if (performance.now() > this.#deadline) throw timedOut(this.#limits)
      return session.run(input, shape)
    }
    return { ...network, session: { ...session, run } }
  }
}

async function openNetwork<Card extends ModelCard>(
  file: NetworkFile<Card>,
  devices: DeviceChoice,
): Promise<Network<Card>> {
  const { card } = file
  const bytes = await readNetwork(file)
  const { width, height, channels } = card.input
  const shape = [1, channels === 'gray' ? 1 : 3, height, width]
  try {
    return { card, session: await openSession(bytes, shape, deviceOf(devices, card)) }
  } catch (cause) {
    // Not the model, but the machine.
    if (cause instanceof AgnizeError) throw cause
    const why = (cause as Error).message.split('\n')[0]
    throw new AgnizeError('model-invalid', `The model ${card.name} cannot be run (${why}).`, {
      cause,
    })
  }
}
