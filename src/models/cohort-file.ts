import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AgnizeError } from '../base/errors.js'
import type { CohortCard } from './card.js'

/** Mean embeddings of groups of people, as a file of a cohort contains them. */
export interface GroupMeans {
  /** Row-major, each row a unit vector. */
  readonly vectors: Float32Array
  readonly dimensions: number
  readonly count: number
}

/** First line of a cohort file: JSON, followed by a line break. */
interface Header {
  readonly format: 'agnize-cohort'
  readonly version: 1
  readonly dimensions: number
  readonly groups: number
}

/** Largest value of a signed byte. */
const maxByte = 127

/**
 * Encodes group means in 8 bits: a line of JSON, then for each group its scale (float32, little-endian) and a signed byte for
 * each value. The rounding moves a cosine by about 3e-4.
 */
export function encodeCohort({ vectors, dimensions, count }: GroupMeans): Uint8Array {
  const header: Header = { format: 'agnize-cohort', version: 1, dimensions, groups: count }
  const line = Buffer.from(`${JSON.stringify(header)}\n`)
  const bytes = Buffer.alloc(line.length + count * (4 + dimensions))
  let at = line.copy(bytes)
  for (let row = 0; row < count; row++) {
    const values = vectors.subarray(row * dimensions, (row + 1) * dimensions)
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / maxByte
    at = bytes.writeFloatLE(scale, at)
    for (const value of values) at = bytes.writeInt8(Math.round(value / scale), at)
  }
  return bytes
}

/** Decodes group means. @throws AgnizeError `model-corrupt`. */
export function decodeCohort(bytes: Uint8Array): GroupMeans {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const end = buffer.indexOf('\n')
  const { format, version, dimensions, groups } = headerOf(buffer.subarray(0, Math.max(0, end)))
  const isKnown = format === 'agnize-cohort' && version === 1 && dimensions! > 0 && groups! > 0
  if (!isKnown || buffer.length !== end + 1 + groups! * (4 + dimensions!)) {
    throw new AgnizeError('model-corrupt', 'The file of the cohort is damaged: make it again.')
  }
  const vectors = new Float32Array(groups! * dimensions!)
  let at = end + 1
  for (let row = 0; row < groups!; row++) {
    const values = vectors.subarray(row * dimensions!, (row + 1) * dimensions!)
    const scale = buffer.readFloatLE(at)
    at += 4
    for (let i = 0; i < values.length; i++) values[i] = buffer.readInt8(at++) * scale
    const length = Math.hypot(...values)
    for (let i = 0; i < values.length; i++) values[i] = values[i]! / length
  }
  return { vectors, dimensions: dimensions!, count: groups! }
}

function headerOf(line: Uint8Array): Partial<Header> {
  try {
    return Object(JSON.parse(Buffer.from(line).toString())) as Partial<Header>
  } catch {
    return {}
  }
}

/** Folder of the cohorts that the package brings. */
const shippedFolder = fileURLToPath(new URL('../../assets/cohorts/', import.meta.url))

/** Name of a cohort's file: by its content, so that it never changes. */
export function cohortFileName({ sha256 }: Pick<CohortCard, 'sha256'>): string {
  return `${sha256.slice(0, 16)}.cohort`
}

/**
 * Reads the cohort of a card, from the package or from a home.
 *
 * @throws AgnizeError `model-missing`, `model-corrupt`.
 */
export async function readCohort(card: CohortCard, home: string): Promise<GroupMeans> {
  const name = cohortFileName(card)
  for (const folder of [shippedFolder, join(home, 'cohorts')]) {
    const bytes = await readFile(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (!bytes) continue
    if (createHash('sha256').update(bytes).digest('hex') === card.sha256) return decodeCohort(bytes)
    throw new AgnizeError(
      'model-corrupt',
      `The cohort file ${join(folder, name)} is damaged: install agnize again, or make the cohort again with "agnize calibrate --cohort".`,
    )
  }
  throw new AgnizeError(
    'model-missing',
    `The cohort file ${name} is not on this machine: copy it into ${join(home, 'cohorts')} from the machine on which it was made.`,
  )
}
