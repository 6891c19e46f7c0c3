import type { Box } from '../geometry/box.js'
import type { Embedding } from './embed.js'
import type { Landmarks } from './landmarks.js'
import type { Pose } from './pose.js'
import type { Quality } from './quality.js'

/** A face found in a photo: the one currency from the detector to the console. */
export interface Face {
  /** In pixels of the upright image. */
  readonly box: Box
  /** The detector's confidence, 0…1. */
  readonly detectionScore: number
  /** Left eye, right eye, nose, left and right mouth corner as seen in the image, in its pixels. */
  readonly landmarks: Landmarks
  /** In degrees, estimated from the landmarks. */
  readonly pose: Pose
  /** Quality of the face. */
  readonly quality: Quality
  /** Embedding of the aligned face. */
  readonly embedding: Embedding
}

/** What is kept of a face beside its template, so that another model can embed it later. */
export interface Crops {
  /** The aligned face as the embedding network saw it, PNG. */
  readonly aligned: Uint8Array
  /** The face with its surroundings, at most 512 pixels a side, JPEG. */
  readonly padded: Uint8Array
}

/** Milliseconds spent in each stage, summed over the faces of the photo. */
export interface Timings {
  /** Decoding. */
  readonly decode: number
  /** Face detection. */
  readonly detect: number
  /** Landmarks of all faces. */
  readonly landmarks: number
  /** Alignment of all faces. */
  readonly align: number
  /** Embedding of all faces. */
  readonly embed: number
  /** Quality of all faces. */
  readonly quality: number
}

/** All that was found in one photo. */
export interface PhotoAnalysis {
  /** Pixels of the upright image. */
  readonly width: number
  /** In pixels of the upright image. */
  readonly height: number
  /** Largest first. */
  readonly faces: readonly Face[]
  /** How many smaller faces were left out, since there were more than the limit. */
  readonly facesLeftOut: number
  /** Time of each step. */
  readonly timings: Timings
}
