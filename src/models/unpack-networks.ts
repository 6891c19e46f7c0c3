import { createHash } from 'node:crypto'
import { AgnizeError } from '../base/errors.js'
import type { ModelCard } from './card.js'

/**
 * Extracts networks from the tarball of an npm package and verifies them.
 *
 * @param name - Name of the package, for the error.
 * @param cards - The networks, all of this package.
 * @returns The ONNX file of each.
 * @throws AgnizeError `model-corrupt` where a file is missing or differs from its card's SHA-256; no file is returned then.
 */
export async function unpackNetworks(
  name: string,
  tarball: Buffer,
  cards: readonly ModelCard[],
): Promise<ReadonlyMap<ModelCard, Uint8Array>> {
  const cardOf = (path: string) => cards.find(({ source }) => path === `package/${source.path}`)
  const found = new Map<ModelCard, Uint8Array>()
  const { Parser } = await import('tar')
  await new Promise<void>((resolve, reject) => {
    const parser = new Parser({
      filter: (path) => cardOf(path) !== undefined,
      onReadEntry: (entry) => {
        const chunks: Buffer[] = []
        entry.on('data', (chunk: Buffer) => chunks.push(chunk))
        entry.on('end', () => found.set(cardOf(entry.path)!, Buffer.concat(chunks)))
      },
    })
    parser.on('end', resolve)
    parser.on('error', reject)
    parser.end(tarball)
  })
  for (const card of cards) {
    const bytes = found.get(card)
    if (!bytes || createHash('sha256').update(bytes).digest('hex') !== card.sha256) {
      throw new AgnizeError(
        'model-corrupt',
        `The package ${name} does not contain the expected file of ${card.name}, so it was not installed.`,
      )
    }
  }
  return found
}
