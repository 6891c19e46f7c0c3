import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { AgnizeError } from '../base/errors.js'
import type { Use } from '../models/card.js'
import { usesOfLicense } from '../models/permitted-uses.js'

/** What the user says of a network of any task. */
export interface OwnModelOptions {
  readonly channels?: 'rgb' | 'bgr'
  readonly mean?: number
  readonly scale?: number
  readonly license?: string
  readonly use?: readonly Use[]
}

/** A user's own network. */
export interface OwnModel {
  readonly name: string
  /** Path of its file. */
  readonly file: string
  readonly bytes: Uint8Array
  readonly options: OwnModelOptions
}

/** The fields that cards of every task share: the input is that of the preset, but for what the user says. */
export function ownCardFields<Input extends object>(
  { name, file, bytes, options }: OwnModel,
  preset: { readonly input: Input },
) {
  const { channels, mean, scale, license = 'not stated', use = usesOfLicense(license) } = options
  return {
    name,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    input: {
      ...preset.input,
      ...(channels && { channels }),
      ...(mean !== undefined && { mean }),
      ...(scale !== undefined && { scale }),
    },
    source: { from: resolve(file) },
    license,
    use: 'Added by the user, who knows what it may be used for.',
    ...(use && { permittedUses: use }),
  }
}

/**
 * Makes a test run of the network.
 *
 * @param kind - Of the network, with its article, for the error.
 * @throws AgnizeError `model-invalid` where `run` fails; any other AgnizeError as it is: not the file failed, but the machine.
 */
export async function testRun<Result>(
  { file }: OwnModel,
  kind: string,
  { width, height }: { readonly width: number; readonly height: number },
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run()
  } catch (cause) {
    if (cause instanceof AgnizeError && cause.code !== 'model-invalid') throw cause
    const why = (cause as Error).message.split('\n')[0]
    throw new AgnizeError(
      'model-invalid',
      `${file} does not run as ${kind} on ${width} × ${height} (${why}): check the file and the preset.`,
      { cause },
    )
  }
}

/** The outputs of a network on an empty image, each by its number of values. */
export async function outputLengths(
  { bytes }: OwnModel,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<number[]> {
  const { openSession } = await import('#runtime')
  const session = await openSession(bytes, [1, 3, height, width])
  try {
    const outputs = Object.values(await session.run(new Float32Array(3 * width * height)))
    return outputs.map(({ length }) => length)
  } finally {
    await session.release()
  }
}
