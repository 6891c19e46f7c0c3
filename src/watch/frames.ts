import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { platform } from 'node:os'
import { AgnizeError } from '../errors.js'
import { readPnmHeader } from '../image/pnm.js'
import type { RgbImage } from '../image/rgb-image.js'
import { inputArguments, kindOf, withoutPassword } from './source.js'

/** Where frames come from, and which. */
export interface FrameOptions {
  /** A file, `-` for standard input, a stream's address, or a webcam: `webcam`, `webcam:1`, or its device. */
  readonly source: string
  /** Frames a second that are wanted. */
  readonly fps: number
  /** Width that frames are scaled to where they are wider. */
  readonly width: number
  /** Read a film as fast as it can be, every frame of it. */
  readonly fast: boolean
  /** How ffmpeg is to decode with the graphics card, such as `auto`, `vaapi`, `cuda`, `videotoolbox`. */
  readonly hardware?: string | undefined
  readonly signal: AbortSignal
}

/** A frame, and when it came. */
export interface Frame {
  readonly image: RgbImage
  /** Milliseconds, by `performance.now()`; of a film that is read fast, by its own clock from 0. */
  readonly at: number
}

/** A frame that has come; the one that is taken is the newest at that moment. */
export type WaitingFrame = () => Frame

/** A source that gave nothing for so long has stalled, in milliseconds. */
const stalledAfter = 10_000
/** `P6`, width, height and 255: no picture is shorter. */
const longestHeader = 24

/**
 * Decodes frames with ffmpeg, in a process of its own. One that is not taken in time gives way to the next, but of a film that
 * is read fast, which waits.
 *
 * @throws AgnizeError `bad-argument` where there is no ffmpeg; `photo-not-found` where the source cannot be read, or stalls.
 */
export async function* framesOf(
  options: FrameOptions,
): AsyncGenerator<WaitingFrame, void, undefined> {
  const { source, fps, width, fast, hardware, signal } = options
  const kind = kindOf(source)
  const begins = kind === 'input' ? await firstOf(process.stdin, signal) : undefined
  const child = spawn(
    'ffmpeg',
    [
      ...(kind === 'input' ? [] : ['-nostdin']),
      ...['-loglevel', 'error', ...(hardware ? ['-hwaccel', hardware] : [])],
      // Of one thread each: cameras side by side keep the cores busy, and frames do not wait for each other.
      ...['-threads', '1', ...inputArguments(source, !fast, begins), '-an', '-sn'],
      // Its own header says how large a frame is.
      ...['-vf', `fps=${fps},scale='min(${width},iw)':-2:flags=area`, '-pix_fmt', 'rgb24'],
      ...['-threads', '1', '-f', 'image2pipe', '-c:v', 'ppm', 'pipe:1'],
    ],
    { stdio: [kind === 'input' ? 'pipe' : 'ignore', 'pipe', 'pipe'], signal },
  )
  if (begins) {
    // Who ends early is told by ffmpeg's end.
    child.stdin!.on('error', () => {})
    child.stdin!.write(begins)
    process.stdin.pipe(child.stdin!)
  }
  let complaint = ''
  child.stderr!.on('data', (chunk: Buffer) => (complaint = (complaint + chunk).slice(-2000)))
  const ended = new Promise<number | null>((done, fail) => {
    child.once('error', (error: NodeJS.ErrnoException) => fail(failed(error)))
    child.once('close', (code) => done(code))
  })
  // Looked at below.
  ended.catch(() => {})
  let stalled = false
  // A stream that nothing comes of is as good as broken; who types on standard input may take their time.
  const clock = setTimeout(() => {
    if (kind !== 'live') return
    stalled = true
    child.kill('SIGKILL')
  }, stalledAfter)
  const onFrame = () => clock.refresh()
  try {
    const pictures = picturesIn(child.stdout!)
    if (fast) {
      let count = 0
      for await (const image of pictures) {
        const at = (1000 * count++) / fps
        yield () => ({ image, at })
      }
    } else yield* newest(pictures, onFrame)
    if (signal.aborted) return
    const code = await ended
    if (code !== 0 || stalled) throw unreadable(source, stalled, complaint, code)
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    clearTimeout(clock)
    if (begins) process.stdin.unpipe().destroy()
    child.kill('SIGKILL')
  }
}

/** The first bytes of a stream; none where it ends at once. */
async function firstOf(stream: NodeJS.ReadStream, signal: AbortSignal): Promise<Uint8Array> {
  const stop = new AbortController()
  try {
    const either = { signal: AbortSignal.any([signal, stop.signal]) }
    await Promise.race([once(stream, 'readable', either), once(stream, 'end', either)])
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    stop.abort()
  }
  return (stream.read() as Buffer | null) ?? new Uint8Array()
}

function unreadable(source: string, stalled: boolean, complaint: string, code: number | null) {
  const why = stalled
    ? 'nothing came of it for 10 s'
    : complaint.trim().split('\n').at(-1) || `ffmpeg ended with ${code}`
  const what = source === '-' ? 'Standard input' : source
  return new AgnizeError('photo-not-found', withoutPassword(`${what} cannot be read: ${why}.`))
}

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

/** The newest picture whenever one is asked for; those that nobody asked for in time are left out. */
async function* newest(
  pictures: AsyncIterable<RgbImage>,
  onFrame: () => void,
): AsyncGenerator<WaitingFrame> {
  let waiting: Frame | undefined
  let isOver = false
  let failure: unknown
  let tell = () => {}
  void (async () => {
    try {
      for await (const image of pictures) {
        waiting = { image, at: performance.now() }
        onFrame()
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
      let taken: Frame | undefined
      yield () => {
        taken ??= waiting!
        return taken
      }
      // Unless another has come since it was taken.
      if (!taken || waiting === taken) waiting = undefined
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
