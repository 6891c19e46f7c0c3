import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { AgnizeError } from '../base/errors.js'
import type { DetectionCard } from '../models/card.js'
import { usesOfLicense } from '../models/permitted-uses.js'
import type { DetectionPreset } from '../models/presets.js'

/** What the user says of a detector. */
export interface DetectorOptions {
  readonly channels?: 'rgb' | 'bgr'
  readonly mean?: number
  readonly scale?: number
  readonly license?: string
  readonly use?: DetectionCard['permittedUses']
}

/**
 * The card of a user's own detector. Two test runs show whether its outputs are those of the preset's family, and whether its
 * input is of free size.
 *
 * @throws AgnizeError `model-invalid`.
 */
export async function detectorCardOf(
  name: string,
  file: string,
  bytes: Uint8Array,
  preset: DetectionPreset,
  options: DetectorOptions,
): Promise<DetectionCard> {
  const { channels, mean, scale, license = 'not stated', use = usesOfLicense(license) } = options
  const input = {
    ...preset.input,
    ...(channels && { channels }),
    ...(mean !== undefined && { mean }),
    ...(scale !== undefined && { scale }),
  }
  const card: DetectionCard = {
    ...preset,
    name,
    task: 'detection',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    input,
    source: { from: resolve(file) },
    license,
    use: 'Added by the user, who knows what it may be used for.',
    ...(use && { permittedUses: use }),
  }
  const { openSession } = await import('#runtime')
  const { decode } = await import('../faces/detectors/decode.js')
  const { width, height } = input
  const runsAt = async (width: number, height: number) => {
    const session = await openSession(bytes, [1, 3, height, width])
    try {
      const outputs = await session.run(new Float32Array(3 * width * height))
      decode(card.decoder)(outputs, { width, height }, card.minScore, session.outputNames)
    } finally {
      await session.release()
    }
  }
  try {
    await runsAt(width, height)
  } catch (cause) {
    if (cause instanceof AgnizeError && cause.code !== 'model-invalid') throw cause
    const why = (cause as Error).message.split('\n')[0]
    throw new AgnizeError(
      'model-invalid',
      `${file} does not run as a ${card.decoder} detector on ${width} × ${height} (${why}): check the file and the preset.`,
      { cause },
    )
  }
  const isFree = await runsAt(width / 2, height / 2).then(
    () => true,
    () => false,
  )
  return isFree ? card : { ...card, multiple: null }
}
