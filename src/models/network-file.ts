import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { AgnizeError } from '../base/errors.js'
import type { ModelCard } from './card.js'

/** A network on this machine: its card, its file, and whether it is built in. */
export interface NetworkFile<Card extends ModelCard = ModelCard> {
  /** The card. */
  readonly card: Card
  /** Path of the ONNX file. */
  readonly path: string
  /** Whether the network is built in, comes from the catalog, or was added by the user. */
  readonly origin: 'builtin' | 'catalog' | 'added'
}

/** What brings back the file of a network: a command, in words. */
export function remedyFor({ card, origin }: Pick<NetworkFile, 'card' | 'origin'>): string {
  if (origin === 'builtin') return 'run "agnize models pull"'
  if (origin === 'catalog') return `run "agnize models pull ${card.name}"`
  return 'add it again with "agnize models add"'
}

/**
 * The bytes of a network, verified against its card.
 *
 * @throws AgnizeError `model-missing`, `model-corrupt`.
 */
export async function readNetwork(file: NetworkFile): Promise<Uint8Array> {
  const { card, path } = file
  const again = remedyFor(file)
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    throw new AgnizeError('model-missing', `The model file ${path} cannot be read: ${again}.`, {
      cause,
    })
  }
  if (createHash('sha256').update(bytes).digest('hex') !== card.sha256) {
    throw new AgnizeError('model-corrupt', `The model file ${path} is damaged: ${again}.`)
  }
  return bytes
}

/** Read at a time, in bytes: other requests of a server are answered between two reads. Judgment. */
const chunkBytes = 1 << 20

/** Whether the file of a network is there and what its card says. */
export async function stateOf({
  card,
  path,
}: NetworkFile): Promise<'ready' | 'missing' | 'corrupt'> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
      hash.update(chunk as Uint8Array)
    }
  } catch {
    return 'missing'
  }
  return hash.digest('hex') === card.sha256 ? 'ready' : 'corrupt'
}
