import { AgnizeError } from '../../base/errors.js'
import type { Use } from '../../models/card.js'
import type { ModelStatus, ModelStore } from '../../models/model-store.js'
import { remedyFor } from '../../models/network-file.js'
import { usesInWords } from '../../models/permitted-uses.js'
import type { DiagnosticCheck } from './check.js'

/** The networks on this machine: whether each file is intact, its license, and what it may be used for. */
export async function checkModels(models: ModelStore): Promise<DiagnosticCheck[]> {
  const name = 'model'
  try {
    const all = await models.list()
    const isAwaited = ({ origin, state }: ModelStatus) =>
      origin === 'builtin' && state === 'missing'
    const awaited = all.filter(isAwaited).map(({ card }) => card.name)
    const checks = all
      .filter((each) => !isAwaited(each))
      .map((each) => checkModel(each, models.use))
    if (awaited.length === 0) return checks
    return [
      ...checks,
      {
        name,
        state: 'missing',
        code: 'models-awaited',
        facts: { models: awaited },
        detail: `${awaited.join(', ')}: the first photo fetches them, or "agnize models pull".`,
      },
    ]
  } catch (error) {
    return [
      {
        name,
        state: 'wrong',
        code: 'models-failed',
        facts: { error: error instanceof AgnizeError ? error.code : null },
        detail: (error as Error).message,
      },
    ]
  }
}

function checkModel(status: ModelStatus, use: Use | undefined): DiagnosticCheck {
  const { card, state, path } = status
  const { name: model, task, license, permittedUses } = card
  const isReady = state === 'ready'
  return {
    name: 'model',
    state: isReady ? 'ok' : 'wrong',
    code: isReady ? 'model' : `model-${state}`,
    facts: { model, task, license, permitted_uses: permittedUses ?? null },
    detail: isReady
      ? `${model} (${task}, ${license}): ${usesInWords(card, use)}`
      : `${model} is ${state} at ${path}: ${remedyFor(status)}.`,
  }
}
