import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { AgnizeError } from '../base/errors.js'
import type { LivenessCard } from '../models/card.js'
import { usesOfLicense } from '../models/permitted-uses.js'
import type { LivenessPreset } from '../models/presets.js'
import type { DetectorOptions } from './add-detector.js'

/**
 * The card of a user's own liveness network. A test run shows whether it has one output with a class for live faces and others.
 *
 * @throws AgnizeError `model-invalid`.
 */
export async function livenessCardOf(
  name: string,
  file: string,
  bytes: Uint8Array,
  preset: LivenessPreset,
  { channels, mean, scale, license = 'not stated', use = usesOfLicense(license) }: DetectorOptions,
): Promise<LivenessCard> {
  const input = {
    ...preset.input,
    ...(channels && { channels }),
    ...(mean !== undefined && { mean }),
    ...(scale !== undefined && { scale }),
  }
  const { width, height } = input
  const { openSession } = await import('#runtime')
  try {
    const session = await openSession(bytes, [1, 3, height, width])
    const outputs = Object.values(await session.run(new Float32Array(3 * width * height)))
    await session.release()
    const classes = outputs[0]?.length ?? 0
    if (outputs.length !== 1 || classes < 2 || classes > maxClasses) {
      throw new Error(`it has ${outputs.length} outputs, the first of ${classes} values`)
    }
  } catch (cause) {
    // Not the file, but the machine.
    if (cause instanceof AgnizeError) throw cause
    const why = (cause as Error).message.split('\n')[0]
    throw new AgnizeError(
      'model-invalid',
      `${file} does not run as a liveness network on ${width} × ${height} (${why}): check the file and the preset.`,
      { cause },
    )
  }
  return {
    ...preset,
    name,
    task: 'liveness',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    input,
    source: { from: resolve(file) },
    license,
    use: 'Added by the user, who knows what it may be used for.',
    ...(use && { permittedUses: use }),
  }
}

/** Most classes of a liveness network; more outputs are another kind of network. Judgment. */
const maxClasses = 20
