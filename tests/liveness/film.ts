import sharp from 'sharp'
import WebSocket from 'ws'
import { atRest, type Body, Film, type Posture } from '../../bench/challenge-films.js'
import { openPointFinder } from '../../bench/face-points.js'
import type { Point } from '../../dist/geometry/similarity-transform.js'
import { decodeImage } from '../../dist/image/codec.node.js'
import { type Agnize, openAgnize } from '../../dist/index.js'
import { sample, testHome } from '../fixtures.js'

/** What a simulated person does at each instruction. */
export const followed: Readonly<Record<string, Partial<Posture>>> = {
  'turn-left': { yaw: 33 },
  'turn-right': { yaw: -33 },
  'look-up': { pitch: 24 },
  'come-closer': { size: 1.45 },
}

/** Makes a film from a photo with one face, which is the nearest to its middle. */
export async function filmOf(photo: Uint8Array, body: Body): Promise<Film> {
  await using agnize: Agnize = await openAgnize({ home: testHome(), offline: true })
  const finder = await openPointFinder(agnize.models)
  const decoded = await decodeImage(photo)
  const face = await finder.find(decoded)
  if (!face) throw new Error('no face')
  return new Film(decoded, face, body)
}

/** The 68 points of the face in a film that is turned to these angles. */
export async function pointsOf(film: Film, yaws: readonly number[]): Promise<(readonly Point[])[]> {
  await using agnize: Agnize = await openAgnize({ home: testHome(), offline: true })
  const finder = await openPointFinder(agnize.models)
  const found = await Promise.all(yaws.map((yaw) => finder.find(film.frame({ ...atRest, yaw }))))
  return found.map((face) => face!.points)
}

/** A frame of a film as a JPEG. */
export async function jpegOf(film: Film, posture: Partial<Posture> = {}): Promise<Buffer> {
  const { data, width, height } = film.frame({ ...atRest, ...posture })
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 92 })
    .toBuffer()
}

/** An answer of the live socket to a frame of a challenge. */
export interface Answer {
  readonly type?: string
  readonly code?: string
  readonly state?: string
  readonly instruction: string
  readonly done?: number
  readonly reason?: string | null
  readonly advice?: string
  readonly result: string
}

/** A connection that follows a challenge. */
export interface Following {
  /** Sends a frame. @returns The answer. */
  readonly send: (message: object | Buffer) => Promise<Answer>
  readonly socket: WebSocket
}

/** Opens the live socket for a challenge. */
export async function connect(
  { url, key }: { readonly url: string; readonly key: string },
  gallery: string,
  challenge: string,
): Promise<Following> {
  const address = `${url.replace('http', 'ws')}/v1/galleries/${gallery}/live?challenge=${challenge}`
  const socket = new WebSocket(address, { headers: key ? { authorization: `Bearer ${key}` } : {} })
  await new Promise((done, fail) => {
    socket.once('open', done)
    socket.once('error', fail)
  })
  const send = (message: object | Buffer) =>
    new Promise<Answer>((done, fail) => {
      const closed = () => fail(new Error('the connection closed'))
      socket.once('close', closed)
      socket.once('message', (data) => {
        socket.off('close', closed)
        done(JSON.parse(String(data)))
      })
      socket.send(Buffer.isBuffer(message) ? message : JSON.stringify(message))
    })
  return { send, socket }
}

/**
 * Sends a film that follows the instructions until the challenge ends, however many frames a fast machine judges in a step's time.
 *
 * @param frames - The most to send.
 * @param begun - The last answer of an earlier part of the film.
 * @returns The last answer.
 */
export async function follow(
  { send }: Following,
  nonce: string,
  filmAt: (instruction: string, frame: number) => Film,
  frames = Number.POSITIVE_INFINITY,
  begun?: Answer,
): Promise<Answer> {
  const drawn = new Map<string, string>()
  let answer: Answer = begun ?? { instruction: 'show-face', result: '' }
  const start = begun ? 1000 : 0
  for (let time = start + 1; time <= start + frames; time++) {
    const { instruction } = answer
    const film = filmAt(instruction, time)
    const posture =
      instruction === 'blink' ? { closed: time % 6 < 3 ? 1 : 0 } : followed[instruction]
    const id = `${JSON.stringify(posture)}`
    const frame = drawn.get(id) ?? (await jpegOf(film, posture)).toString('base64')
    answer = await send({ nonce, time, frame })
    if (answer.type === 'error' || answer.state === 'passed' || answer.state === 'failed') break
  }
  return answer
}

/** Photos of two people who look into the camera, cut out of stock photos. */
export const facing = {
  bo: () =>
    sharp(sample(5)).extract({ left: 241, top: 806, width: 440, height: 440 }).jpeg().toBuffer(),
  cleo: () =>
    sharp(sample(6)).extract({ left: 1057, top: 225, width: 420, height: 440 }).jpeg().toBuffer(),
}
