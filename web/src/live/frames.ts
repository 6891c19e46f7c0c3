import type { FromWorker, LiveResult, ToWorker, Way } from '../recognize/protocol.js'
import { reloadStalePage } from '../stale-page.js'

/** The state of recognition. */
export type RecognitionState = 'loading' | 'connecting' | 'live' | 'ended'

/** Callbacks for states, results and problems. */
export interface FramesOptions {
  readonly onState: (state: RecognitionState) => void
  /** The frame belongs to the receiver, who closes it. */
  readonly onResult: (result: LiveResult, frame: ImageBitmap) => void
  readonly onProblem: (problem: { code: string; detail: string; ends: boolean }) => void
}

/**
 * Sends the frames of a video to the worker that recognizes faces. At most one frame waits while another is processed, and a
 * newer frame replaces it.
 */
export class Frames {
  readonly #video: HTMLVideoElement
  readonly #options: FramesOptions
  readonly #worker: Worker
  #isFree = false
  #waiting: { readonly bitmap: ImageBitmap; readonly at: number } | undefined
  #callback = 0
  #closed = false

  constructor(video: HTMLVideoElement, options: FramesOptions) {
    this.#video = video
    this.#options = options
    this.#worker = new Worker(new URL('../recognize/worker.ts', import.meta.url), {
      type: 'module',
      name: 'recognition',
    })
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#onMessage(data)
    this.#worker.onerror = async (event) => {
      // A worker whose file is gone has no message.
      if (!event.message && (await reloadStalePage())) return
      options.onProblem({
        code: 'way',
        detail: event.message || 'The recognition worker failed.',
        ends: true,
      })
    }
    this.#next()
  }

  /** Starts, or restarts with another way, gallery or camera. @param camera - Name under which visits are recorded. */
  start(way: Way, gallery: string, camera: string): void {
    this.#isFree = false
    this.#post({ type: 'start', way, gallery, camera, threads: threadCount() })
  }

  close(): void {
    this.#closed = true
    this.#video.cancelVideoFrameCallback(this.#callback)
    this.#post({ type: 'stop' })
    this.#worker.terminate()
    this.#waiting?.bitmap.close()
  }

  #next(): void {
    this.#callback = this.#video.requestVideoFrameCallback(async (now, { captureTime }) => {
      const bitmap = await createImageBitmap(this.#video).catch(() => undefined)
      if (this.#closed) {
        bitmap?.close()
        return
      }
      this.#next()
      if (!bitmap) return
      this.#waiting?.bitmap.close()
      this.#waiting = { bitmap, at: captureTime ?? now }
      this.#send()
    })
  }

  #send(): void {
    if (!this.#isFree || !this.#waiting) return
    const { bitmap, at } = this.#waiting
    this.#waiting = undefined
    this.#isFree = false
    this.#worker.postMessage({ type: 'frame', bitmap, at } satisfies ToWorker, [bitmap])
  }

  #onMessage(message: FromWorker): void {
    if (message.type === 'next') {
      this.#isFree = true
      this.#send()
    } else if (message.type === 'state') this.#options.onState(message.state)
    else if (message.type === 'result') this.#options.onResult(message, message.bitmap)
    else {
      this.#options.onProblem(message)
      if (message.ends) this.#options.onState('ended')
    }
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message)
  }
}

/** Two threads are enough, and stay fast on a busy machine, where four are slower than one. */
const threadCount = () => (crossOriginIsolated ? Math.min(2, navigator.hardwareConcurrency) : 1)

/**
 * The default way: the server if it runs on this machine, which is faster and sends nothing over the network; otherwise this
 * browser if it is capable, so that the picture stays on this machine.
 */
export function bestWay(): Way {
  const isLocalServer = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname)
  const isCapable = crossOriginIsolated && navigator.hardwareConcurrency >= 4
  return isLocalServer || !isCapable ? 'server' : 'browser'
}
