import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isObject, parseChecked, schemaOf } from '../../base/checked-json.js'
import { releasePart, removeAbandonedParts, reservePart } from '../../base/write-file-atomically.js'
import { blockSize, Codes } from './codes.js'
import { Graph } from './hnsw-graph.js'
import type { Usearch } from './usearch.js'

/** What a saved index was built from. */
export interface IndexLabel {
  /** Id of the gallery. */
  readonly gallery: string
  readonly model: string
  readonly fusion: string
  /** Version of the gallery when the index was saved. */
  readonly version: number
}

interface Header extends IndexLabel {
  readonly format: 2
  readonly dimensions: number
  readonly entries: number
  /** SHA-256 of the file's content after the header. */
  readonly codes: string
  /** SHA-256 of the graph's file; null where there is none. */
  readonly graph: string | null
}

/** Size reserved for the header line. */
const headerBytes = 1024
const chunk = 8 * 2 ** 20

/** A loaded index. */
export interface SavedIndex {
  readonly version: number
  readonly codes: Codes
  readonly graph: Graph | undefined
}

/** Path of an index's graph, beside it. */
export const graphPath = (path: string) => `${path}.graph`

/** Saves an index atomically: a reader sees it or the previous one. It is readable by its owner only. */
export async function saveIndex(
  path: string,
  label: IndexLabel,
  codes: Codes,
  graph: Graph | undefined,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const part = reservePart(path)
  const graphPart = `${part}.graph`
  try {
    graph?.save(graphPart)
    const file = await open(part, 'wx', 0o600)
    try {
      const hash = createHash('sha256')
      await file.write(Buffer.alloc(headerBytes, ' '))
      for (const { keys, owners, codes: block } of codes.blocks()) {
        for (const array of [keys, owners, block]) {
          const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
          hash.update(bytes)
          await file.writev([bytes])
        }
      }
      const header: Header = {
        format: 2,
        ...label,
        dimensions: codes.dimensions,
        entries: codes.size,
        codes: hash.digest('hex'),
        graph: graph ? await hashOf(graphPart) : null,
      }
      await file.write(Buffer.from(`${JSON.stringify(header)}\n`), 0, undefined, 0)
      await file.sync()
    } finally {
      await file.close()
    }
    if (graph) await rename(graphPart, graphPath(path))
    else await rm(graphPath(path), { force: true })
    await rename(part, path)
  } catch (error) {
    await Promise.all([rm(part, { force: true }), rm(graphPart, { force: true })])
    throw error
  } finally {
    releasePart(part)
  }
}

/**
 * Reads a saved index.
 *
 * @returns The index; undefined where there is none of this gallery, model and fusion, or it is damaged.
 */
export async function loadIndex(
  path: string,
  label: Omit<IndexLabel, 'version'>,
  usearch: Usearch | undefined,
): Promise<SavedIndex | undefined> {
  const file = await open(path, 'r').catch(() => undefined)
  if (!file) return undefined
  try {
    const header = await readHeader(file)
    const same =
      header?.format === 2 &&
      header.gallery === label.gallery &&
      header.model === label.model &&
      header.fusion === label.fusion
    if (!same) return undefined
    const codes = await readCodes(file, header, usearch)
    if (!codes) return undefined
    const graph = usearch && header.graph ? await readGraph(path, header, usearch) : undefined
    return { version: header.version, codes, graph }
  } catch {
    // A cache that cannot be read is rebuilt.
    return undefined
  } finally {
    await file.close()
  }
}

const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0

const headerShape = schemaOf(
  (value): value is Header =>
    isObject(value) &&
    value.format === 2 &&
    [value.gallery, value.model, value.fusion, value.codes].every(
      (each) => typeof each === 'string',
    ) &&
    [value.version, value.dimensions, value.entries].every(isCount) &&
    (value.graph === null || typeof value.graph === 'string'),
)

async function readHeader(file: FileHandle): Promise<Header | undefined> {
  const bytes = Buffer.alloc(headerBytes)
  await file.read(bytes, 0, headerBytes, 0)
  return parseChecked(
    bytes.toString('utf8').split('\n')[0]!,
    headerShape,
    () => new Error('No header.'),
  )
}

async function readCodes(
  file: FileHandle,
  { dimensions, entries, codes: expected }: Header,
  usearch: Usearch | undefined,
): Promise<Codes | undefined> {
  const { size } = await file.stat()
  if (size !== headerBytes + entries * (16 + dimensions)) return undefined
  const codes = new Codes(dimensions, usearch)
  const hash = createHash('sha256')
  let position = headerBytes
  const read = async (bytes: Uint8Array) => {
    for (let done = 0; done < bytes.length; ) {
      const part = bytes.subarray(done, done + chunk)
      const { bytesRead } = await file.read(part, 0, part.length, position)
      if (bytesRead === 0) throw new Error('The file ends too early.')
      hash.update(part.subarray(0, bytesRead))
      done += bytesRead
      position += bytesRead
    }
  }
  for (let from = 0; from < entries; from += blockSize) {
    const count = Math.min(blockSize, entries - from)
    const keys = new Float64Array(count)
    const owners = new Float64Array(count)
    const block = new Int8Array(count * dimensions)
    for (const array of [keys, owners, block]) await read(new Uint8Array(array.buffer))
    codes.addBlock(keys, owners, block)
  }
  return hash.digest('hex') === expected ? codes : undefined
}

async function readGraph(
  path: string,
  { graph: expected, dimensions, entries }: Header,
  usearch: Usearch,
): Promise<Graph | undefined> {
  const found = await hashOf(graphPath(path)).catch(() => undefined)
  if (found !== expected) return undefined
  const graph = new Graph(usearch, dimensions)
  graph.load(graphPath(path))
  return graph.size === entries ? graph : undefined
}

async function hashOf(path: string): Promise<string> {
  const file = await open(path, 'r')
  try {
    const hash = createHash('sha256')
    const buffer = Buffer.alloc(chunk)
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, chunk)
      if (bytesRead === 0) return hash.digest('hex')
      hash.update(buffer.subarray(0, bytesRead))
    }
  } finally {
    await file.close()
  }
}

/** A save or build that started more than this many milliseconds ago counts as interrupted. Judgment. */
const abandonedAfterMs = 10 * 60 * 1000

/** Prefix of the folders in which graphs are built. */
export const buildingPrefix = 'building-'

/** Deletes files of interrupted saves and builds beside an index. */
export async function removeAbandonedBuilds(path: string): Promise<void> {
  const folder = dirname(path)
  await removeAbandonedParts(folder)
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    const isPart = name.startsWith(`${basename(path)}.`) && name.includes('.part')
    if (!isPart && !name.startsWith(buildingPrefix)) continue
    const left = join(folder, name)
    const since = await stat(left).catch(() => undefined)
    if (since && Date.now() - since.mtimeMs > abandonedAfterMs) {
      await rm(left, { recursive: true, force: true })
    }
  }
}

/** Deletes a saved index and its graph. */
export async function dropIndex(path: string): Promise<void> {
  await Promise.all([rm(path, { force: true }), rm(graphPath(path), { force: true })])
}
