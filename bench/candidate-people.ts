import type { Random } from '../dist/base/random.js'
import type { Agnize } from '../dist/index.js'
import { drawnFaces } from './drawn-faces.js'
import { embeddedSet, firstOfEach } from './embedded-sets.js'
import { isAdult, utkFaces } from './groups.js'

/** Real people for a gallery, and photos to search with, of people inside and outside. */
export interface People {
  readonly enrolled: readonly Float32Array[]
  readonly probes: readonly Float32Array[]
  /** Makes people up whose faces are distributed as those of the real ones are. */
  madeUp(count: number, random: Random): Float32Array[]
}

const vectorOf = ({ vector }: { readonly vector: Float32Array }) => vector
const half = <T>(list: readonly T[], rest: number) => list.filter((_, i) => i % 2 === rest)

/** Adults, small children and both, of Labeled Faces in the Wild and UTKFace in AGNIZE_TEST_FACES. */
export async function candidatePeople(agnize: Agnize): Promise<Readonly<Record<string, People>>> {
  const lfw = (await embeddedSet(agnize, 'lfw-wild')).faces
  const first = firstOfEach(lfw)
  const isFirst = new Set(first)
  const utk = utkFaces(await embeddedSet(agnize, 'utk'))
  const adults = [...first, ...utk.filter(({ kind }) => isAdult(kind))].map(vectorOf)
  const children = utk.filter(({ kind }) => kind === 'children').map(vectorOf)
  const others = lfw.filter((face) => !isFirst.has(face)).map(vectorOf)
  const madeUp = (grownShare: number) => (count: number, random: Random) => {
    if (count <= 0) return []
    const grown = Math.round(count * grownShare)
    return [...drawnFaces(adults, grown, random), ...drawnFaces(children, count - grown, random)]
  }
  return {
    adults: {
      enrolled: half(adults, 0),
      probes: [...half(adults, 1), ...others],
      madeUp: madeUp(1),
    },
    children: { enrolled: half(children, 0), probes: half(children, 1), madeUp: madeUp(0) },
    both: {
      enrolled: [...half(adults, 0), ...half(children, 0)],
      probes: [...half(children, 1), ...others.slice(0, 2000)],
      madeUp: madeUp(adults.length / (adults.length + children.length)),
    },
  }
}
