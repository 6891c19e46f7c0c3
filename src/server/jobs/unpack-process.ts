import type { AgnizeError } from '../../base/errors.js'
import { agnizeError } from '../problem.js'
import { type UnpackLimits, unpackArchive } from './unpack-archive.js'

/*
 * The process that unpacks one archive, so that whatever is in it can be ended. What it is to do comes over the channel: nothing of
 * it is seen in the list of processes.
 */

/** What the process is told. */
export interface UnpackOrder {
  readonly archive: string
  readonly folder: string
  readonly limits: UnpackLimits
}

/** What the process tells: null where all went well. */
export type UnpackReport = Pick<AgnizeError, 'code' | 'message'> | null

/** Ends at once: what is still being written is thrown away. */
const report = (report: UnpackReport) => process.send!(report, () => process.exit(0))

// Nobody waits for it any more. An exit would wait for a file that cannot be read just now.
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
