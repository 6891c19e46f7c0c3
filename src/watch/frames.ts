import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { platform } from 'node:os'
import { AgnizeError } from '../base/errors.js'
import { readPnmHeader } from '../image/pnm.js'
import type { YuvImage } from '../image/yuv.js'
import { signalGroup } from './child.js'
import { inputArguments, kindOf, withoutPassword } from './source.js'

/** Source and format of frames. */
export interface FrameOptions {
  /** A file, `-` for standard input, the URL of a stream, or a webcam: `webcam`, `webcam:1`, or its device path. */
  readonly source: string
  /** Frames per second. */
  readonly fps: number
  /** Wider frames are scaled down to this width, in pixels. */
  readonly width: number
  /** Read a video file as fast as possible, without dropping frames. */
  readonly fast: boolean
  /** Hardware acceleration that ffmpeg decodes with, such as `auto`, `vaapi`, `cuda`, `videotoolbox`. */
  readonly hardware?: string | undefined
  /** Clockwise turn of every frame, in degrees. */
  readonly rotate?: Rotation | undefined
  readonly signal: AbortSignal
}

/** Clockwise turn of the frames of a camera that is mounted turned, in degrees. */
export type Rotation = 90 | 180 | 270

/** ffmpeg's filters of each turn. */
const turnFilters: Record<Rotation, string> = {
  90: 'transpose=clock,',
  180: 'hflip,vflip,',
  270: 'transpose=cclock,',
}

/** A frame and its timestamp. Its buffer is reused once the next frame is requested. */
export interface Frame {
  readonly image: YuvImage
  /** Milliseconds by `performance.now()`; for a video file that is read fast, its own time from 0. */
  readonly at: number
}

/** Takes the newest frame at the time of the call. */
export type TakeFrame = () => Frame

/** A source that delivers no data for this many milliseconds has stalled. Judgment. */
const stallTimeoutMs = 10_000
/** Length in bytes of the PGM header: `P5`, width, height and 255. Every image is longer. */
const maxHeaderBytes = 24

/**
 * Decodes frames with ffmpeg in a child process. A frame that is not taken in time is replaced by the next one, except for a
 * video file that is read fast, where the decoder waits.
 *
 * @throws AgnizeError `bad-argument` where ffmpeg is missing; `photo-not-found` where the source cannot be read, or stalls.
 */
