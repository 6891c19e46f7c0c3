import { type FSWatcher, watch } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { diskError } from '../errors.js'

/** Files that pictures come in. */
const pictures = /\.(jpe?g|png|webp|avif|tiff?|gif|bmp|pgm|ppm)$/i
/** A file that has not grown for so long is whole, and how often is looked where the system tells nothing; in milliseconds. */
const [settled, lookEvery] = [300, 1000]

/**
 * Pictures as they land in a folder, each once it is whole; what was there before is left alone.
 *
 * @param all - Gives what is there, by name, and ends.
 * @throws AgnizeError where the folder cannot be read.
 */
export async function* picturesIn(
  folder: string,
  all: boolean,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const before = await list(folder)
  if (all) {
    yield* [...before.keys()].sort().map((name) => join(folder, name))
    return
  }
  const seen = new Map(before)
  const growing = new Map<string, string>()
  let wake = () => {}
  let watcher: FSWatcher | undefined
  try {
    watcher = watch(folder, () => wake())
    watcher.on('error', () => {})
  } catch {
    // A network's folder may tell nothing: it is looked at anyway.
  }
  const onAbort = () => wake()
  signal.addEventListener('abort', onAbort)
  try {
    while (!signal.aborted) {
      const now = await list(folder)
      for (const [name, state] of now) {
        if (seen.get(name) === state) continue
        if (growing.get(name) !== state) growing.set(name, state)
        else {
          seen.set(name, state)
          growing.delete(name)
          yield join(folder, name)
        }
      }
      for (const name of seen.keys()) if (!now.has(name)) seen.delete(name)
      for (const name of growing.keys()) if (!now.has(name)) growing.delete(name)
      const wait = growing.size > 0 ? settled : lookEvery
      await new Promise<void>((done) => {
        const timer = setTimeout(done, wait)
        // A file that is still growing is not looked at any sooner for it.
        wake = () => {
          if (growing.size > 0 && !signal.aborted) return
          clearTimeout(timer)
          done()
        }
      })
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    watcher?.close()
  }
}

/** The pictures of a folder, each with what changes while it is written. */
async function list(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (error) {
    throw diskError(error, folder)
  }
  for (const name of names) {
    if (!pictures.test(name) || name.startsWith('.')) continue
    try {
      const { size, mtimeMs } = await stat(join(folder, name))
      if (size > 0) found.set(name, `${size} ${mtimeMs}`)
    } catch {
      // Gone since it was listed.
    }
  }
  return found
}
