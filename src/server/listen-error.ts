import { createServer } from 'node:net'
import { AgnizeError } from '../base/errors.js'

/**
 * Throws the error of a listening socket in words that say what to do.
 *
 * @param option - The option that names the port.
 */
export async function listenError(
  error: unknown,
  host: string,
  port: number,
  option: 'port' | 'trust-port',
): Promise<never> {
  const { code } = error as NodeJS.ErrnoException
  const free = code === 'EADDRINUSE' ? await nextFreePort(host, port) : undefined
  const other =
    free === undefined ? `another with --${option}` : `the next free one with --${option} ${free}`
  const why: Record<string, string> = {
    EADDRINUSE: `Port ${port} of ${host} is in use: stop the program that uses it, or choose ${other}.`,
    EACCES: `Port ${port} requires administrator rights: choose one above 1023 with --${option}.`,
    EADDRNOTAVAIL: `${host} is not an address of this machine: choose another with --host.`,
    ENOTFOUND: `${host} is not an address of this machine: choose another with --host.`,
  }
  if (code && why[code]) throw new AgnizeError('bad-argument', why[code], { cause: error })
  throw error
}

/** The first port after a taken one that nobody listens on; undefined where the next ones are taken too. */
async function nextFreePort(host: string, taken: number): Promise<number | undefined> {
  const last = Math.min(taken + 100, 65_535)
  for (let port = taken + 1; port <= last; port++) {
    const probe = createServer()
    const isFree = await new Promise<boolean>((done) => {
      probe.once('error', () => done(false))
      probe.listen({ host, port }, () => done(true))
    })
    if (isFree) {
      await new Promise((done) => probe.close(done))
      return port
    }
  }
  return undefined
}
