/** The way of one photo through every stage, with what each stage makes, for the pictures of the documentation. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { align } from '../dist/faces/align.js'
import { findLandmarks } from '../dist/faces/landmarks.js'
import { decodeImage } from '../dist/image/codec.node.js'
import { Pyramid } from '../dist/image/pyramid.js'
import { TurnedPicture } from '../dist/image/turned-picture.js'
import { type IdentifiedFace, openAgnize, type Point, type RgbImage } from '../dist/index.js'
import { openSession } from '../dist/models/runtime.node.js'

const photos = join(
  dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'demo',
)

/** One face at every stage. */
export type WalkedFace = IdentifiedFace & {
  /** The 68 points of the landmarks network. */
  readonly points: readonly Point[]
  /** The input of the embedding network. */
  readonly aligned: RgbImage
}

/** A photo at every stage. */
export interface Walk {
  readonly image: RgbImage
  readonly faces: readonly WalkedFace[]
}

/** Enrolls Anna from one stock photo, as the demo does, and identifies her in another; both at every stage. */
export async function walk(): Promise<{ readonly enrolled: Walk; readonly probe: Walk }> {
  await using agnize = await openAgnize({ home: '.cache/home', store: ':memory:' })
  const [first, second] = [join(photos, 'sample1.jpg'), join(photos, 'sample3.jpg')]
  const anna = [1560, 320] as const
  await agnize.enroll('Anna', first, { at: anna })
  const cards = await agnize.cards()
  const landmarks = {
    session: await openSession(await agnize.models.read(cards.landmarks), [1, 1, 64, 64]),
    card: cards.landmarks,
  }
  const stages = async (path: string): Promise<Walk> => {
    const image = await decodeImage(await readFile(path))
    const pyramid = new Pyramid(image)
    const faces: WalkedFace[] = []
    for (const face of await agnize.identify(path)) {
      faces.push({
        ...face,
        points: await findLandmarks(new TurnedPicture(pyramid, 0), face.box, landmarks),
        aligned: await align(pyramid, face.landmarks, cards.embedding),
      })
    }
    return { image, faces: faces.sort((a, b) => a.box.x - b.box.x) }
  }
  const enrolled = await stages(first)
  return {
    enrolled: { ...enrolled, faces: enrolled.faces.filter(({ box }) => within(box, anna)) },
    probe: await stages(second),
  }
}

const within = (
  box: { x: number; y: number; width: number; height: number },
  [x, y]: readonly [number, number],
) => x >= box.x && y >= box.y && x <= box.x + box.width && y <= box.y + box.height
