import { createHash } from 'node:crypto'
import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeFileAtomically } from '../base/write-file-atomically.js'

/** Whether bytes match a subresource integrity (`sha512-` and base64). */
export function hasIntegrity(bytes: Uint8Array, integrity: string): boolean {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}` === integrity
}

/**
 * Reads the content with an integrity from npm's cache; undefined where it is missing or damaged. The cache is addressed by
 * content, so the registry of origin does not matter.
 */
export async function readFromNpmCache(
  cache: string,
  integrity: string,
): Promise<Buffer | undefined> {
  const bytes = await readFile(contentPath(cache, integrity)).catch(() => undefined)
  return bytes && hasIntegrity(bytes, integrity) ? bytes : undefined
}

/**
 * Stores a package's tarball in npm's cache, where npm finds it too, with an index entry, so that `npm cache verify` does not
 * delete it. A cache that cannot be written to is ignored.
 */
export async function writeToNpmCache(
  cache: string,
  { name, version, integrity }: { name: string; version: string; integrity: string },
  bytes: Uint8Array,
): Promise<void> {
  try {
    const content = contentPath(cache, integrity)
    await mkdir(dirname(content), { recursive: true })
    await writeFileAtomically(content, bytes)
    const key = `pacote:tarball:${name}@${version}`
    const entry = JSON.stringify({ key, integrity, time: Date.now(), size: bytes.length })
    const bucket = join(cache, '_cacache', 'index-v5', ...segments(hex('sha256', key)))
    await mkdir(dirname(bucket), { recursive: true })
    await appendFile(bucket, `\n${hex('sha1', entry)}\t${entry}`)
  } catch {
    // The caller has the tarball even where it could not be cached.
  }
}

/** Path of a content in the layout of cacache, npm's cache library. */
function contentPath(cache: string, integrity: string): string {
  const digest = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex')
  return join(cache, '_cacache', 'content-v2', 'sha512', ...segments(digest))
}

function segments(digest: string): [string, string, string] {
  return [digest.slice(0, 2), digest.slice(2, 4), digest.slice(4)]
}

function hex(algorithm: string, text: string): string {
  return createHash(algorithm).update(text).digest('hex')
}
