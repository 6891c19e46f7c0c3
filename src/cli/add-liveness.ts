import type { LivenessCard } from '../models/card.js'
import type { LivenessPreset } from '../models/presets.js'
import { type OwnModel, outputLengths, ownCardFields, testRun } from './own-model-card.js'

/**
 * The card of a user's own liveness network. A test run shows whether it has one output with a class for live faces and others.
 *
 * @throws AgnizeError `model-invalid`.
 */
export async function livenessCardOf(
  model: OwnModel,
  preset: LivenessPreset,
): Promise<LivenessCard> {
  const card = { ...preset, ...ownCardFields(model, preset), task: 'liveness' as const }
  await testRun(model, 'a liveness network', card.input, async () => {
    const lengths = await outputLengths(model, card.input)
    const classes = lengths[0] ?? 0
    if (lengths.length !== 1 || classes < 2 || classes > maxClasses)
      throw new Error(`it has ${lengths.length} outputs, the first of ${classes} values`)
  })
  return card
}

/** Most classes of a liveness network; more outputs are another kind of network. Judgment. */
const maxClasses = 20
