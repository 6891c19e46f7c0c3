import type { LiveFace, LiveResult } from '../recognize/protocol.js'

type Box = LiveFace['box']

/** An analyzed frame, shared by the tracks whose best view it is. */
interface SharedFrame {
  readonly bitmap: ImageBitmap
  users: number
}

/** The best view of a track: a frame, and where its face is in it. */
interface BestView {
  readonly frame: SharedFrame
  readonly face: LiveFace
  seenAt: number
}

/** A face in the photo of the frame that it was found in. */
export interface FaceInPhoto {
  readonly photo: File
  readonly box: Box
}

/** A later view replaces the best one only if its quality is better by this factor, since each costs a copy. Judgment. */
const qualityGain = 1.05
/** The best view of a track is dropped this long after its face was last seen, in milliseconds. Judgment. */
const keepLostMs = 5000
/** JPEG quality of a photo that is kept. Judgment. */
const jpegQuality = 0.95

/**
 * The frame in which each track's face was seen best. What is enrolled is taken from here, so that it is the picture that was
 * judged: the video has moved on by the time an answer arrives.
 */
export class TrackFrames {
  readonly #best = new Map<number, BestView>()

  /** Takes over the frame of a result. @param now - The time by the page's clock, in milliseconds. */
  update({ faces }: Pick<LiveResult, 'faces'>, bitmap: ImageBitmap, now: number): void {
    const frame: SharedFrame = { bitmap, users: 0 }
    for (const face of faces) {
      const { id } = face.track
      const before = this.#best.get(id)
      if (before) before.seenAt = now
      if (before && face.quality.score < qualityGain * before.face.quality.score) continue
      if (before) release(before.frame)
      frame.users++
      this.#best.set(id, { frame, face, seenAt: now })
    }
    if (frame.users === 0) bitmap.close()
    for (const [id, { seenAt, frame }] of this.#best) {
      if (now - seenAt <= keepLostMs) continue
      release(frame)
      this.#best.delete(id)
    }
  }

  /** The best view of a track as a photo; null for a track without one. */
  async photoOf(track: number): Promise<FaceInPhoto | null> {
    const view = this.#best.get(track)
    return view ? { photo: await photoOf(view.frame.bitmap), box: view.face.box } : null
  }

  /** Draws the face of a track's best view, mirrored as the camera's picture is; nothing for a track without one. */
  draw(track: number, context: CanvasRenderingContext2D, size: number): void {
    const view = this.#best.get(track)
    if (!view) return
    const { left, top, side } = squareAround(view.face.box, view.frame.bitmap)
    context.setTransform(-1, 0, 0, 1, size, 0)
    context.drawImage(view.frame.bitmap, left, top, side, side, 0, 0, size, size)
  }

  clear(): void {
    for (const { frame } of this.#best.values()) release(frame)
    this.#best.clear()
  }
}

function release(frame: SharedFrame): void {
  if (--frame.users === 0) frame.bitmap.close()
}

/** A frame as a JPEG file for the server. */
async function photoOf(bitmap: ImageBitmap): Promise<File> {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
  canvas.getContext('2d')!.drawImage(bitmap, 0, 0)
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: jpegQuality })
  return new File([blob], `webcam ${new Date().toISOString().replaceAll(/[:.]/g, '-')}.jpg`, {
    type: 'image/jpeg',
  })
}

/** Margin around a face in a crop, as a share of its longer side. Judgment. */
const marginShare = 0.35

/** A square around a face, moved and shrunk to lie within the picture, so that no crop has black bands. */
export function squareAround(
  { x, y, width, height }: Box,
  picture: { readonly width: number; readonly height: number },
): { left: number; top: number; side: number } {
  const wanted = (1 + 2 * marginShare) * Math.max(width, height)
  const side = Math.max(1, Math.min(wanted, picture.width, picture.height))
  const within = (middle: number, size: number) =>
    Math.min(Math.max(0, middle - side / 2), size - side)
  return {
    left: within(x + width / 2, picture.width),
    top: within(y + height / 2, picture.height),
    side,
  }
}
