import { createHash, randomUUID } from 'node:crypto'
import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, join } from 'node:path'

/** Told apart by their hosts, since processes of several may write into one folder. */
const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8)
/** What this process is writing. */
const own = new Set<string>()
/** What nobody has written to for so long was broken off, on whatever host, in milliseconds. */
const brokenOff = 60 * 60 * 1000

/**
 * A name beside a path for a file or folder that is being written, until {@link written} is called with it. It tells who
 * writes, so that what a killed process left is swept away and what others write is not.
 */
export function partOf(path: string): string {
  const part = `${path}.${host}-${process.pid}-${randomUUID()}.part`
  own.add(basename(part))
  return part
}

/** Says that a file is written, or given up. */
export function written(part: string): void {
  own.delete(basename(part))
}

/**
 * Writes beside the target, flushes, then renames: a reader sees the whole file or the one before.
 *
 * @param mode - Of the file; what holds faces is for its owner only.
 */
export async function writeWhole(path: string, bytes: Uint8Array, mode = 0o666): Promise<void> {
  const part = partOf(path)
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
    written(part)
  }
}

const pattern = /[.](?:([0-9a-f]{8})-(\d+)-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}[.]part/

/** Deletes what killed processes have left half written in a folder; a folder that is not there has nothing. */
export async function sweepParts(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const found = pattern.exec(name)
    // What belongs to it has its name with something behind it.
    if (!found || own.has(name.slice(0, found.index + found[0].length))) continue
    const [, writer, pid] = found
    const path = join(folder, name)
    if (writer === host ? !isRunning(Number(pid)) : await isOld(path)) {
      await rm(path, { recursive: true, force: true })
    }
  }
}

/** This process knows its own. */
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs > brokenOff
}
