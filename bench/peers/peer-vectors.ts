import { existsSync } from 'node:fs'
import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { facesFolder } from '../face-sets.js'

/** A photo and a peer's description of its face; null where it finds none. */
interface PeerFace {
  readonly photo: string
  readonly central: readonly number[] | null
}

/** Describes the face of a photo; null where there is none. */
export type Describe = (path: string) => Promise<readonly number[] | null>

/**
 * A peer's descriptions of photos, kept in `.cache/faces`, so that a second run takes none of the time.
 *
 * @param set - Name of the face set.
 * @param photos - Paths below its folder.
 * @returns By photo; null where the peer finds no face.
 */
export async function peerVectors(
  peer: string,
  set: string,
  photos: readonly string[],
  describe: Describe,
): Promise<Map<string, Float32Array | null>> {
  const cache = `.cache/faces/${peer}-${set}.jsonl`
  await mkdir('.cache/faces', { recursive: true })
  const lines = existsSync(cache) ? (await readFile(cache, 'utf8')).trim().split('\n') : []
  const known = new Map(
    lines.map((line) => JSON.parse(line) as PeerFace).map(({ photo, central }) => [photo, central]),
  )
  const found = new Map<string, Float32Array | null>()
  for (const [i, photo] of photos.entries()) {
    let central = known.get(photo)
    if (central === undefined) {
      central = await describe(join(facesFolder, set, photo))
      await appendFile(cache, `${JSON.stringify({ photo, central })}\n`)
    }
    found.set(photo, central && Float32Array.from(central))
    if ((i + 1) % 1000 === 0) console.error(`${peer}, ${set}: ${i + 1} of ${photos.length} photos`)
  }
  return found
}
