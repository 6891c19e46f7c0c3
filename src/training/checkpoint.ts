import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { AgnizeError, diskError } from '../base/errors.js'
import { writeFileAtomically } from '../base/write-file-atomically.js'
import type { LearnerState } from './learner.js'

/** Learner state and what else is needed to go on, as they were after a step. */
export interface Checkpoint {
  readonly state: LearnerState
  /** Texts by name. */
  readonly metadata: Readonly<Record<string, string>>
}

const offset = z.int().min(0)
const entrySchema = z.object({
  dtype: z.literal('F32'),
  shape: z.array(z.int().min(1)),
  data_offsets: z.tuple([offset, offset]),
})
const headerSchema = z
  .object({ __metadata__: z.record(z.string(), z.string()) })
  .catchall(entrySchema)

type Entry = Readonly<z.infer<typeof entrySchema>>

/**
 * Writes a checkpoint as a safetensors file (https://github.com/huggingface/safetensors), which other tools read
 * too. It appears by rename: a process that is killed leaves the whole checkpoint before.
 *
 * @throws AgnizeError `disk-full`, `read-only`.
 */
export async function writeCheckpoint(
  path: string,
  { state, metadata }: Checkpoint,
): Promise<void> {
  const header: Record<string, Entry | Readonly<Record<string, string>>> = {
    __metadata__: metadata,
  }
  let at = 0
  for (const [name, { data, shape }] of state) {
    header[name] = { dtype: 'F32', shape: [...shape], data_offsets: [at, at + data.byteLength] }
    at += data.byteLength
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const padding = (8 - (json.length % 8)) % 8
  const file = new Uint8Array(8 + json.length + padding + at)
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length + padding), true)
  file.set(json, 8)
  file.fill(0x20, 8 + json.length, 8 + json.length + padding)
  let to = 8 + json.length + padding
  for (const { data } of state.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), to)
    to += data.byteLength
  }
  try {
    await writeFileAtomically(path, file)
  } catch (error) {
    throw diskError(error, path)
  }
}

/**
 * Reads a checkpoint; undefined when there is none.
 *
 * @throws AgnizeError `model-corrupt`.
 */
export async function readCheckpoint(path: string): Promise<Checkpoint | undefined> {
  const file = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined
    throw damaged(path, cause)
  })
  if (!file) return undefined
  try {
    const length = Number(file.readBigUInt64LE(0))
    const { __metadata__: metadata, ...entries } = headerSchema.parse(
      JSON.parse(file.toString('utf8', 8, 8 + length)),
    )
    const state: LearnerState = new Map()
    for (const [name, { shape, data_offsets }] of Object.entries(entries)) {
      const [from, to] = [8 + length + data_offsets[0], 8 + length + data_offsets[1]]
      if (to > file.length) throw new RangeError('the file is cut short')
      const values = shape.reduce((product, side) => product * side, 1)
      if (to - from !== 4 * values) throw new RangeError(`${name} is not of its shape`)
      const data = new Float32Array(Uint8Array.from(file.subarray(from, to)).buffer)
      state.set(name, { data, shape })
    }
    return { state, metadata }
  } catch (cause) {
    throw damaged(path, cause)
  }
}

/** The error for a checkpoint that cannot be read. */
export function damaged(path: string, cause: unknown): AgnizeError {
  return new AgnizeError(
    'model-corrupt',
    `The checkpoint ${path} cannot be read: delete it and train from the start.`,
    { cause },
  )
}
