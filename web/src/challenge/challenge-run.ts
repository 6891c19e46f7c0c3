import type {
  ChallengeFailure,
  ChallengeInstruction,
} from '../../../src/liveness/challenge/outcome.js'
import { api, unwrap } from '../api.js'
import { addressOf } from '../root.js'

/** What the server says about a frame of a challenge. */
interface Answer {
  readonly type: 'challenge' | 'error'
  readonly code?: string
  readonly detail?: string
  readonly state?: 'waiting' | 'running' | 'passed' | 'failed'
  readonly instruction?: ChallengeInstruction | null
  readonly done?: number
  readonly steps?: number
  readonly progress?: number
  readonly reason?: ChallengeFailure | null
  readonly result?: string
}

/** How far a challenge is. */
export interface ChallengeShown {
  readonly instruction: ChallengeInstruction
  readonly done: number
  readonly steps: number
  /** 0…1. */
  readonly progress: number
}

/** How a challenge ended. */
export type ChallengeEnd =
  | { readonly passed: true; readonly result: string }
  | {
      readonly passed: false
      /** `disconnected` where the connection broke, or the server could not go on. */
      readonly reason: ChallengeFailure | 'disconnected'
      /** Id of the challenge; undefined where none was created. */
      readonly id?: string
    }

/** Least time between two frames, in milliseconds. Judgment: the server asks for five to fifteen a second. */
const intervalMs = 80
/** A frame without an answer was dropped: the next is sent after this many milliseconds. Judgment: the server ends after 2 s. */
const patienceMs = 800
/** Least quality of JPEG at which a picture is not taken for one of a picture. Judgment. */
const jpegQuality = 0.92

/**
 * Follows one challenge: creates it, sends the frames of a video as pictures, one at a time, and reports what the server says.
 *
 * @param onShown - What the person is to do now.
 * @param signal - Ends it early.
 * @returns How it ended; null where the signal ended it.
 */
export async function runChallenge(
  video: HTMLVideoElement,
  gallery: string,
  onShown: (shown: ChallengeShown) => void,
  signal: AbortSignal,
): Promise<ChallengeEnd | null> {
  const { id, nonce } = await unwrap(
    api.POST('/v1/galleries/{gallery}/liveness', {
      params: { path: { gallery } },
      body: {},
      signal,
    }),
  )
  const url = new URL(addressOf(`/v1/galleries/${encodeURIComponent(gallery)}/live`))
  url.protocol = location.protocol.replace('http', 'ws')
  url.search = new URLSearchParams({ challenge: id }).toString()
  const socket = new WebSocket(url)
  const closed = new Promise<null>((done) => {
    socket.onclose = () => done(null)
    signal.addEventListener('abort', () => done(null))
  })
  try {
    await Promise.race([closed, new Promise((done) => (socket.onopen = done))])
    while (socket.readyState === WebSocket.OPEN && !signal.aborted) {
      const began = performance.now()
      const frame = await encode(video)
      // Taken before the first await: an answer is not missed.
      const answered = nextAnswer(socket)
      socket.send(JSON.stringify({ nonce, time: performance.now(), frame }))
      const answer = await Promise.race([closed, answered, pause(patienceMs)])
      const { state, instruction, done = 0, steps = 1, progress = 0, reason, result } = answer ?? {}
      if (state === 'passed' && result) return { passed: true, result }
      if (state === 'failed') return { passed: false, reason: reason ?? 'disconnected', id }
      if (answer?.type === 'error' && answer.code !== 'overloaded') break
      if (instruction) onShown({ instruction, done, steps, progress })
      await pause(Math.max(0, intervalMs - (performance.now() - began)))
    }
    return signal.aborted ? null : { passed: false, reason: 'disconnected', id }
  } finally {
    socket.close()
  }
}

const pause = (ms: number) =>
  new Promise<undefined>((done) => setTimeout(() => done(undefined), ms))

const nextAnswer = (socket: WebSocket) =>
  new Promise<Answer>((done) => {
    socket.onmessage = ({ data }) => done(JSON.parse(data as string) as Answer)
  })

/** The picture of a video as a JPEG in base64. */
async function encode(video: HTMLVideoElement): Promise<string> {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight)
  canvas.getContext('2d')!.drawImage(video, 0, 0)
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: jpegQuality })
  const bytes = new Uint8Array(await blob.arrayBuffer())
  let text = ''
  for (let i = 0; i < bytes.length; i += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  }
  return btoa(text)
}
