import { readdir, readFile } from 'node:fs/promises'
import { basename, isAbsolute, join, resolve } from 'node:path'
import { checkChoice } from '../base/checked-choice.js'
import { counted } from '../base/counted.js'
import { AgnizeError } from '../base/errors.js'
import type { AnalyzeOptions } from '../faces/analyze.js'
import { cosineMeasure } from '../faces/similarity-measure.js'
import { peopleIn, type SkippedFile, skippedInWords } from '../gallery/people-folder.js'
import type { Agnize } from '../library/agnize.js'
import { modelId } from '../models/card.js'
import { embedPhotos, type FaceChoice, faceChoices } from './embed-photos.js'
import { readEmbeddingSet } from './embedding-set.js'
import {
  comparable,
  countFailedPairs,
  type EvaluationSet,
  type ListedPhoto,
  listed,
  type Role,
  type Sample,
  type SamplePair,
} from './evaluation-set.js'
import { type ListedPair, readPairs } from './pairs-file.js'

/**
 * Data to evaluate.
 *
 * - `folder`: a sub-folder for each person; all pairs of photos are compared. With `groups` a sub-folder for each group of people,
 *   which contains one for each person, or photos that each show another person; rates are reported for each group.
 * - `pairs`: a file of pairs, CSV or LFW's `pairs.txt`; `root` is the folder that its paths are relative to.
 * - `gallery` and `probes`: two such folders; those of `probes` who are not in `gallery` are strangers.
 * - `embeddings`: a file of embeddings, made by an earlier run or by another program; no photo is read.
 */
export type EvaluationData =
  | {
      /** Folder with a sub-folder for each person, or for each group. */
      readonly folder: string
      /** Whether the sub-folders are groups of people; default false. */
      readonly groups?: boolean
    }
  | {
      /** List of pairs: CSV with the columns a, b, same, or the pairs.txt of LFW. */
      readonly pairs: string
      /** Folder that the paths in it are relative to; default the folder of the list. */
      readonly root?: string
    }
  | {
      /** Folder of the people who are enrolled. */
      readonly gallery: string
      /** Folder of the probes; people who are not enrolled are strangers. */
      readonly probes: string
    }
  | {
      /** File of embeddings, JSON Lines, such as one written by an earlier evaluation. */
      readonly embeddings: string
    }

/** Options of reading photos. */
export interface ReadOptions extends AnalyzeOptions {
  /** Which face of a photo is its person's; default `largest`. */
  readonly face?: FaceChoice
  /** CSV with the column `photo` and a column for each attribute. */
  readonly attributes?: string
  /** File that caches embeddings, so that interrupted work resumes. */
  readonly cache?: string
  /** Aborts the reading. */
  readonly signal?: AbortSignal
  /** Called with the number of processed photos. */
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Reads the data to evaluate: detects and embeds the faces of photos, or reads embeddings.
 *
 * @throws AgnizeError `photo-not-found`, `bad-argument`, `wrong-model`, as `Agnize.analyze`.
 */
export async function readSet(
  agnize: Agnize,
  data: EvaluationData,
  options: ReadOptions = {},
): Promise<EvaluationSet> {
  checkChoice('face', options.face, faceChoices)
  const model = modelId(await agnize.embeddingCard())
  if ('embeddings' in data) {
    return readEmbeddingSet(data.embeddings, async (other) =>
      other === model ? agnize.similarityMeasure() : cosineMeasure,
    )
  }
  const { name, photos, pairs, warnings } = await listPhotos(data)
  const known = options.attributes ? await readAttributes(options.attributes, photos) : null
  const { samples, failures, timings } = await embedPhotos(agnize, known?.photos ?? photos, options)
  const every = samples.flatMap((sample) => (sample ? [sample] : []))
  const set = { name, model, measure: await agnize.similarityMeasure(), failures, timings }
  const noted = [...warnings, ...(known?.warnings ?? [])]
  if (!pairs) {
    const { samples, warnings } = comparable(every)
    const failedPairs = countFailedPairs(samples, failures)
    return { ...set, samples, pairs: null, failedPairs, warnings: [...noted, ...warnings] }
  }
  const { places, order } = byPerson(samples)
  const compared = pairsOf(pairs, samples, places)
  return {
    ...set,
    samples: order,
    pairs: compared.pairs,
    failedPairs: compared.failed,
    warnings: [...noted, ...compared.warnings],
  }
}

async function listPhotos(data: Exclude<EvaluationData, { embeddings: string }>): Promise<{
  name: string
  photos: readonly ListedPhoto[]
  pairs: readonly ListedPair[] | null
  warnings: readonly string[]
}> {
  if ('pairs' in data) {
    const { photos, pairs, warnings } = await readPairs(data.pairs, data.root)
    if (pairs.length === 0) {
      throw new AgnizeError('bad-argument', `There are no pairs in ${data.pairs}.`)
    }
    return { name: basename(data.pairs), photos, pairs, warnings }
  }
  const skipped: SkippedFile[] = []
  const options = { onSkipped: (file: SkippedFile) => skipped.push(file) }
  const listFolder = async (folder: string, role: Role) =>
    (await peopleIn(folder, options)).map(({ name, photo }) => ({
      photo,
      person: name,
      role,
      attributes: {},
    }))
  if ('folder' in data) {
    const photos = data.groups
      ? await groupsIn(data.folder, options)
      : await listFolder(data.folder, null)
    return { name: basename(resolve(data.folder)), photos, pairs: null, warnings: warnings() }
  }
  const photos = [
    ...(await listFolder(data.gallery, 'gallery')),
    ...(await listFolder(data.probes, 'probe')),
  ]
  const name = `${basename(resolve(data.gallery))} and ${basename(resolve(data.probes))}`
  return { name, photos, pairs: null, warnings: warnings() }

  /** Without names, which stay with their owner. */
  function warnings(): string[] {
    return [skippedInWords(skipped, false)].filter((words) => words !== null)
  }
}

/** Photos of groups of people: a sub-folder for each group, with one for each person, or with a photo of each. */
async function groupsIn(
  folder: string,
  options: { readonly onSkipped: (file: SkippedFile) => void },
): Promise<ListedPhoto[]> {
  const photos: ListedPhoto[] = []
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause) => {
    throw new AgnizeError('photo-not-found', `There is no folder ${folder}: check the path.`, {
      cause,
    })
  })
  for (const group of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!group.isDirectory()) continue
    const inside = join(folder, group.name)
    // A group without photos has no people.
    const named = await peopleIn(inside, options).catch((error: unknown) => {
      if (error instanceof AgnizeError && error.code === 'photo-not-found') return []
      throw error
    })
    for (const { name, photo } of named) {
      photos.push({
        photo,
        person: `${group.name}/${name}`,
        role: null,
        attributes: { group: group.name },
      })
    }
  }
  if (photos.length > 0) return photos
  throw new AgnizeError(
    'too-few-photos',
    `There are no photos in ${folder}: with groups it contains a subfolder for each group, and that one for each person.`,
  )
}

