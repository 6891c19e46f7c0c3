import { fork } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { AgnizeError, canceled } from '../../base/errors.js'
import type { UnpackOrder, UnpackReport } from './unpack-process.js'

const processEntry = fileURLToPath(new URL('./unpack-process.js', import.meta.url))

/** Most entries of an archive. Judgment. */
const maxEntries = 250_000
/**
 * Most unpacked bytes, as a multiple of the largest accepted archive and of the archive's own size: photos hardly compress.
 * Judgment.
 */
const maxExpansion = { ofLargest: 3, ofItself: 20 }
/** Unpacked bytes that are accepted at any compression ratio. Judgment. */
const alwaysAcceptedBytes = 100e6
/** Timeout: a minute, plus the archive's size at the rate of a slow disk. Judgment. */
const unpackTimeout = { seconds: 60, bytesPerSecond: 1e6 }

/**
 * Unpacks an archive in a process of its own, which is killed at the first refusal, at the timeout, and by the signal.
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
  if (signal.aborted) throw canceled(signal)
  const bytes = Math.min(
    maxBytes * maxExpansion.ofLargest,
    Math.max(alwaysAcceptedBytes, size * maxExpansion.ofItself),
  )
  const child = fork(processEntry, [], {
    env: {},
    // Unpacking streams its data and needs little memory.
    execArgv: ['--max-old-space-size=256'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const seconds = unpackTimeout.seconds + size / unpackTimeout.bytesPerSecond
  let timer: NodeJS.Timeout | undefined
  const end = () => void child.kill('SIGKILL')
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (error: AgnizeError) => {
        reject(error)
        end()
      }
      signal.addEventListener('abort', () => fail(canceled(signal)), { once: true })
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
      // Comes after the last message, whatever ended the process.
      child.once('disconnect', () => reject(damaged(new Error('The process ended.'))))
      const order: UnpackOrder = { archive, folder, limits: { bytes, entries: maxEntries } }
      child.send(order)
    })
  } finally {
    clearTimeout(timer)
    await killAndWait(child, end)
  }
}

/** Kills the process and waits for its exit, so that nothing writes into the folder any more. */
async function killAndWait(child: ReturnType<typeof fork>, end: () => void): Promise<void> {
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
