import { existsSync } from 'node:fs'
import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { facesFolder } from '../face-sets.js'
import { installFaceRecognition, openFaceRecognition } from './face-recognition.js'

/** A photo and face_recognition's encoding of its central face; null where it finds none. */
export interface PeerFace {
  readonly photo: string
  readonly central: readonly number[] | null
}

/** Encodings of a set's photos, kept in `.cache/faces`, so that a second run takes none of the time. */
export async function faceRecognitionVectors(
  set: string,
  photos: readonly string[],
): Promise<(readonly number[] | null)[]> {
  installFaceRecognition()
  const cache = `.cache/faces/face_recognition-${set}.jsonl`
  await mkdir(dirname(cache), { recursive: true })
  const lines = existsSync(cache) ? (await readFile(cache, 'utf8')).trim().split('\n') : []
  const known = new Map(
    lines.map((line) => JSON.parse(line) as PeerFace).map(({ photo, central }) => [photo, central]),
  )
  const dlib = openFaceRecognition()
  const found: (readonly number[] | null)[] = []
  for (const path of photos) {
    const photo = relative(facesFolder, path)
    let central = known.get(photo)
    if (central === undefined) {
      central = (await dlib.describe(path)).central
      await appendFile(cache, `${JSON.stringify({ photo, central })}\n`)
    }
    found.push(central)
  }
  dlib.close()
  return found
}
