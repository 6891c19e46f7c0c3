import { availableParallelism, homedir } from 'node:os'
import { join } from 'node:path'
import { checkChoice } from '../base/checked-choice.js'
import { AgnizeError } from '../base/errors.js'
import { devicesFrom } from '../models/devices.js'
import { useFrom, uses } from '../models/permitted-uses.js'
import { Engine } from './engine.js'
import { defaultGallery, GallerySession } from './gallery-session.js'
import type { OpenOptions } from './options.js'

/**
 * The folder of models and gallery unless options say otherwise: `AGNIZE_HOME`, else `~/.agnize`.
 *
 * @example
 * ```ts
 * import { defaultHome, openAgnize } from 'agnize'
 *
 * console.log(defaultHome())
 * await using agnize = await openAgnize({ home: `${defaultHome()}/office` })
 * ```
 */
export function defaultHome(): string {
  return process.env.AGNIZE_HOME || join(homedir(), '.agnize')
}

/**
 * Opens a session on a gallery, with an engine of its own. Files are read and models downloaded on first use.
 *
 * @param server - `niceness` lowers the scheduling priority of the worker processes, as nice(1) does; `readOnly` refuses every
 * change of the store.
 * @returns The session; the caller closes it.
 * @throws AgnizeError `bad-argument`.
 */
export function openSession(
  options: OpenOptions = {},
  {
    niceness = 0,
    readOnly = false,
  }: { readonly niceness?: number; readonly readOnly?: boolean } = {},
): GallerySession {
  const threads = options.threads ?? availableParallelism()
  if (!Number.isInteger(threads) || threads < 0) {
    throw new AgnizeError('bad-argument', `threads is a whole number from 0, not ${threads}.`)
  }
  checkChoice('use', options.use, uses)
  const home = options.home ?? defaultHome()
  const gallery = options.gallery ?? (process.env.AGNIZE_GALLERY || defaultGallery)
  const engine = new Engine({
    ...options,
    home,
    threads,
    niceness,
    readOnly,
    store: options.store ?? (process.env.AGNIZE_STORE || join(home, 'gallery.sqlite')),
    model: options.model ?? (process.env.AGNIZE_MODEL || undefined),
    detector: options.detector ?? (process.env.AGNIZE_DETECTOR || undefined),
    gallery,
    modelsMirror: options.modelsMirror ?? (process.env.AGNIZE_MODELS_MIRROR || undefined),
    use: options.use ?? useFrom(process.env.AGNIZE_USE),
    devices: devicesFrom(options.device ?? (process.env.AGNIZE_DEVICE || 'cpu')),
    offline: options.offline ?? !['', '0'].includes(process.env.AGNIZE_OFFLINE ?? ''),
  })
  return new GallerySession(engine, { ...options, gallery }, true)
}
