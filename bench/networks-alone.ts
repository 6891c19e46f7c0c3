import sharp from 'sharp'
import { analyzeImage, type Network } from '../dist/faces/analyze.js'
import { openImage } from '../dist/image/codec.node.js'
import type { ModelStore } from '../dist/index.js'
import { detectionCard, embeddingCard, landmarksCard } from '../dist/models/builtin.js'
import type { ModelCard } from '../dist/models/card.js'
import { openSession } from '../dist/models/runtime.node.js'

/** What a photo takes at the least: its decoding as a whole, and the networks on the inputs that agnize gives them. */
export interface Floor {
  /** Milliseconds of processor time. */
  readonly decode: number
  readonly networks: number
  /** Number of runs of networks. */
  readonly runs: number
}

/** Opens the networks in this process. @returns A function that measures a photo. */
export async function openNetworksAlone(
  models: ModelStore,
): Promise<(photo: Buffer, rounds: number) => Promise<Floor>> {
  let inputs: (() => Promise<unknown>)[] = []
  const open = async <Card extends ModelCard>(card: Card): Promise<Network<Card>> => {
    const { width, height, channels } = card.input
    const shape = [1, channels === 'gray' ? 1 : 3, height, width]
    const session = await openSession(await models.read(card), shape)
    const run = (input: Float32Array) => {
      // A copy, since the pipeline may use its tensors again.
      const kept = Float32Array.from(input)
      inputs.push(() => session.run(kept))
      return session.run(input)
    }
    return { card, session: { ...session, run } }
  }
  const networks = {
    detection: await open(detectionCard),
    landmarks: await open(landmarksCard),
    embedding: await open(embeddingCard),
  }
  return async (photo, rounds) => {
    inputs = []
    await analyzeImage(await openImage(photo), networks, { keep: false, maxFaces: 200 })
    const decode = await timed(rounds, () => sharp(photo).raw().toBuffer())
    const alone = await timed(rounds, async () => {
      for (const run of inputs) await run()
    })
    return { decode, networks: alone, runs: inputs.length }
  }
}

async function timed(rounds: number, work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  for (let i = 0; i < rounds; i++) await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / rounds
}
