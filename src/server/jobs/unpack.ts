import { fork } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { AgnizeError, cancelled } from '../../base/errors.js'
import type { UnpackOrder, UnpackReport } from './unpack-process.js'

const entry = fileURLToPath(new URL('./unpack-process.js', import.meta.url))

/** Most entries of an archive. */
const mostEntries = 250_000
/** How many times the largest archive one may be unpacked, and how many times its own size: photos are compressed already. */
const mostGrowth = { ofLargest: 3, ofItself: 20 }
/** So much is unpacked whatever the ratio, in bytes. */
const always = 100e6
/** How long it may take: a minute, and as long as a slow disk takes for its size. */
const patience = { seconds: 60, bytesPerSecond: 1e6 }

/**
 * Unpacks an archive in a process of its own, which is ended at the first refusal, when its time is over, and by the signal.
 *
 * @param maxBytes - The largest archive that the server takes.
 * @throws AgnizeError `archive-damaged`, `request-too-large`, `disk-full`, `timed-out`, `cancelled`.
 */
export async function unpack(
  archive: string,
  folder: string,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<void> {
  const { size } = await stat(archive)
  if (signal.aborted) throw cancelled(signal)
  const bytes = Math.min(
    maxBytes * mostGrowth.ofLargest,
    Math.max(always, size * mostGrowth.ofItself),
  )
  const child = fork(entry, [], {
    env: {},
    // It works on streams, and needs little.
    execArgv: ['--max-old-space-size=256'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const seconds = patience.seconds + size / patience.bytesPerSecond
  let timer: NodeJS.Timeout | undefined
  const end = () => void child.kill('SIGKILL')
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (error: AgnizeError) => {
        reject(error)
        end()
      }
      signal.addEventListener('abort', () => fail(cancelled(signal)), { once: true })
      timer = setTimeout(
        () =>
          fail(
            new AgnizeError(
              'timed-out',
              `The archive could not be unpacked in ${Math.round(seconds)} s: send it in parts.`,
            ),
          ),
        seconds * 1000,
      )
      child.once('message', (report: UnpackReport) => {
        if (report === null) resolve()
        else reject(new AgnizeError(report.code, report.message))
      })
      child.once('error', (cause) => fail(damaged(cause)))
      // After the last message, whatever ended it.
      child.once('disconnect', () => reject(damaged(new Error('The process ended.'))))
      const order: UnpackOrder = { archive, folder, limits: { bytes, entries: mostEntries } }
      child.send(order)
    })
  } finally {
    clearTimeout(timer)
    await gone(child, end)
  }
}

/** Nothing writes into the folder any more. */
async function gone(child: ReturnType<typeof fork>, end: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const exit = new Promise((done) => child.once('exit', done))
  end()
  await exit
}

const damaged = (cause: Error) =>
  new AgnizeError(
    'archive-damaged',
    'The archive could not be unpacked: send a .zip, .tar or .tar.gz of photos.',
    { cause },
  )
