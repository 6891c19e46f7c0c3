import { readdir, realpath } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { AgnizeError, throwIfCancelled } from '../../base/errors.js'

/**
 * A folder inside the one that may be imported from, wherever links lead.
 *
 * @throws AgnizeError `bad-argument` where it is outside, or not there.
 */
export async function folderIn(importFolder: string, folder: string): Promise<string> {
  const wanted = resolve(importFolder, folder)
  const [root, real] = await Promise.all(
    [importFolder, wanted].map((path) => realpath(path).catch(() => undefined)),
  )
  // The same where it is not there, so that nobody learns what is elsewhere on the server.
  if (root !== undefined && real !== undefined && isInside(root, real)) return wanted
  throw new AgnizeError(
    'bad-argument',
    'There is no such folder in the one that is imported from: name one that is in it.',
  )
}

/**
 * Looks that no link in a folder leads out of the one that may be imported from.
 *
 * @throws AgnizeError `bad-argument`, `cancelled`.
 */
export async function requireInside(
  importFolder: string,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const root = await realpath(importFolder)
  const seen = new Set<string>()
  const left = [await realpath(folder)]
  for (let place = left.pop(); place !== undefined; place = left.pop()) {
    throwIfCancelled(signal)
    if (seen.has(place)) continue
    seen.add(place)
    // What cannot be read is told of when its photos are.
    for (const entry of await readdir(place, { withFileTypes: true }).catch(() => [])) {
      const path = join(place, entry.name)
      if (entry.isDirectory()) left.push(path)
      if (!entry.isSymbolicLink()) continue
      const target = await realpath(path).catch(() => undefined)
      if (target === undefined) continue
      if (!isInside(root, target)) {
        throw new AgnizeError(
          'bad-argument',
          `${relative(root, path)} is a link that leads out of the folder that is imported from: remove it.`,
        )
      }
      left.push(target)
    }
  }
}

const isInside = (root: string, path: string) => path === root || path.startsWith(root + sep)
