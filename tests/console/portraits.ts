import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll } from 'vitest'
import { cosine, openAgnize } from '../../dist/index.js'
import { sample, testHome } from '../fixtures.js'

/** People of the stock photos: Anna on two days, and two others. */
export interface Portraits {
  readonly anna: string
  readonly annaAgain: string
  readonly bo: string
  readonly cid: string
}

/** Square crops around faces of the stock photos, as a webcam shows them; deleted after the file's tests. */
export async function portraits(): Promise<Portraits> {
  const folder = await mkdtemp(join(tmpdir(), 'agnize-test-portraits-'))
  afterAll(() => rm(folder, { recursive: true, force: true }))
  await using agnize = await openAgnize({ home: testHome(), threads: 2 })

  /** @param rank - Rank of the face by size, the largest first. */
  async function cut(name: string, photo: string, rank: number): Promise<string> {
    const faces = await agnize.analyze(photo)
    const { x, y, width, height } = faces[rank]!.box
    const { width: right = 0, height: bottom = 0 } = await sharp(photo).metadata()
    const side = Math.min(1.9 * Math.max(width, height), right, bottom)
    const left = Math.min(Math.max(0, x + width / 2 - side / 2), right - side)
    const top = Math.min(Math.max(0, y + height / 2 - side / 2), bottom - side)
    const path = join(folder, `${name}.jpg`)
    await sharp(photo)
      .extract({
        left: Math.floor(left),
        top: Math.floor(top),
        width: Math.floor(side),
        height: Math.floor(side),
      })
      .resize(480)
      .jpeg({ quality: 95 })
      .toFile(path)
    return path
  }

  // The same woman is in both photos.
  const [her] = await agnize.analyze(sample(1))
  const group = await agnize.analyze(sample(3))
  const likeness = group.map((face) => cosine(face.embedding, her!.embedding))
  const rank = likeness.indexOf(Math.max(...likeness))
  return {
    anna: await cut('anna', sample(1), 0),
    annaAgain: await cut('anna-again', sample(3), rank),
    bo: await cut('bo', sample(6), 0),
    cid: await cut('cid', sample(5), 0),
  }
}
