import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { platform } from 'node:os'
import { AgnizeError } from '../base/errors.js'
import { readPnmHeader } from '../image/pnm.js'
import type { YuvImage } from '../image/yuv.js'
import { signalGroup } from './child.js'
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

/** A frame, and when it came. Its picture is overwritten once the next one is asked for. */
export interface Frame {
  readonly image: YuvImage
  /** Milliseconds, by `performance.now()`; of a film that is read fast, by its own clock from 0. */
  readonly at: number
}

/** A frame that has come; the one that is taken is the newest at that moment. */
export type WaitingFrame = () => Frame

/** A source that gave nothing for so long has stalled, in milliseconds. */
const stalledAfter = 10_000
/** `P5`, width, height and 255: no picture is shorter. */
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
      // As video has it: half of what RGB takes, and most frames are never looked at in color.
      ...[
        '-vf',
        `fps=${fps},scale='trunc(min(${width},iw)/2)*2':-2:flags=area:out_color_matrix=bt601:out_range=limited`,
      ],
      ...['-threads', '1', '-pix_fmt', 'yuv420p', '-f', 'image2pipe', '-c:v', 'pgmyuv', 'pipe:1'],
    ],
    {
      stdio: [kind === 'input' ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      // A wrapper of ffmpeg is ended with what it started, which would hold the pipes.
      detached: platform() !== 'win32',
    },
  )
  const end = () => signalGroup(child, 'SIGKILL')
  signal.addEventListener('abort', end)
  process.once('exit', end)
  if (signal.aborted) end()
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
    end()
  }, stalledAfter)
  const onFrame = () => clock.refresh()
  try {
    const memory = new FrameMemory()
    const pictures = picturesIn(child.stdout!, memory)
    if (fast) {
      let count = 0
      for await (const image of pictures) {
        const at = (1000 * count++) / fps
        yield () => ({ image, at })
        memory.give(image)
      }
    } else yield* newest(pictures, memory, onFrame)
    if (signal.aborted) return
    const code = await ended
    if (code !== 0 || stalled) throw unreadable(source, stalled, complaint, code)
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    clearTimeout(clock)
    if (begins) process.stdin.unpipe().destroy()
    signal.removeEventListener('abort', end)
    process.off('exit', end)
    end()
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

/** Memory of frames that are done with, for those to come: fresh memory for each would cost more than most frames do. */
class FrameMemory {
  #free: Uint8Array[] = []

  take(length: number): Uint8Array {
    const data = this.#free.pop()
    return data?.length === length ? data : new Uint8Array(length)
  }

  give({ data }: YuvImage): void {
    this.#free.push(data as Uint8Array)
  }
}

/** Pictures one after the other, as ffmpeg's pgmyuv encoder writes them. */
async function* picturesIn(
  stream: AsyncIterable<Buffer>,
  memory: FrameMemory,
): AsyncGenerator<YuvImage> {
  /** What is there of a header. */
  let head = Buffer.alloc(0)
  /** The picture that is coming, and how much of it is there; undefined until its header is. */
  let picture: YuvImage | undefined
  let filled = 0
  for await (const chunk of stream) {
    let bytes = chunk
    for (let at = 0; at < bytes.length; ) {
      if (!picture) {
        head = Buffer.concat([head, bytes.subarray(at)])
        if (head.length < longestHeader) break
        const { width, height: lines, offset } = readPnmHeader(head)
        picture = { width, height: (lines / 3) * 2, data: memory.take(width * lines) }
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

/** The newest picture whenever one is asked for; those that nobody asked for in time are left out. */
async function* newest(
  pictures: AsyncIterable<YuvImage>,
  memory: FrameMemory,
  onFrame: () => void,
): AsyncGenerator<WaitingFrame> {
  let waiting: Frame | undefined
  /** The one that is worked on. */
  let taken: Frame | undefined
  let isOver = false
  let failure: unknown
  let tell = () => {}
  void (async () => {
    try {
      for await (const image of pictures) {
        if (waiting && waiting !== taken) memory.give(waiting.image)
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
      yield () => {
        taken ??= waiting!
        return taken
      }
      const done = taken as Frame | undefined
      taken = undefined
      // Unless another has come since it was taken.
      if (!done || waiting === done) waiting = undefined
      if (done) memory.give(done.image)
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
