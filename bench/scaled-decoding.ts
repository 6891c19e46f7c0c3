/**
 * What decoding at a reduced size does to recognition, for docs/reference/benchmarks.md: `npm run bench:scaled -- PAIRS`. A seeded
 * sample of the pairs of LFW's folds 4 to 10, each photo as it is (250 × 250), and enlarged to 3,250 × 3,250 and compressed, then
 * decoded as a whole and as agnize decodes it; and shrunk until the aligned face is enlarged as much as agnize allows.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { Random } from '../dist/base/random.js'
import { alignedEnlargement, alignment } from '../dist/faces/align.js'
import { scaleOf } from '../dist/geometry/similarity-transform.js'
import { decodeImage } from '../dist/image/codec.node.js'
import { cosine, type Face, openAgnize, type PhotoSource, thresholdFor } from '../dist/index.js'
import { embeddingCard } from '../dist/models/builtin.js'
import { facesFolder } from './face-sets.js'

const count = Number(process.argv[2] ?? 200)
/** The least enlargement, in whole times, from which agnize decodes a third of the photo at first, with a margin. */
const enlargement = 13
const ways = ['as it is', 'enlarged, whole', 'enlarged, reduced', 'shrunk'] as const
type Way = (typeof ways)[number]

await using agnize = await openAgnize({ store: ':memory:', threads: 1 })
await agnize.models.pull()
const { value: threshold } = thresholdFor(embeddingCard, { fmr: 1e-3 })
const lines = readFileSync(join(facesFolder, 'protocols/lfw-folds-4-10.csv'), 'utf8')
const pairs = lines
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','))
const random = new Random(22)
const chosen = ['1', '0'].flatMap((same) =>
  random.sample(
    pairs.filter((pair) => pair[2] === same),
    Math.ceil(count / 2),
  ),
)

/** Of several faces the person's is nearest the middle; null where none was found. */
async function faceOf(photo: PhotoSource, side: number): Promise<Face | null> {
  const off = ({ box: { x, y, width, height } }: Face) =>
    Math.hypot(x + width / 2 - side / 2, y + height / 2 - side / 2)
  const faces = await agnize.analyze(photo)
  return faces.sort((a, b) => off(a) - off(b))[0] ?? null
}

const faces = new Map<string, Record<Way, Face | null>>()
const cosines: number[] = []
const shares: number[] = []
for (const path of new Set(chosen.flatMap(([a, b]) => [a!, b!]))) {
  const bytes = readFileSync(join(facesFolder, 'lfw-wild', path))
  const side = 250 * enlargement
  const large = await sharp(bytes).resize(side, side).jpeg({ quality: 90 }).toBuffer()
  const seen = {
    'as it is': await faceOf(bytes, 250),
    'enlarged, whole': await faceOf(await decodeImage(large), side),
    'enlarged, reduced': await faceOf(large, side),
    shrunk: null as Face | null,
  }
  faces.set(path, seen)
  const [whole, reduced] = [seen['enlarged, whole'], seen['enlarged, reduced']]
  if (whole && reduced) cosines.push(cosine(whole.embedding, reduced.embedding))
  if (seen['as it is']) {
    const { landmarks, box } = seen['as it is']
    const scale = scaleOf(alignment(landmarks, embeddingCard))
    shares.push(embeddingCard.input.width / scale / box.width)
    const width = Math.round((250 * scale) / alignedEnlargement)
    seen.shrunk = await faceOf(await sharp(bytes).resize(width, width).png().toBuffer(), width)
  }
}

const quantile = (values: readonly number[], q: number) =>
  [...values].sort((a, b) => a - b)[Math.floor(q * values.length)]!.toFixed(4)
console.log(
  `cosine of the same face from whole and reduced decoding, ${cosines.length} faces: least ${quantile(cosines, 0)}, 1 of 100 below ${quantile(cosines, 0.01)}, median ${quantile(cosines, 0.5)}`,
)
console.log(
  `width of the aligned face over that of its box: 1 of 20 below ${quantile(shares, 0.05)}, median ${quantile(shares, 0.5)}\n`,
)
console.log(`at the threshold of FMR 1e-3 (${threshold.toFixed(3)}):`)
for (const way of ways) {
  let [missed, matched, notFound] = [0, 0, 0]
  for (const [a, b, same] of chosen) {
    const [one, other] = [faces.get(a!)![way], faces.get(b!)![way]]
    if (!one || !other) notFound++
    const isMatch = one && other && cosine(one.embedding, other.embedding) >= threshold
    if (same === '1' && !isMatch) missed++
    if (same === '0' && isMatch) matched++
  }
  const half = chosen.length / 2
  console.log(
    `  ${way}: ${missed} of ${half} pairs of one person missed, ${matched} of ${half} pairs of two people matched; no face in ${notFound} pairs`,
  )
}
process.exit(0)
