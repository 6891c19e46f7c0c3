import { statSync } from 'node:fs'
import { platform } from 'node:os'
import { AgnizeError } from '../base/errors.js'

/**
 * What a source is: `live` ones are connected to again when they break, a `film` and what comes on standard input end, and
 * pictures land in a `folder`.
 */
export type SourceKind = 'live' | 'film' | 'input' | 'folder'

const isStream = (source: string) => /^(rtsps?|rtmps?|https?|udp|tcp|srt|rtp):/i.test(source)
const webcam = /^webcam(?::(.+))?$/

/** Whether a source is a webcam of this machine. */
export const isWebcam = (source: string) => webcam.test(source) || source.startsWith('/dev/video')

/** What kind a source is, by what it looks like. */
export function kindOf(source: string): SourceKind {
  if (source === '-') return 'input'
  if (isStream(source) || isWebcam(source)) return 'live'
  try {
    if (statSync(source).isDirectory()) return 'folder'
  } catch {
    // Told by ffmpeg.
  }
  return 'film'
}

/**
 * What ffmpeg is told to read.
 *
 * @param atOwnPace - Whether a film is read as it would be played.
 * @param begins - The first bytes of what comes on standard input.
 * @throws AgnizeError `bad-argument` on a system whose webcams it cannot read.
 */
export function inputArguments(
  source: string,
  atOwnPace: boolean,
  begins: Uint8Array | undefined,
): string[] {
  const asked = webcam.exec(source)
  if (asked || source.startsWith('/dev/video')) return webcamArguments(asked ? asked[1] : source)
  // What has come is to be seen at once, not gathered first.
  const now = ['-fflags', 'nobuffer', '-flags', 'low_delay']
  if (source === '-') {
    // Pictures one after the other: ffmpeg would gather megabytes of them to be sure of it.
    const isJpeg = begins?.[0] === 0xff && begins[1] === 0xd8
    return [...now, ...(isJpeg ? ['-f', 'mjpeg'] : []), '-i', 'pipe:0']
  }
  if (/^rtsps?:/i.test(source)) return [...now, '-rtsp_transport', 'tcp', '-i', source]
  if (isStream(source)) return [...now, '-i', source]
  return [...(atOwnPace ? ['-re'] : []), '-i', source]
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
  const found = systems[platform()]
  if (found) return found
  throw new AgnizeError('bad-argument', 'Webcams are read on Linux, macOS and Windows only.')
}

/** A message without what comes before the host of an address, which is often a password. */
export const withoutPassword = (message: string) => message.replaceAll(/:\/\/[^@/\s]*@/g, '://…@')
