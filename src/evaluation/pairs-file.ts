import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { counted } from '../base/counted.js'
import { AgnizeError } from '../base/errors.js'
import type { ListedPhoto } from './evaluation-set.js'

/** Two photos to compare, by their indices in the list. */
export interface ListedPair {
  readonly a: number
  readonly b: number
  readonly same: boolean
  readonly fold: number | null
}

/** Pairs of photos to compare. */
export interface PairList {
  readonly photos: readonly ListedPhoto[]
  readonly pairs: readonly ListedPair[]
  readonly warnings: readonly string[]
}

interface NamedPair {
  readonly a: string
  readonly b: string
  readonly same: boolean
  readonly fold: number | null
  readonly people: readonly [string, string] | null
}

/**
 * Reads a list of photo pairs: CSV with the columns `a`, `b`, `same` (1, 0, true, false, yes, no) and optionally `fold`, or the
 * `pairs.txt` of Labeled Faces in the Wild.
 *
 * @param root - Folder that paths are relative to; default that of the file. For LFW it contains one folder per person.
 * @throws AgnizeError `photo-not-found` for a missing file, `bad-argument` for an unknown format.
 */
export async function readPairs(path: string, root = dirname(path)): Promise<PairList> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new AgnizeError('photo-not-found', `There is no file ${path}: check the path.`, { cause })
  })
  const named = /^\s*\d+(\s+\d+)?\s*$/.test(text.split('\n', 1)[0]!)
    ? lfwPairs(text, path)
    : await csvPairs(text, path)
  const warnings: string[] = []
  const itself = named.filter(({ a, b }) => a === b)
  if (itself.length > 0) {
    warnings.push(
      `${counted(itself.length, 'pair compares', 'pairs compare')} a photo with itself (${itself[0]!.a}) and ${itself.length === 1 ? 'is' : 'are'} left out.`,
    )
  }
  const pairs = named.filter(({ a, b }) => a !== b)
  warnings.push(...foldWarnings(pairs))
  const photos = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))]
  const place = new Map(photos.map((photo, i) => [photo, i]))
  const person = peopleOfPairs(pairs, place)
  const contradicted = pairs.filter(
    ({ a, b, same }) => !same && person(place.get(a)!) === person(place.get(b)!),
  )
  if (contradicted.length > 0) {
    const { a, b } = contradicted[0]!
    warnings.push(
      `${counted(contradicted.length, 'pair says', 'pairs say')} different people where other pairs say the same person (${a} and ${b}): check the list.`,
    )
  }
  return {
    photos: photos.map((photo, i) => ({
      photo: isAbsolute(photo) ? photo : join(root, photo),
      person: person(i),
      role: null,
      attributes: {},
    })),
    pairs: pairs.map(({ a, b, same, fold }) => ({
      a: place.get(a)!,
      b: place.get(b)!,
      same,
      fold,
    })),
    warnings,
  }
}

async function csvPairs(text: string, path: string): Promise<NamedPair[]> {
  const { parse } = await import('csv-parse/sync')
  let rows: Record<string, string>[]
  try {
    rows = parse(text, {
      columns: (names: string[]) => names.map((name) => name.trim().toLowerCase()),
      skip_empty_lines: true,
      trim: true,
      bom: true,
    })
  } catch (cause) {
    throw badPairs(path, (cause as Error).message, cause)
  }
  return rows.map(({ a, b, same, fold }, i) => {
    const truth = truths.get((same ?? '').toLowerCase())
    if (!a || !b || truth === undefined) throw badPairs(path, `line ${i + 2}`)
    const part = fold ? Number(fold) : null
    if (part !== null && !Number.isInteger(part)) throw badPairs(path, `the fold of line ${i + 2}`)
    return { a, b, same: truth, fold: part, people: null }
  })
}

const truths = new Map([
  ['1', true],
  ['true', true],
  ['yes', true],
  ['0', false],
  ['false', false],
  ['no', false],
])

function badPairs(path: string, what: string, cause?: unknown): AgnizeError {
  return new AgnizeError(
    'bad-argument',
    `${path} is not a list of pairs (${what}): give CSV with the columns a, b, same and optionally fold, or LFW's pairs.txt.`,
    { cause },
  )
}

/** Parses LFW's format: a header, then fold by fold lines of a person and two numbers, and of two people with one number each. */
function lfwPairs(text: string, path: string): NamedPair[] {
  const lines = text.split('\n').map((line) => line.trim())
  // The format numbers its folds by their order, from 1.
  let fold = 1
  let different = false
  const pairs: NamedPair[] = []
  for (const [i, line] of lines.entries()) {
    if (i === 0 || line === '') continue
    const fields = line.split(/\s+/)
    const [one, n, other, m] = fields
    if (fields.length === 3 && /^\d+$/.test(n!) && /^\d+$/.test(other!)) {
      if (different) fold++
      different = false
      const same = { same: true, fold, people: [one!, one!] as const }
      pairs.push({ a: lfwPhoto(one!, n!), b: lfwPhoto(one!, other!), ...same })
    } else if (fields.length === 4 && /^\d+$/.test(n!) && /^\d+$/.test(m!)) {
      different = true
      const two = { same: false, fold, people: [one!, other!] as const }
      pairs.push({ a: lfwPhoto(one!, n!), b: lfwPhoto(other!, m!), ...two })
    } else {
      throw badPairs(path, `line ${i + 1}`)
    }
  }
  // A single set without folds, as in pairsDevTrain.txt.
  return fold === 1 ? pairs.map((pair) => ({ ...pair, fold: null })) : pairs
}

function lfwPhoto(person: string, number: string): string {
  return join(person, `${person}_${number.padStart(4, '0')}.jpg`)
}

function foldWarnings(pairs: readonly NamedPair[]): string[] {
  const sizes = new Map<number, number>()
  for (const { fold } of pairs) if (fold !== null) sizes.set(fold, (sizes.get(fold) ?? 0) + 1)
  const different = new Set(sizes.values())
  if (different.size < 2) return []
  const list = [...sizes].map(([fold, size]) => `${fold}: ${size}`).join(', ')
  return [`The folds differ in size (${list}); each fold has the same weight in the mean.`]
}

/** Person of each photo: as listed, or inferred from the genuine pairs that connect photos. */
function peopleOfPairs(
  pairs: readonly NamedPair[],
  place: ReadonlyMap<string, number>,
): (photo: number) => string {
  const names = new Map<number, string>()
  const root = Int32Array.from({ length: place.size }, (_, i) => i)
  const find = (i: number): number => {
    let at = i
    while (root[at] !== at) {
      root[at] = root[root[at]!]!
      at = root[at]!
    }
    return at
  }
  for (const { a, b, same, people } of pairs) {
    if (people) {
      names.set(place.get(a)!, people[0])
      names.set(place.get(b)!, people[1])
    } else if (same) root[find(place.get(a)!)] = find(place.get(b)!)
  }
  const photos = [...place.keys()]
  return (photo) => names.get(photo) ?? photos[find(photo)]!
}
