import { storeFile } from '../../gallery/open-gallery.js'
import type { GallerySession } from '../../session/gallery-session.js'
import type { DiagnosticCheck } from './check.js'
import { checkGallery } from './gallery-checks.js'
import {
  checkDisk,
  checkHome,
  checkMachine,
  checkRuntime,
  checkVersions,
} from './machine-checks.js'
import { checkModels } from './model-checks.js'

/** Options of `agnize.diagnose`. */
export interface DiagnoseOptions {
  /**
   * Whether every page and row of the store is read, to find damage; default true. In a large store it takes minutes, during
   * which a store in a file answers nothing else in this process.
   */
  readonly reads?: boolean
}

/** Examines machine, models and gallery. */
export async function diagnose(
  session: GallerySession,
  { reads = true }: DiagnoseOptions = {},
): Promise<DiagnosticCheck[]> {
  const { engine } = session
  const path = storeFile(engine.store)
  return [
    await checkVersions(),
    checkMachine(),
    await checkRuntime(),
    await checkHome(engine.home),
    ...(await checkDisk(engine.home, path === ':memory:' ? null : path)),
    ...(await checkModels(engine.models)),
    ...(await checkGallery(session, { reads })),
  ]
}
