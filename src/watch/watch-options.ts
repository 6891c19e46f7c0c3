import type { RecordedFace } from '../application/visit-recorder.js'
import type { AgnizeError } from '../base/errors.js'
import type { RgbImage } from '../image/rgb-image.js'
import type { LivenessMode } from '../liveness/liveness.js'
import type { TrackedFace } from '../recognition/tracker.js'
import type { Rotation } from './frames.js'
import type { Rule } from './rules.js'

/** A camera and its source. */
export interface CameraOptions {
  /** Name of the camera in events and visits. */
  readonly camera: string
  /**
   * A video file, `-` for standard input, the URL of a stream (`rtsp:`, `http:` and others), `webcam`, `webcam:1` or a device
   * path, or a folder that receives pictures, also in its sub-folders.
   */
  readonly source: string
  /** Frames analyzed per second; default 10. */
  readonly fps?: number | undefined
  /** Wider frames are scaled down to this width, in pixels; default 640. */
  readonly width?: number | undefined
  /** Hardware acceleration that ffmpeg decodes with, such as `auto`, `vaapi`, `cuda`, `videotoolbox`; default none. */
  readonly hardware?: string | undefined
  /**
   * Clockwise turn of every frame, in degrees, for a camera that is mounted turned; default none. The pictures of a folder are
   * searched at every turn anyway.
   */
  readonly rotate?: Rotation | undefined
}

/** Options shared by all cameras that are watched together. */
export interface WatchOptions {
  /** Read video files as fast as possible and by their own timestamps; of a folder, process the existing pictures and end. */
  readonly fast?: boolean | undefined
  /** A visit ends when its subject has not been seen for this many seconds; default 10, in folders 60. */
  readonly away?: number | undefined
  /** Rules that decide which visits raise events; default every visit does. */
  readonly rules?: readonly Rule[] | undefined
  /** Whether events carry the best face of the visit as a JPEG; default false. */
  readonly images?: boolean | undefined
  /**
   * Whether faces are told from pictures of faces; default `off`. With `observe` an attack is an event beside visits and greetings, with
   * `require` only live faces are named, greeted and make visits.
   */
  readonly liveness?: LivenessMode | undefined
  /** Aborts watching. */
  readonly signal?: AbortSignal | undefined
  /** Called for every frame after its faces were decided on. */
  readonly onFrame?: ((frame: DecidedFrame) => void) | undefined
  /**
   * Called with what needs care and stops nothing: `camera-shared` where another program watches a camera of the same name in this
   * gallery, once for each camera, some ten seconds after both run.
   */
  readonly onWarning?: ((warning: AgnizeError) => void) | undefined
}

/** A frame with the decisions on its faces. */
export interface DecidedFrame {
  /** Name of the camera. */
  readonly camera: string
  /**
   * Renders the frame as RGB. Valid only during the callback.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   * import { type DecidedFrame, watch } from 'agnize/watch'
   *
   * await using agnize = await openAgnize()
   * const onFrame = ({ image, faces }: DecidedFrame) => {
   *   if (faces.length > 0) console.log(image().width, image().height)
   * }
   * const cameras = [{ camera: 'door', source: 'door.mp4' }]
   * for await (const { type, at } of watch(agnize, cameras, { onFrame })) console.log(at, type)
   * ```
   */
  readonly image: () => RgbImage
  /** The faces of the frame with their tracks. */
  readonly faces: readonly TrackedFace<RecordedFace>[]
  /** Age of the frame when its faces were decided on, in milliseconds; for a file with `fast`, the processing time. */
  readonly age: number
  /** Whether this frame was searched for faces; otherwise `faces` are those of the last frame that was. */
  readonly isLookedAt: boolean
}
