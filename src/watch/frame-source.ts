import { spawn } from 'node:child_process'
import { platform } from 'node:os'
import { AgnizeError } from '../errors.js'
import { readPnmHeader } from '../image/pnm.js'
import type { RgbImage } from '../image/rgb-image.js'

/** Where frames come from. */
export interface FrameSourceOptions {
  /** A file, a stream (`rtsp:`, `rtmp:`, `http:`, `https:`), or a webcam: `webcam`, `webcam:1`, or its device. */
  readonly source: string
  /** Frames a second that are wanted; default 10. */
  readonly fps?: number
  /** Width that frames are scaled to where they are wider; default 640. */
  readonly width?: number
  /** Read a file as fast as it can be, instead of at its own pace. */
  readonly fast?: boolean
  readonly signal?: AbortSignal | undefined
}

/** A frame, and when it came. */
export interface Frame {
  readonly image: RgbImage
  /** Milliseconds since the source began: of a file that is read fast, by its own clock. */
  readonly at: number
}

const isStream = (source: string) => /^(rtsps?|rtmp|https?|udp|tcp):/i.test(source)
const webcam = /^webcam(?::(.+))?$/

/** What ffmpeg is told to read. @throws AgnizeError `bad-argument` on a system whose webcams it cannot. */
function inputArguments({ source, fast = false }: FrameSourceOptions): string[] {
  const asked = webcam.exec(source)
  if (asked || source.startsWith('/dev/video')) {
    const device = asked ? asked[1] : source
    const systems: Partial<Record<NodeJS.Platform, string[]>> = {
      linux: [
        '-f',
        'v4l2',
        '-i',
        /^\d*$/.test(device ?? '') ? `/dev/video${device || 0}` : device!,
      ],
      darwin: ['-f', 'avfoundation', '-framerate', '30', '-i', `${device ?? 0}:none`],
      win32: ['-f', 'dshow', '-i', `video=${device ?? 'Integrated Camera'}`],
    }
    const found = systems[platform()]
    if (found) return found
    throw new AgnizeError('bad-argument', 'Webcams are read on Linux, macOS and Windows only.')
  }
  if (/^rtsps?:/i.test(source)) return ['-rtsp_transport', 'tcp', '-i', source]
  if (isStream(source)) return ['-i', source]
  return [...(fast ? [] : ['-re']), '-i', source]
}

/**
 * Decodes frames with ffmpeg, in a process of its own. A frame that is not taken in time gives way to the next, but of a file
 * that is read fast, which waits.
 *
 * @throws AgnizeError `bad-argument` where there is no ffmpeg; `photo-not-found` where the source cannot be read.
 */
export async function* frames(options: FrameSourceOptions): AsyncGenerator<Frame, void, undefined> {
  const { fps = 10, width = 640, signal } = options
  const child = spawn(
    'ffmpeg',
    [
      ...['-nostdin', '-loglevel', 'error', ...inputArguments(options), '-an', '-sn'],
      // Its own header says how large a frame is.
      ...['-vf', `fps=${fps},scale='min(${width},iw)':-2`, '-pix_fmt', 'rgb24'],
      ...['-f', 'image2pipe', '-c:v', 'ppm', 'pipe:1'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], ...(signal && { signal }) },
  )
  let complaint = ''
  child.stderr!.on('data', (chunk: Buffer) => (complaint = (complaint + chunk).slice(-2000)))
  const ended = new Promise<number | null>((done, fail) => {
    child.once('error', (error: NodeJS.ErrnoException) => fail(failed(error)))
    child.once('close', (code) => done(code))
  })
  // Looked at below.
  ended.catch(() => {})
  const began = performance.now()
  let count = 0
  try {
    const stream = picturesIn(child.stdout!)
    for await (const image of options.fast ? stream : newest(stream)) {
      yield { image, at: options.fast ? (1000 * count) / fps : performance.now() - began }
      count++
    }
    if (signal?.aborted) return
    const code = await ended
    if (code !== 0) {
      throw new AgnizeError(
        'photo-not-found',
        withoutPassword(
          `${options.source} cannot be read: ${complaint.trim().split('\n').at(-1) || `ffmpeg ended with ${code}`}.`,
        ),
      )
    }
  } finally {
    child.kill('SIGKILL')
  }
}

/** A message without what comes before the host of an address, which is often a password. */
const withoutPassword = (message: string) => message.replaceAll(/:\/\/[^@/\s]*@/g, '://…@')

/** Pictures one after the other, as ffmpeg's PPM encoder writes them. */
async function* picturesIn(stream: AsyncIterable<Buffer>): AsyncGenerator<RgbImage> {
  let chunks: Buffer[] = []
  let held = 0
  /** Of the picture that is coming; undefined until its header is there. */
  let wanted: { width: number; height: number; offset: number; end: number } | undefined
  for await (const chunk of stream) {
    chunks.push(chunk)
    held += chunk.length
    for (;;) {
      if (!wanted) {
        if (held < longestHeader) break
        const all = Buffer.concat(chunks)
        chunks = [all]
        const { width, height, offset } = readPnmHeader(all)
        wanted = { width, height, offset, end: offset + 3 * width * height }
      }
      if (held < wanted.end) break
      const all = Buffer.concat(chunks)
      const { width, height, offset, end } = wanted
      // A copy: the picture goes to other threads.
      yield { width, height, data: Uint8Array.prototype.slice.call(all, offset, end) }
      chunks = [all.subarray(end)]
      held = all.length - end
      wanted = undefined
    }
  }
}

/** `P6`, width, height and 255: no picture is shorter. */
const longestHeader = 24

/** The newest picture whenever one is asked for; those that nobody asked for in time are left out. */
async function* newest(pictures: AsyncIterable<RgbImage>): AsyncGenerator<RgbImage> {
  let waiting: RgbImage | undefined
  let isOver = false
  let failure: unknown
  let tell = () => {}
  void (async () => {
    try {
      for await (const picture of pictures) {
        waiting = picture
        tell()
      }
    } catch (error) {
      failure = error
    }
    isOver = true
    tell()
  })()
  for (;;) {
    if (waiting) {
      const picture = waiting
      waiting = undefined
      yield picture
    } else if (failure) throw failure
    else if (isOver) return
    else await new Promise<void>((done) => (tell = done))
  }
}

function failed(error: NodeJS.ErrnoException): unknown {
  if (error.code !== 'ENOENT') return error
  const how: Partial<Record<NodeJS.Platform, string>> = {
    linux: '"apt install ffmpeg" or your package manager',
    darwin: '"brew install ffmpeg"',
    win32: '"winget install ffmpeg"',
  }
  return new AgnizeError(
    'bad-argument',
    `Video is read with ffmpeg, which is not there: install it with ${how[platform()] ?? 'your package manager'}.`,
    { cause: error },
  )
}
