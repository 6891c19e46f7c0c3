import { createHash, randomUUID } from 'node:crypto'
import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'

/** Hash of the host name: part files of several hosts that share a folder are told apart by it. */
const hostHash = createHash('sha256').update(hostname()).digest('hex').slice(0, 8)
/** Names of the part files that this process is writing. */
const activeParts = new Set<string>()
/** A part file of another host counts as abandoned after this many milliseconds without a write. Judgment. */
const abandonedAfterMs = 60 * 60 * 1000

/**
 * Reserves a temporary name beside a path for a file or folder that is being written, until {@link releasePart} is called with
 * it. The name holds the host and the process, so that a sweep deletes only the leftovers of processes that have ended.
 */
export function reservePart(path: string): string {
  const part = `${path}.${hostHash}-${process.pid}-${randomUUID()}.part`
  activeParts.add(basename(part))
  return part
}

/**
 * Reserves a temporary name as {@link reservePart} does, for a file that is written at its end only: the longest partial file that
 * an ended process has left beside the path gets that name, so that the work goes on where it ended.
 */
export async function adoptPart(path: string): Promise<string> {
  const part = reservePart(path)
  const folder = dirname(path)
  const left: { readonly name: string; readonly size: number }[] = []
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(`${basename(path)}.`) || !(await isLeft(folder, name))) continue
    left.push({ name, size: (await stat(join(folder, name)).catch(() => ({ size: 0 }))).size })
  }
  left.sort((a, b) => b.size - a.size)
  for (const { name } of left) {
    try {
      // Of two processes that adopt the same file, one succeeds.
      await rename(join(folder, name), part)
      break
    } catch {
      // Another process was faster: the next one, or none.
    }
  }
  return part
}

/** Releases a temporary name: the file is complete, or was given up. */
export function releasePart(part: string): void {
  activeParts.delete(basename(part))
}

/**
 * Writes beside the target, flushes, then renames: a reader sees either the complete new file or the previous one.
 *
 * @param mode - Permissions of the file; a file with faces is readable by its owner only.
 */
export async function writeFileAtomically(
  path: string,
  bytes: Uint8Array,
  mode = 0o666,
): Promise<void> {
  const part = reservePart(path)
  try {
    const file = await open(part, 'wx', mode)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  } finally {
    releasePart(part)
  }
}

const partName = /[.](?:([0-9a-f]{8})-(\d+)-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}[.]part/

/** Deletes partial files that killed processes have left in a folder; a missing folder counts as empty. */
export async function removeAbandonedParts(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (await isLeft(folder, name)) await rm(join(folder, name), { recursive: true, force: true })
  }
}

/** Whether a name is that of a partial file, or of one that accompanies it, whose process has ended. */
async function isLeft(folder: string, name: string): Promise<boolean> {
  const found = partName.exec(name)
  // Files that accompany a part file have its name and a suffix.
  if (!found || activeParts.has(name.slice(0, found.index + found[0].length))) return false
  const [, writer, pid] = found
  return writer === hostHash ? !isRunning(Number(pid)) : await isAbandoned(join(folder, name))
}

/** Whether another process is running; this process looks its own part files up in `own`. */
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs > abandonedAfterMs
}
