import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { AgnizeError, diskError } from '../base/errors.js'
import { releasePart, reservePart, writeFileAtomically } from '../base/write-file-atomically.js'
import { builtinCards } from './builtin.js'
import type { ModelCard } from './card.js'
import type { ModelStore } from './model-store.js'

const fileOf = ({ name }: ModelCard) => `${name}.onnx`

/**
 * Writes the built-in networks, each verified, to a folder or to a tar archive (a name that ends in `.tar`), for a machine
 * without a network.
 *
 * @returns The cards of the networks.
 * @throws AgnizeError `model-missing`, `model-corrupt`, `read-only`, `disk-full`.
 */
export async function exportModels(
  models: ModelStore,
  path: string,
): Promise<readonly ModelCard[]> {
  const networks = await Promise.all(
    builtinCards.map(async (card) => ({ card, bytes: await models.read(card) })),
  )
  const target = resolve(path)
  try {
    if (!target.endsWith('.tar')) await writeNetworks(target, networks)
    else {
      await mkdir(dirname(target), { recursive: true })
      const [folder, archive] = [reservePart(`${target}.files`), reservePart(target)]
      try {
        await writeNetworks(folder, networks)
        const { create } = await import('tar')
        await create({ file: archive, cwd: folder, portable: true }, builtinCards.map(fileOf))
        await rename(archive, target)
      } finally {
        await Promise.all(
          [folder, archive].map((part) => rm(part, { recursive: true, force: true })),
        )
        for (const part of [folder, archive]) releasePart(part)
      }
    }
  } catch (error) {
    throw diskError(error, target)
  }
  return builtinCards
}

async function writeNetworks(
  folder: string,
  networks: readonly { readonly card: ModelCard; readonly bytes: Uint8Array }[],
): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const { card, bytes } of networks)
    await writeFileAtomically(join(folder, fileOf(card)), bytes)
}

/**
 * Takes the built-in networks from a folder or a tar archive that {@link exportModels} wrote. Nothing is written unless all
 * are there, but for that of liveness, and have the SHA-256 of their cards.
 *
 * @returns The cards of the networks.
 * @throws AgnizeError `model-missing`, `model-corrupt`, `read-only`, `disk-full`.
 */
export async function importModels(
  models: ModelStore,
  path: string,
): Promise<readonly ModelCard[]> {
  const stats = await stat(path).catch(() => undefined)
  if (!stats) {
    throw new AgnizeError(
      'model-missing',
      `${path} cannot be read: give the folder or the .tar file that "agnize models export" wrote.`,
    )
  }
  const found = stats.isDirectory() ? await readFolder(path) : await readArchive(path)
  for (const card of builtinCards) {
    const bytes = found.get(fileOf(card))
    // Archives of earlier versions do not contain it, and only liveness needs it.
    if (!bytes && card.task === 'liveness') continue
    if (!bytes) {
      throw new AgnizeError(
        'model-missing',
        `${path} does not contain ${fileOf(card)}: write it again with "agnize models export".`,
      )
    }
    if (createHash('sha256').update(bytes).digest('hex') === card.sha256) continue
    throw new AgnizeError(
      'model-corrupt',
      `${fileOf(card)} in ${path} is damaged or of another version of agnize, so nothing was taken: write it again with "agnize models export" of this version.`,
    )
  }
  const taken = builtinCards.filter((card) => found.has(fileOf(card)))
  for (const card of taken) {
    const file = models.path(card)
    try {
      await mkdir(dirname(file), { recursive: true })
      await writeFileAtomically(file, found.get(fileOf(card))!)
    } catch (error) {
      throw diskError(error, file)
    }
  }
  return taken
}

async function readFolder(folder: string): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>()
  for (const card of builtinCards) {
    const bytes = await readFile(join(folder, fileOf(card))).catch(() => undefined)
    if (bytes) found.set(fileOf(card), bytes)
  }
  return found
}

async function readArchive(file: string): Promise<Map<string, Uint8Array>> {
  const { list } = await import('tar')
  const found = new Map<string, Uint8Array>()
  const sizes = new Map(builtinCards.map((card) => [fileOf(card), card.bytes]))
  await list({
    file,
    strict: true,
    // An entry of another size is no network, and need not be read.
    filter: (path, entry) => sizes.get(path) === entry.size,
    onReadEntry(entry) {
      const chunks: Buffer[] = []
      entry.on('data', (chunk: Buffer) => chunks.push(chunk))
      entry.on('end', () => found.set(entry.path, Buffer.concat(chunks)))
    },
  }).catch((cause: unknown) => {
    throw new AgnizeError(
      'model-corrupt',
      `${file} is not a tar archive of "agnize models export": write it again.`,
      { cause },
    )
  })
  return found
}
