import { createHash } from 'node:crypto'
import type { EmbeddingCard } from '../models/card.js'
import { embeddingCardSchema, migrateCardNames } from '../models/card-schema.js'
import { readMetadata } from '../onnx/read.js'

/** Key of a network's card in the metadata of its ONNX file. */
const cardKey = 'agnize.card'

/** A card as it lies in its own file, which cannot hold its own hash. */
export type CardWithoutFile = Omit<EmbeddingCard, 'sha256' | 'bytes'>

/** What an ONNX file's metadata has to say for {@link readCard} to find the card. */
export function cardMetadata(card: CardWithoutFile): Record<string, string> {
  return { [cardKey]: JSON.stringify(card) }
}

/** The card of an ONNX file with this content. */
export function completeCard(card: CardWithoutFile, bytes: Uint8Array): EmbeddingCard {
  return {
    ...card,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
  }
}

/**
 * Reads the card inside an ONNX file that agnize trained; undefined without one.
 *
 * @param bytes - The whole file.
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { openAgnize } from 'agnize'
 * import { readCard } from 'agnize/training'
 *
 * await using agnize = await openAgnize()
 * const bytes = await readFile('door.onnx')
 * const card = readCard(bytes)
 * if (card) await agnize.models.add(card, bytes)
 * ```
 */
export function readCard(bytes: Uint8Array): EmbeddingCard | undefined {
  try {
    const text = readMetadata(bytes, cardKey)
    if (text === undefined) return undefined
    return embeddingCardSchema.parse(
      completeCard(migrateCardNames(JSON.parse(text)) as CardWithoutFile, bytes),
    )
  } catch {
    // No ONNX file, or no card that this version can use.
    return undefined
  }
}
