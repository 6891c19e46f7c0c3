import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url'
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url'
import type { Network, Networks } from '../../../src/faces/analyze.js'
import type {
  DetectionCard,
  EmbeddingCard,
  LandmarksCard,
  ModelCard,
} from '../../../src/models/card.js'
import { configureRuntime, openSession } from '../../../src/models/runtime.web.js'
import { addressOf } from '../root.js'

interface Cards {
  readonly detection: DetectionCard
  readonly landmarks: LandmarksCard
  readonly embedding: EmbeddingCard
}

/** Fetches the networks that the server uses (the browser caches them) and opens them in this browser. */
export async function openNetworks(threads: number): Promise<Networks> {
  configureRuntime({ wasm, mjs, threads })
  const cards = (await (await fetched('/v1/networks')).json()) as Cards
  const [detection, landmarks, embedding] = await Promise.all([
    open(cards.detection),
    open(cards.landmarks),
    open(cards.embedding),
  ])
  return { detection, landmarks, embedding }
}

async function open<Card extends ModelCard>(card: Card): Promise<Network<Card>> {
  const answer = await fetched(`/v1/networks/${card.sha256}`)
  const { width, height, channels } = card.input
  const shape = [1, channels === 'gray' ? 1 : 3, height, width]
  return { card, session: await openSession(new Uint8Array(await answer.arrayBuffer()), shape) }
}

async function fetched(path: string): Promise<Response> {
  const answer = await fetch(addressOf(path))
  if (answer.ok) return answer
  const { detail } = (await answer.json().catch(() => ({}))) as { detail?: string }
  throw new Error(detail ?? `The server returned an error (${answer.status}).`)
}
