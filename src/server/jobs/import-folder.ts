import { readdir, realpath } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { AgnizeError, throwIfCanceled } from '../../base/errors.js'

/**
 * Resolves a folder inside the import folder; symbolic links are followed before the check.
 *
 * @throws AgnizeError `bad-argument` where it is outside or does not exist.
 */
export async function folderIn(importFolder: string, folder: string): Promise<string> {
  const wanted = resolve(importFolder, folder)
  const [root, real] = await Promise.all(
    [importFolder, wanted].map((path) => realpath(path).catch(() => undefined)),
  )
  // A missing folder gives the same error, so that clients cannot probe the server's file system.
  if (root !== undefined && real !== undefined && isInside(root, real)) return wanted
  throw new AgnizeError(
    'bad-argument',
    'There is no such folder in the import folder of the server: give a folder inside it.',
  )
}

/**
 * Checks that no symbolic link in a folder leads out of the import folder.
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
    throwIfCanceled(signal)
    if (seen.has(place)) continue
    seen.add(place)
    // The job reports an unreadable folder when it reads the photos.
    for (const entry of await readdir(place, { withFileTypes: true }).catch(() => [])) {
      const path = join(place, entry.name)
      if (entry.isDirectory()) left.push(path)
      if (!entry.isSymbolicLink()) continue
      const target = await realpath(path).catch(() => undefined)
      if (target === undefined) continue
      if (!isInside(root, target)) {
        throw new AgnizeError(
          'bad-argument',
          `${relative(root, path)} is a link to a place outside the import folder: remove the link.`,
        )
      }
      left.push(target)
    }
  }
}

const isInside = (root: string, path: string) => path === root || path.startsWith(root + sep)
