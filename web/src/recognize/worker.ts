import { analyzeImage, type Networks } from '../../../src/faces/analyze.js'
import type { Face } from '../../../src/faces/face.js'
import { pixelsOf } from '../../../src/image/codec.web.js'
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
const maxFaces = 64

const post = (message: FromWorker, transfer: Transferable[] = []) =>
  self.postMessage(message, { transfer })

/** The message for the server, and the faces if they were detected in this worker. */
interface PreparedFrame {
  readonly message: string | Blob
  readonly own?: readonly Face[]
}

let socket: LiveSocket | undefined
let prepare: ((bitmap: ImageBitmap) => Promise<PreparedFrame>) | undefined
/** Incremented by every start and stop, so that results of an earlier run are dropped. */
let runId = 0

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
  const mine = ++runId
  post({ type: 'state', state: way === 'browser' ? 'loading' : 'connecting' })
  try {
    const prepared = await preparation(way, threads)
    if (mine !== runId) return
    prepare = prepared
  } catch (error) {
    const { message } = error as Error
    if (mine === runId) post({ type: 'problem', code: 'way', detail: message, ends: true })
    return
  }
  post({ type: 'state', state: 'connecting' })
  const url = new URL(addressOf(`/v1/galleries/${encodeURIComponent(gallery)}/live`))
  url.protocol = location.protocol.replace('http', 'ws')
  url.search = new URLSearchParams({ detail: 'fast', camera }).toString()
  socket = new LiveSocket(
    url.href,
    (isOpen) => {
      if (mine !== runId) return
      post({ type: 'state', state: isOpen ? 'live' : 'connecting' })
      if (isOpen) post({ type: 'next' })
    },
    () => post({ type: 'problem', code: 'unauthorized', detail: '', ends: true }),
  )
}

function stop(): void {
  runId++
  socket?.close()
  socket = undefined
}

async function frame({ bitmap, at }: ToWorker & { type: 'frame' }): Promise<void> {
  const mine = runId
  let isHandedBack = false
  try {
    if (!prepare || !socket) return
    const { width, height } = bitmap
    const { message, own } = await prepare(bitmap)
    const answer = await socket.send(message)
    if (mine !== runId || !answer) return
    if (answer.type === 'error') {
      const { code = 'internal', detail = '' } = answer
      post({ type: 'problem', code, detail, ends: false })
    } else {
      const { faces } = answer as unknown as LiveResult
      const named = own ? withPoses(faces, own) : faces
      isHandedBack = true
      post({ type: 'result', at, width, height, faces: named, bitmap }, [bitmap])
    }
  } catch (error) {
    const { message } = error as Error
    if (mine === runId) post({ type: 'problem', code: 'frame', detail: message, ends: false })
  } finally {
    if (!isHandedBack) bitmap.close()
  }
  if (mine === runId && socket?.isOpen) post({ type: 'next' })
}

/** Adds the pose, which only this worker knows, to the faces of the server's answer. */
const withPoses = (faces: readonly LiveFace[], own: readonly Face[]) =>
  faces.map((face, i) => ({ ...face, pose: own[i]!.pose }))

let networks: Promise<Networks> | undefined

async function preparation(
  way: Way,
  threads: number,
): Promise<(bitmap: ImageBitmap) => Promise<PreparedFrame>> {
  if (way === 'server') return encodeJpeg
  networks ??= openNetworks(threads)
  networks.catch(() => (networks = undefined))
  const opened = await networks
  const model = modelId(opened.embedding.card)
  return async (bitmap) => {
    const image = pixelsOf(bitmap)
    const { faces } = await analyzeImage(image, opened, {
      detail: 'fast',
      keep: false,
      maxFaces: maxFaces,
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

async function encodeJpeg(bitmap: ImageBitmap): Promise<PreparedFrame> {
  if (canvas?.width !== bitmap.width || canvas.height !== bitmap.height) {
    canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
  }
  canvas.getContext('2d')!.drawImage(bitmap, 0, 0)
  return { message: await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 }) }
}

function base64({ buffer, byteOffset, byteLength }: Float32Array): string {
  return btoa(String.fromCharCode(...new Uint8Array(buffer, byteOffset, byteLength)))
}
