import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** A scene of a fake camera: photos side by side, or an empty room. */
export interface Scene {
  readonly seconds: number
  /** Paths of the photos; none for an empty room. */
  readonly photos: readonly string[]
  /** Whether the photo is what a camera saw, with its own background, and fills the picture. */
  readonly isFrame?: boolean
}

const [width, height] = [640, 480]

/**
 * Makes the video that Chromium plays in a loop as its camera. Pictures move slightly, as people do.
 *
 * @param fps - At 15 the file takes 7 MB a second.
 */
export function cameraVideo(
  folder: string,
  name: string,
  scenes: readonly Scene[],
  fps = 15,
): string {
  const inputs: string[] = []
  const parts: string[] = []
  let input = 0
  for (const [i, { seconds, photos, isFrame }] of scenes.entries()) {
    const gray = `color=c=0x707880:s=${width}x${height}:r=${fps}:d=${seconds}`
    let last = `room${i}`
    parts.push(`${gray}[${last}]`)
    const share = Math.floor(width / Math.max(1, photos.length))
    const side = Math.min(share, 440)
    for (const [k, photo] of photos.entries()) {
      inputs.push('-loop', '1', '-framerate', String(fps), '-t', String(seconds), '-i', photo)
      const next = `scene${i}with${k}`
      // A little larger than the picture, so that its edges stay out of view.
      const [wide, high] = isFrame ? [1.04 * width, 1.04 * height] : [side, side]
      const x = `${share * k + (share - wide) / 2}+6*sin(2*t+${k})`
      const y = `${(height - high) / 2}+4*sin(3*t+${k})`
      parts.push(
        `[${input++}:v]scale=${Math.round(wide)}:${Math.round(high)},setsar=1[photo${i}and${k}]`,
      )
      parts.push(`[${last}][photo${i}and${k}]overlay=x='${x}':y='${y}':shortest=1[${next}]`)
      last = next
    }
    parts.push(
      `[${last}]trim=duration=${seconds},setpts=PTS-STARTPTS,fps=${fps},format=yuv420p[film${i}]`,
    )
  }
  parts.push(`${scenes.map((_, i) => `[film${i}]`).join('')}concat=n=${scenes.length}[film]`)
  const path = join(folder, `${name}.y4m`)
  execFileSync('ffmpeg', [
    ...[
      '-y',
      '-loglevel',
      'error',
      ...inputs,
      '-filter_complex',
      parts.join(';'),
      '-map',
      '[film]',
    ],
    ...['-pix_fmt', 'yuv420p', path],
  ])
  return path
}
