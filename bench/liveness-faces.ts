/** What the parts of bench:liveness share: NUAA, the networks, and the scores of faces. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { shareText } from '../dist/evaluation/attacks/attack-page.js'
import { type Assessed, shareOfPeople } from '../dist/evaluation/attacks/attack-rates.js'
import { presentationsIn } from '../dist/evaluation/attacks/presentations.js'
import type { Box } from '../dist/geometry/box.js'
import { Pyramid } from '../dist/image/pyramid.js'
import type { RgbImage } from '../dist/image/rgb-image.js'
import { TurnedPicture } from '../dist/image/turned-picture.js'
import { openAgnize } from '../dist/index.js'
import { assessLiveness, type LivenessNetwork } from '../dist/liveness/assess-liveness.js'
import { decideLiveness } from '../dist/liveness/decide-liveness.js'
import { livenessCard } from '../dist/models/builtin.js'
import type { LivenessCard } from '../dist/models/card.js'
import { presets } from '../dist/models/presets.js'
import { openSession } from '../dist/models/runtime.node.js'
import { facesFolder } from './face-sets.js'

export const agnize = await openAgnize({ store: ':memory:', threads: 1 })
await agnize.models.livenessNetworks()
const minifasFile = resolve(facesFolder, '../models/minifas_9820.onnx')

/** The image of a file. */
export async function imageOf(photo: string | Buffer): Promise<RgbImage> {
  const { data, info } = await sharp(photo)
    .rotate()
    .toColorspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data: new Uint8Array(data) }
}

async function network(card: LivenessCard, bytes: Uint8Array): Promise<LivenessNetwork> {
  return { card, session: await openSession(bytes, [1, 3, 128, 128]) }
}

export const frLiveness = await network(livenessCard, await agnize.models.read(livenessCard))
export const minifas = existsSync(minifasFile)
  ? await network(
      {
        ...presets['liveness-minifas'],
        ...{ name: 'minifas', task: 'liveness', sha256: '', bytes: 0, use: '', license: '' },
        source: { from: minifasFile },
      },
      await readFile(minifasFile),
    )
  : null

/** A face as it is assessed. */
export interface Seen {
  readonly person: string
  readonly image: RgbImage
  readonly box: Box
  readonly quality: { readonly sharpness: number; readonly exposure: number }
}

/** The largest face of a picture; null without one. */
export async function seen(
  person: string,
  picture: string | Buffer | RgbImage,
): Promise<Seen | null> {
  const image = typeof picture === 'object' && 'data' in picture ? picture : await imageOf(picture)
  const [face] = await agnize.analyze(image).catch(() => [])
  return face ? { person, image, box: face.box, quality: face.quality } : null
}

export async function scoresOf(
  faces: readonly Seen[],
  networks: readonly LivenessNetwork[],
): Promise<Assessed[]> {
  const assessed: Assessed[] = []
  for (const { person, image, box, quality } of faces) {
    const picture = new TurnedPicture(new Pyramid(image), 0)
    assessed.push({ person, score: (await assessLiveness(picture, box, quality, networks)).score })
  }
  return assessed
}

export const combinations: readonly [string, readonly LivenessNetwork[]][] = [
  ['fr_liveness', [frLiveness]],
  ...(minifas
    ? ([
        ['minifas', [minifas]],
        ['both', [frLiveness, minifas]],
      ] as [string, LivenessNetwork[]][])
    : []),
]

const folder = join(facesFolder, 'pad/print-nuaa')
if (!existsSync(folder)) {
  console.error(`${folder} is not there: set AGNIZE_TEST_FACES to a folder with the face sets.`)
  process.exit(2)
}

export const presentations = await presentationsIn(folder)
const people = [...new Set(presentations.map(({ person }) => person))].sort()
/** Every other person: what is chosen is chosen on these. */
export const tuning = new Set(people.filter((_, i) => i % 2 === 0))
/** Share of the presentations that were not judged, in words. */
export const unjudged = (all: readonly Assessed[]): string =>
  shareText(shareOfPeople(all, ({ score }) => score === null))

/** The threshold of networks together. */
export const thresholdOf = (networks: readonly LivenessNetwork[]): number =>
  decideLiveness(
    networks.map(({ card }) => card),
    networks.map(() => 0),
  ).threshold
