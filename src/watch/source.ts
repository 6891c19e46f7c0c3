import { statSync } from 'node:fs'
import { platform } from 'node:os'
import { AgnizeError } from '../base/errors.js'

/**
 * Kind of a source: a `live` source is reconnected when it breaks, a `film` (video file) and the standard `input` end, and a
 * `folder` receives pictures.
 */
export type SourceKind = 'live' | 'film' | 'input' | 'folder'

const isStream = (source: string) => /^(rtsps?|rtmps?|https?|udp|tcp|srt|rtp):/i.test(source)
const webcam = /^webcam(?::(.+))?$/

/** Whether a source is a webcam of this machine. */
export const isWebcam = (source: string) => webcam.test(source) || source.startsWith('/dev/video')

/** Derives the kind of a source from its syntax. */
export function kindOf(source: string): SourceKind {
  if (source === '-') return 'input'
  if (isStream(source) || isWebcam(source)) return 'live'
  try {
    if (statSync(source).isDirectory()) return 'folder'
  } catch {
    // ffmpeg reports the error.
  }
  return 'film'
}

/**
 * Input arguments of ffmpeg for a source.
 *
 * @param atNativeRate - Whether a video file is read at its native frame rate.
 * @param firstBytes - First bytes of standard input.
 * @throws AgnizeError `bad-argument` on an operating system whose webcams ffmpeg cannot read here.
 */
export function inputArguments(
  source: string,
  atNativeRate: boolean,
  firstBytes: Uint8Array | undefined,
): string[] {
  const asked = webcam.exec(source)
  if (asked || source.startsWith('/dev/video')) return webcamArguments(asked ? asked[1] : source)
  // Low latency: deliver packets without buffering.
  const lowLatency = ['-fflags', 'nobuffer', '-flags', 'low_delay']
  if (source === '-') {
    // Concatenated JPEGs: ffmpeg would buffer megabytes to probe the format.
    const isJpeg = firstBytes?.[0] === 0xff && firstBytes[1] === 0xd8
    return [...lowLatency, ...(isJpeg ? ['-f', 'mjpeg'] : []), '-i', 'pipe:0']
  }
  if (/^rtsps?:/i.test(source)) return [...lowLatency, '-rtsp_transport', 'tcp', '-i', source]
  if (isStream(source)) return [...lowLatency, '-i', source]
  return [...(atNativeRate ? ['-re'] : []), '-i', source]
}

function webcamArguments(device: string | undefined): string[] {
  const systems: Partial<Record<NodeJS.Platform, string[]>> = {
    linux: [
      ...['-f', 'v4l2', '-i'],
      /^\d*$/.test(device ?? '') ? `/dev/video${device || 0}` : device!,
    ],
    darwin: ['-f', 'avfoundation', '-framerate', '30', '-i', `${device ?? 0}:none`],
    win32: ['-f', 'dshow', '-i', `video=${device ?? 'Integrated Camera'}`],
  }
  const inputOptions = systems[platform()]
  if (inputOptions) return inputOptions
  throw new AgnizeError('bad-argument', 'Webcams are read on Linux, macOS and Windows only.')
}

/** Removes the user information (user name and password) from URLs in a message. */
export const withoutPassword = (message: string) => message.replaceAll(/:\/\/[^@/\s]*@/g, '://…@')