export async function* framesOf(options: FrameOptions): AsyncGenerator<TakeFrame, void, undefined> {
  const { source, fps, width, fast, hardware, rotate, signal } = options
  const kind = kindOf(source)
  const firstBytes = kind === 'input' ? await readFirstChunk(process.stdin, signal) : undefined
  const child = spawn(
    'ffmpeg',
    [
      ...(kind === 'input' ? [] : ['-nostdin']),
      ...['-loglevel', 'error', ...(hardware ? ['-hwaccel', hardware] : [])],
      // One decoder thread per camera: parallel cameras keep the cores busy, and frame threading adds latency.
      ...['-threads', '1', ...inputArguments(source, !fast, firstBytes), '-an', '-sn'],
      // PGM carries the frame size in its header. YUV 4:2:0 takes half the bytes of RGB, and few frames need color.
      ...[
        '-vf',
        `fps=${fps},${rotate ? turnFilters[rotate] : ''}scale='trunc(min(${width},iw)/2)*2':-2:flags=area:out_color_matrix=bt601:out_range=limited`,
      ],
      ...['-threads', '1', '-pix_fmt', 'yuv420p', '-f', 'image2pipe', '-c:v', 'pgmyuv', 'pipe:1'],
    ],
    {
      stdio: [kind === 'input' ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      // If ffmpeg is a wrapper script, its descendants would keep the pipes open: end the whole process group.
      detached: platform() !== 'win32',
    },
  )
  const end = () => signalGroup(child, 'SIGKILL')
  signal.addEventListener('abort', end)
  process.once('exit', end)
  if (signal.aborted) end()
  if (firstBytes) {
    // A decoder that exits early is reported through its exit.
    child.stdin!.on('error', () => {})
    child.stdin!.write(firstBytes)
    process.stdin.pipe(child.stdin!)
  }
  let stderrTail = ''
  child.stderr!.on('data', (chunk: Buffer) => (stderrTail = (stderrTail + chunk).slice(-2000)))
  const ended = new Promise<number | null>((done, fail) => {
    child.once('error', (error: NodeJS.ErrnoException) => fail(startError(error)))
    child.once('close', (code) => done(code))
  })
  // Awaited below.
  ended.catch(() => {})
  let hasStalled = false
  // Stall timeout of live streams. Standard input has none: a person or a slow program may feed it.
  const stallTimer = setTimeout(() => {
    if (kind !== 'live') return
    hasStalled = true
    end()
  }, stallTimeoutMs)
  const onFrame = () => stallTimer.refresh()
  try {
    const pool = new FramePool()
    const pictures = parseFrames(child.stdout!, pool)
    if (fast) {
      let count = 0
      for await (const image of pictures) {
        const at = (1000 * count++) / fps
        yield () => ({ image, at })
        pool.release(image)
      }
    } else yield* latestFrames(pictures, pool, onFrame)
    if (signal.aborted) return
    const code = await ended
    if (code !== 0 || hasStalled) throw unreadable(source, hasStalled, stderrTail, code)
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    clearTimeout(stallTimer)
    if (firstBytes) process.stdin.unpipe().destroy()
    signal.removeEventListener('abort', end)
    process.off('exit', end)
    end()
  }
}

/** The first bytes of a stream; empty where it ends at once. */
async function readFirstChunk(stream: NodeJS.ReadStream, signal: AbortSignal): Promise<Uint8Array> {
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

function unreadable(source: string, hasStalled: boolean, stderrTail: string, code: number | null) {
  const why = hasStalled
    ? 'no data arrived for 10 s'
    : stderrTail.trim().split('\n').at(-1) || `ffmpeg ended with ${code}`
  const what = source === '-' ? 'Standard input' : source
  return new AgnizeError('photo-not-found', withoutPassword(`${what} cannot be read: ${why}.`))
}

/** Buffer pool for frames: allocating a buffer for each frame costs more than processing most frames. */
class FramePool {
  #free: Uint8Array[] = []

  acquire(length: number): Uint8Array {
    const data = this.#free.pop()
    return data?.length === length ? data : new Uint8Array(length)
  }

  release({ data }: YuvImage): void {
    this.#free.push(data as Uint8Array)
  }
}

/** Parses the images that ffmpeg's pgmyuv encoder writes. */
async function* parseFrames(
  stream: AsyncIterable<Buffer>,
  pool: FramePool,
): AsyncGenerator<YuvImage> {
  /** Bytes of the header that have arrived. */
  let head = Buffer.alloc(0)
  /** The image being received and how much of it has arrived; undefined until its header has. */
  let picture: YuvImage | undefined
  let filled = 0
  for await (const chunk of stream) {
    let bytes = chunk
    for (let at = 0; at < bytes.length; ) {
      if (!picture) {
        head = Buffer.concat([head, bytes.subarray(at)])
        if (head.length < maxHeaderBytes) break
        const { width, height: lines, offset } = readPnmHeader(head)
        picture = { width, height: (lines / 3) * 2, data: pool.acquire(width * lines) }
        filled = 0
        bytes = head
        at = offset
        head = Buffer.alloc(0)
      }
      const part = bytes.subarray(at, at + picture.data.length - filled)
      picture.data.set(part, filled)
      filled += part.length
      at += part.length
      if (filled < picture.data.length) continue
      yield picture
      picture = undefined
    }
  }
}

/** Yields the newest image on each request; images that were not requested in time are dropped. */
async function* latestFrames(
  pictures: AsyncIterable<YuvImage>,
  pool: FramePool,
  onFrame: () => void,
): AsyncGenerator<TakeFrame> {
  let waiting: Frame | undefined
  /** The frame being processed. */
  let taken: Frame | undefined
  let isOver = false
  let failure: unknown
  let wake = () => {}
  void (async () => {
    try {
      for await (const image of pictures) {
        if (waiting && waiting !== taken) pool.release(waiting.image)
        waiting = { image, at: performance.now() }
        onFrame()
        wake()
      }
    } catch (error) {
      failure = error
    }
    isOver = true
    wake()
  })()
  for (;;) {
    if (waiting) {
      yield () => {
        taken ??= waiting!
        return taken
      }
      const done = taken as Frame | undefined
      taken = undefined
      // Keep a newer frame that arrived since this one was taken.
      if (!done || waiting === done) waiting = undefined
      if (done) pool.release(done.image)
    } else if (failure) throw failure
    else if (isOver) return
    else await new Promise<void>((done) => (wake = done))
  }
}

function startError(error: NodeJS.ErrnoException): unknown {
  if (error.code !== 'ENOENT') return error
  const installHints: Partial<Record<NodeJS.Platform, string>> = {
    linux: '"apt install ffmpeg" or your package manager',
    darwin: '"brew install ffmpeg"',
    win32: '"winget install ffmpeg"',
  }
  return new AgnizeError(
    'bad-argument',
    `Reading video requires ffmpeg, which is not installed: install it with ${installHints[platform()] ?? 'your package manager'}.`,
    { cause: error },
  )
}
