import { createPrivateKey, X509Certificate } from 'node:crypto'
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AgnizeError, diskError } from '../../base/errors.js'
import { releasePart, reservePart } from '../../base/write-file-atomically.js'
import { type KeyPair, makeAuthority } from './certificates.js'
import { hostLabel } from './own-addresses.js'

/**
 * The authority of a home, which is made at the first call. Of two processes that make one at once, both get that of the first.
 *
 * @throws AgnizeError `bad-argument` where its file is damaged, expired or readable by others.
 */
export async function openAuthority(home: string, now = new Date()): Promise<KeyPair> {
  const folder = join(home, 'tls')
  const path = join(folder, 'authority.pem')
  const kept = await readAuthority(path, now)
  if (kept) return kept
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await createFile(path, await makeAuthority(hostLabel(), now))
  } catch (error) {
    throw diskError(error, path)
  }
  return (await readAuthority(path, now))!
}

async function createFile(path: string, { cert, key }: KeyPair): Promise<void> {
  const part = reservePart(path)
  try {
    await writeFile(part, key + cert, { flag: 'wx', mode: 0o600, flush: true })
    // Unlike a renaming, it replaces nothing.
    await link(part, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(part, { force: true })
    releasePart(part)
  }
}

async function readAuthority(path: string, now: Date): Promise<KeyPair | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw diskError(error, path)
  }
  const { mode } = await stat(path)
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new AgnizeError(
      'bad-argument',
      `The key of the authority in ${path} can be read by others: run chmod 600 on it, or delete it to make another authority, if somebody may have copied it.`,
    )
  }
  const again = `delete it to make another authority, which every phone then has to trust anew`
  const pair = splitPem(text)
  if (!pair) {
    throw new AgnizeError('bad-argument', `The authority in ${path} is damaged: ${again}.`)
  }
  if (new Date(new X509Certificate(pair.cert).validTo) <= now) {
    throw new AgnizeError('bad-argument', `The authority in ${path} has expired: ${again}.`)
  }
  return pair
}

/** A certificate and its key from one file; undefined where they do not belong together. */
export function splitPem(text: string): KeyPair | undefined {
  const [key] = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n/.exec(text) ?? []
  const [cert] = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/.exec(text) ?? []
  if (!key || !cert) return undefined
  try {
    const isPair = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))
    return isPair ? { cert, key } : undefined
  } catch {
    return undefined
  }
}
