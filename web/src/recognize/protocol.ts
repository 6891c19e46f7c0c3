import type { Schemas } from '../../../src/client/index.js'

/** Where faces are detected and embedded: in this browser, or on the server, which then receives the frames. */
export type Way = 'browser' | 'server'

/** A face of a frame as the live page shows it. */
export type LiveFace = Schemas['Verdict'] & {
  readonly box: Schemas['Box']
  readonly quality: {
    readonly score: number
    readonly reasons: readonly string[]
  }
  /** Whether the face is live in this frame; absent unless the server demands it. */
  readonly liveness?: Schemas['Liveness']
  /** Pose of the face in the frame; absent when the server detects the faces, since its answer has none. */
  readonly pose?: { readonly yaw: number; readonly pitch: number; readonly roll: number }
  readonly track: {
    readonly id: number
    readonly frames: number
    readonly age: number
    readonly subject: { readonly id: string; readonly name: string } | null
    readonly greeting: string | null
    /** By the votes of the frames; null while undecided. */
    readonly liveness?: 'live' | 'attack' | null
    /** The visit of this face; null unless visits are recorded. */
    readonly sighting: {
      readonly visitor: string | null
      readonly before: { readonly at: string; readonly camera: string } | null
    } | null
  }
}

/** The faces of a frame. */
export interface LiveResult {
  /** Capture time of the frame by the page's clock (`performance.now()`), in milliseconds. */
  readonly at: number
  readonly width: number
  readonly height: number
  readonly faces: readonly LiveFace[]
}

/** A message from the page to the worker. */
export type ToWorker =
  | {
      readonly type: 'start'
      readonly way: Way
      readonly gallery: string
      readonly camera: string
      readonly threads: number
    }
  | { readonly type: 'frame'; readonly bitmap: ImageBitmap; readonly at: number }
  | { readonly type: 'stop' }

/** A message from the worker to the page. */
export type FromWorker =
  /** The worker is ready for another frame. */
  | { readonly type: 'next' }
  | { readonly type: 'state'; readonly state: 'loading' | 'connecting' | 'live' }
  /** A result with the frame that it belongs to. */
  | ({ readonly type: 'result'; readonly bitmap: ImageBitmap } & LiveResult)
  /** A frame failed; or recognition as a whole, if `ends` is true. */
  | {
      readonly type: 'problem'
      readonly code: string
      readonly detail: string
      readonly ends: boolean
    }
