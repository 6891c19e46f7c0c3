import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AgnizeError } from '../base/errors.js'
import { writeFileAtomically } from '../base/write-file-atomically.js'
import type { ModelCard } from './card.js'
import { currentCard } from './catalog.js'

/** Path of the card of a network that is not built in, under the folder of the models. */
const cardPath = (folder: string, name: string) => join(folder, name, 'card.json')

/** Stores the card of a network beside its file, whose folder exists. */
export async function writeStoredCard(folder: string, card: ModelCard): Promise<void> {
  const text = JSON.stringify(card, null, 2)
  await writeFileAtomically(cardPath(folder, card.name), Buffer.from(text))
}

/**
 * Reads the cards of the networks that were added or pulled from the catalog, in the order of their names.
 *
 * @throws AgnizeError `model-invalid` for a card that cannot be read.
 */
export async function readStoredCards(folder: string): Promise<ModelCard[]> {
  if (!existsSync(folder)) return []
  const cards: ModelCard[] = []
  for (const name of (await readdir(folder)).sort()) {
    const path = cardPath(folder, name)
    if (!existsSync(path)) continue
    const { modelCardSchema } = await import('./card-schema.js')
    try {
      cards.push(currentCard(modelCardSchema.parse(JSON.parse(await readFile(path, 'utf8')))))
    } catch (cause) {
      throw new AgnizeError(
        'model-invalid',
        `The model card ${path} cannot be read: add the model again or delete its folder.`,
        { cause },
      )
    }
  }
  return cards
}
