import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AgnizeError, diskError } from '../base/errors.js'
import { writeFileAtomically } from '../base/write-file-atomically.js'
import { detectionCard } from './builtin.js'
import { yunetCard } from './catalog.js'
import type { ModelStore } from './model-store.js'

const fileOf = (home: string) => join(home, 'models', 'default-detector')

/**
 * Name of the detector that new galleries of a home use: the one chosen by {@link useDetector}, else YuNet where it was pulled, else the built-in one.
 *
 * YuNet comes first because it misses fewer faces and takes no lens for a face (bench:detection).
 */
export async function defaultDetector(home: string, models: ModelStore): Promise<string> {
  const chosen = await readFile(fileOf(home), 'utf8').catch(() => '')
  if (chosen.trim() !== '') return chosen.trim()
  const isPulled = await models.detectionCard(yunetCard.name).then(
    (card) => existsSync(models.path(card)),
    () => false,
  )
  return isPulled ? yunetCard.name : detectionCard.name
}

/**
 * Makes a detector the default of a home, for new galleries and for photos without a gallery.
 *
 * @throws AgnizeError `model-unknown`, `model-missing`, `read-only`, `disk-full`.
 */
export async function useDetector(home: string, models: ModelStore, name: string): Promise<string> {
  const card = await models.detectionCard(name)
  models.require(card)
  try {
    await writeFileAtomically(fileOf(home), Buffer.from(`${card.name}\n`))
  } catch (error) {
    if (error instanceof AgnizeError) throw error
    throw diskError(error, fileOf(home))
  }
  return card.name
}
