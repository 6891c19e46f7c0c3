import { analyzeImage, type Networks } from '../../../src/faces/analyze.js'
import type { Face } from '../../../src/faces/face.js'
import { readBitmap } from '../../../src/image/codec.web.js'
import { modelId } from '../../../src/models/card.js'
import { addressOf } from '../root.js'
import { LiveSocket } from './live-socket.js'
import { openNetworks } from './networks.js'
import type { FromWorker, LiveFace, LiveResult, ToWorker, Way } from './protocol.js'

/*
 * Processes the frames of a camera off the main thread. The two ways differ in what is sent to the server: the frame as a JPEG,
 * or the faces that this worker detects and embeds. The server searches, tracks and names them by the same code in both cases.
 */

/** Maximum number of faces processed per frame; equals the server's limit. */
const mostFaces = 64

const say = (message: FromWorker) => self.postMessage(message)

/** The message for the server, and the faces if they were detected in this worker. */
interface Sent {
  readonly message: string | Blob
  readonly own?: readonly Face[]
}

let socket: LiveSocket | undefined
let prepare: ((bitmap: ImageBitmap) => Promise<Sent>) | undefined
/** Incremented by every start and stop, so that results of an earlier run are dropped. */
let turn = 0

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === 'start') start(data).catch(reportError)
  else if (data.type === 'stop') stop()
  else frame(data).catch(reportError)
}

async function start({
  way,
  gallery,
  camera,
  threads,
}: ToWorker & { type: 'start' }): Promise<void> {
  stop()
  const mine = ++turn
  say({ type: 'state', state: way === 'browser' ? 'loading' : 'connecting' })
  try {
    const prepared = await preparation(way, threads)
    if (mine !== turn) return
    prepare = prepared
  } catch (error) {
    const { message } = error as Error
    if (mine === turn) say({ type: 'problem', code: 'way', detail: message, ends: true })
    return
  }
  say({ type: 'state', state: 'connecting' })
  const url = new URL(addressOf(`/v1/galleries/${encodeURIComponent(gallery)}/live`))
  url.protocol = location.protocol.replace('http', 'ws')
  url.search = new URLSearchParams({ detail: 'fast', camera }).toString()
  socket = new LiveSocket(
    url.href,
    (isOpen) => {
      if (mine !== turn) return
      say({ type: 'state', state: isOpen ? 'live' : 'connecting' })
      if (isOpen) say({ type: 'next' })
    },
    () => say({ type: 'problem', code: 'unauthorized', detail: '', ends: true }),
  )
}

function stop(): void {
  turn++
  socket?.close()
  socket = undefined
}

async function frame({ bitmap, at }: ToWorker & { type: 'frame' }): Promise<void> {
  const mine = turn
  try {
    if (!prepare || !socket) {
      bitmap.close()
      return
    }
    const { width, height } = bitmap
    const { message, own } = await prepare(bitmap)
    const answer = await socket.ask(message)
    if (mine !== turn || !answer) return
    if (answer.type === 'error') {
      const { code = 'internal', detail = '' } = answer
      say({ type: 'problem', code, detail, ends: false })
    } else {
      const { faces } = answer as unknown as LiveResult
      say({ type: 'result', at, width, height, faces: own ? withOwn(faces, own) : faces })
    }
  } catch (error) {
    const { message } = error as Error
    if (mine === turn) say({ type: 'problem', code: 'frame', detail: message, ends: false })
  }
  if (mine === turn && socket?.isOpen) say({ type: 'next' })
}

/** Adds the pose, which only this worker knows, to the faces of the server's answer. */
const withOwn = (faces: readonly LiveFace[], own: readonly Face[]) =>
  faces.map((face, i) => ({ ...face, pose: own[i]!.pose }))

let networks: Promise<Networks> | undefined

async function preparation(
  way: Way,
  threads: number,
): Promise<(bitmap: ImageBitmap) => Promise<Sent>> {
  if (way === 'server') return asJpeg
  networks ??= openNetworks(threads)
  networks.catch(() => (networks = undefined))
  const opened = await networks
  const model = modelId(opened.embedding.card)
  return async (bitmap) => {
    const image = readBitmap(bitmap)
    const { faces } = await analyzeImage(image, opened, {
      detail: 'fast',
      keep: false,
      maxFaces: mostFaces,
    })
    const { width, height } = image
    return {
      own: faces,
      message: JSON.stringify({
        ...{ width, height, model },
        faces: faces.map(({ box, quality, embedding }) => ({
          box,
          quality: { score: quality.score, reasons: quality.reasons },
          embedding: base64(embedding.vector),
        })),
      }),
    }
  }
}

let canvas: OffscreenCanvas | undefined

async function asJpeg(bitmap: ImageBitmap): Promise<Sent> {
  if (canvas?.width !== bitmap.width || canvas.height !== bitmap.height) {
    canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
  }
  canvas.getContext('2d')!.drawImage(bitmap, 0, 0)
  bitmap.close()
  return { message: await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 }) }
}

function base64({ buffer, byteOffset, byteLength }: Float32Array): string {
  return btoa(String.fromCharCode(...new Uint8Array(buffer, byteOffset, byteLength)))
}