async function readAttributes(
  path: string,
  photos: readonly ListedPhoto[],
): Promise<{ photos: ListedPhoto[]; warnings: string[] }> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new AgnizeError('photo-not-found', `There is no file ${path}: check the path.`, { cause })
  })
  const { parse } = await import('csv-parse/sync')
  let rows: Record<string, string>[]
  try {
    rows = parse(text, { columns: true, skip_empty_lines: true, trim: true, bom: true })
  } catch (cause) {
    throw badAttributes(path, (cause as Error).message, cause)
  }
  if (rows.length === 0 || rows[0]!.photo === undefined) {
    throw badAttributes(path, 'it has no column "photo"')
  }
  const known = new Map(rows.map((row) => [row.photo!, row]))
  const missing: string[] = []
  const told = photos.map((photo) => {
    const row = [...endings(photo.photo)].map((end) => known.get(end)).find(Boolean)
    if (!row) missing.push(photo.photo)
    const { photo: _, ...attributes } = row ?? {}
    return { ...photo, attributes: numbersWhereAll(attributes, rows) }
  })
  const warnings =
    missing.length > 0
      ? [
          `${path} has no line for ${counted(missing.length, 'photo', 'photos')}: ${listed(missing)}.`,
        ]
      : []
  return { photos: told, warnings }
}

/** The path, then the path without its first folders one by one: a list need not know where the photos are stored. */
function* endings(path: string): Generator<string> {
  yield path
  const parts = path.split(/[\\/]/)
  for (let i = isAbsolute(path) ? 1 : 0; i < parts.length; i++) yield join(...parts.slice(i))
}

/** A column of numbers only is a measure; any other is a category. */
function numbersWhereAll(
  attributes: Record<string, string>,
  rows: readonly Record<string, string>[],
): Record<string, number | string> {
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([, value]) => value !== '')
      .map(([column, value]) => {
        const measure = rows.every(
          (row) => row[column] === '' || Number.isFinite(Number(row[column])),
        )
        return [column, measure ? Number(value) : value]
      }),
  )
}

function badAttributes(path: string, why: string, cause?: unknown): AgnizeError {
  return new AgnizeError(
    'bad-argument',
    `${path} is not a table of photo attributes (${why}): give CSV with the column photo and columns of your own.`,
    { cause },
  )
}

/** Makes the samples of each person contiguous. @returns The samples, and the new index of each. */
function byPerson(samples: readonly (Sample | null)[]) {
  const groups = new Map<string, number[]>()
  samples.forEach((sample, i) => {
    if (!sample) return
    const own = groups.get(sample.person)
    if (own) own.push(i)
    else groups.set(sample.person, [i])
  })
  const from = [...groups.values()].flat()
  return {
    order: from.map((i) => samples[i]!),
    places: new Map(from.map((i, place) => [i, place])),
  }
}

/** Pairs of which both photos have a face. */
function pairsOf(
  list: readonly ListedPair[],
  samples: readonly (Sample | null)[],
  places: ReadonlyMap<number, number>,
) {
  const failed = { same: 0, different: 0 }
  const pairs: SamplePair[] = []
  let copies = 0
  for (const { a, b, same, fold } of list) {
    const [one, other] = [samples[a], samples[b]]
    if (!one || !other) failed[same ? 'same' : 'different']++
    else if (one.sha256 !== null && one.sha256 === other.sha256) copies++
    else pairs.push({ a: places.get(a)!, b: places.get(b)!, same, fold })
  }
  const warnings =
    copies > 0
      ? [
          `${counted(copies, 'pair compares', 'pairs compare')} copies of one photo and ${copies === 1 ? 'is' : 'are'} left out.`,
        ]
      : []
  return { pairs, failed, warnings }
}
