import type { Schemas } from '../../../src/client/index.js'

/** Where faces are found and embedded: in this browser, or on the server, to which pictures go then. */
export type Way = 'browser' | 'server'

/** A face of a frame as the live page shows it. */
export type LiveFace = Schemas['Verdict'] & {
  readonly box: Schemas['Box']
  readonly quality: {
    readonly score: number
    readonly reasons: readonly string[]
  }
  /** Of the face in the frame; absent where only the server would know. */
  readonly pose?: { readonly yaw: number; readonly pitch: number; readonly roll: number }
  readonly track: {
    readonly id: number
    readonly frames: number
    readonly age: number
    readonly subject: { readonly id: string; readonly name: string } | null
    readonly greeting: string | null
    /** Where visits are recorded. */
    readonly sighting: {
      readonly visitor: string | null
      readonly before: { readonly at: string; readonly camera: string } | null
    } | null
  }
}

/** What was seen in a frame. */
export interface LiveResult {
  /** When the frame was taken, by the page's clock, in milliseconds. */
  readonly at: number
  readonly width: number
  readonly height: number
  readonly faces: readonly LiveFace[]
}

/** What the page tells the worker. */
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

/** What the worker tells the page. */
export type FromWorker =
  /** It takes another frame. */
  | { readonly type: 'next' }
  | { readonly type: 'state'; readonly state: 'loading' | 'connecting' | 'live' }
  | ({ readonly type: 'result' } & LiveResult)
  /** One frame failed, or the way as a whole: `ends`. */
  | {
      readonly type: 'problem'
      readonly code: string
      readonly detail: string
      readonly ends: boolean
    }
