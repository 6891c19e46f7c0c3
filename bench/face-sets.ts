import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { peopleIn } from '../dist/index.js'

/** Folder of the face sets: `AGNIZE_TEST_FACES`, or `../shared/faces` by default. */
export const facesFolder = resolve(process.env.AGNIZE_TEST_FACES ?? '../shared/faces')

/** The folder of a set. Exits with a message if it is missing. */
export function setFolder(set: 'lfw' | 'orl'): string {
  const folder = join(facesFolder, set)
  if (!existsSync(folder)) {
    console.error(`${folder} is not there: set AGNIZE_TEST_FACES to a folder with the face sets.`)
    process.exit(2)
  }
  return folder
}

/** The photos of a set, each with its person's name. */
export async function photosOf(set: 'lfw' | 'orl'): Promise<{ name: string; photo: string }[]> {
  return peopleIn(setFolder(set))
}

/** The median. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Balanced accuracy over all pairs at the best threshold; pairs with a missing face count as rejected. */
export function balancedAccuracy(
  items: readonly { name: string; vector: Float32Array | null }[],
  similarity: (a: Float32Array, b: Float32Array) => number,
): { accuracy: number; from: number; to: number } {
  const genuine: number[] = []
  const impostor: number[] = []
  items.forEach((a, i) => {
    for (const b of items.slice(0, i)) {
      const value = a.vector && b.vector ? similarity(a.vector, b.vector) : -Infinity
      if (a.name === b.name) genuine.push(value)
      else impostor.push(value)
    }
  })
  const at = (threshold: number) =>
    (genuine.filter((value) => value >= threshold).length / genuine.length +
      impostor.filter((value) => value < threshold).length / impostor.length) /
    2
  const candidates = [...genuine, ...impostor].filter(Number.isFinite).sort((a, b) => a - b)
  const accuracies = candidates.map(at)
  const accuracy = Math.max(...accuracies)
  const first = accuracies.indexOf(accuracy)
  return {
    accuracy,
    from: candidates[first - 1] ?? -1,
    to: candidates[accuracies.lastIndexOf(accuracy)]!,
  }
}
