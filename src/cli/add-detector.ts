import type { DetectionCard } from '../models/card.js'
import type { DetectionPreset } from '../models/presets.js'
import { type OwnModel, ownCardFields, testRun } from './own-model-card.js'

/**
 * The card of a user's own detector. Two test runs show whether its outputs are those of the preset's family, and whether its
 * input is of free size.
 *
 * @throws AgnizeError `model-invalid`.
 */
export async function detectorCardOf(
  model: OwnModel,
  preset: DetectionPreset,
): Promise<DetectionCard> {
  const card = { ...preset, ...ownCardFields(model, preset), task: 'detection' as const }
  const { openSession } = await import('#runtime')
  const { decode } = await import('../faces/detectors/decode.js')
  const { width, height } = card.input
  const runsAt = async (width: number, height: number) => {
    const session = await openSession(model.bytes, [1, 3, height, width])
    try {
      const outputs = await session.run(new Float32Array(3 * width * height))
      decode(card.decoder)(outputs, { width, height }, card.minScore, session.outputNames)
    } finally {
      await session.release()
    }
  }
  await testRun(model, `a ${card.decoder} detector`, card.input, () => runsAt(width, height))
  const isFree = await runsAt(width / 2, height / 2).then(
    () => true,
    () => false,
  )
  return isFree ? card : { ...card, multiple: null }
}
