import type { AgnizeError } from '../../base/errors.js'
import { agnizeError } from '../problem.js'
import { type UnpackLimits, unpackArchive } from './unpack-archive.js'

/*
 * The process that unpacks one archive, so that unpacking can be killed at any time. The order comes over the IPC channel, so
 * that the process list shows no paths.
 */

/** Message to the process. */
export interface UnpackOrder {
  readonly archive: string
  readonly folder: string
  readonly limits: UnpackLimits
}

/** Message from the process: the error, or null for success. */
export type UnpackReport = Pick<AgnizeError, 'code' | 'message'> | null

/** Reports and exits at once: pending writes are discarded. */
const report = (report: UnpackReport) => process.send!(report, () => process.exit(0))

// The parent is gone. SIGKILL, since an exit would wait for a pending read of a file that blocks.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))

process.once('message', ({ archive, folder, limits }: UnpackOrder) => {
  unpackArchive(archive, folder, limits).then(
    () => report(null),
    (error: unknown) => {
      const { code, message } = agnizeError(error)
      report({ code, message })
    },
  )
})
