import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AgnizeError } from './errors.js'

/** An Ed25519 signature made with the key of an agnize home. */
export interface Signature {
  /** Public key of the signer, base64 of its DER form. */
  readonly publicKey: string
  /** The signature, base64. */
  readonly signature: string
}

/** Signs with the key of an agnize home; the key is created on first use. */
export class Signer {
  readonly #path: string
  #key: Promise<KeyObject> | undefined

  /** @param path - Path of the private key, PEM, readable by its owner only. */
  constructor(path: string) {
    this.#path = path
  }

  async sign(bytes: Uint8Array): Promise<Signature> {
    const key = await this.#open()
    return {
      publicKey: await this.publicKey(),
      signature: sign(null, bytes, key).toString('base64'),
    }
  }

  /** The public key, as {@link Signature.publicKey}. */
  async publicKey(): Promise<string> {
    const key = createPublicKey(await this.#open())
    return key.export({ format: 'der', type: 'spki' }).toString('base64')
  }

  #open(): Promise<KeyObject> {
    this.#key ??= readOrCreateKey(this.#path)
    this.#key.catch(() => (this.#key = undefined))
    return this.#key
  }
}

/** Whether a signature is valid for these bytes. */
export function isSignatureValid(bytes: Uint8Array, { publicKey, signature }: Signature): boolean {
  try {
    const key = createPublicKey({
      key: Buffer.from(publicKey, 'base64'),
      format: 'der',
      type: 'spki',
    })
    return verify(null, bytes, key, Buffer.from(signature, 'base64'))
  } catch {
    return false
  }
}

async function readOrCreateKey(path: string): Promise<KeyObject> {
  const read = () => readFile(path, 'utf8').then(createPrivateKey)
  const found = await read().catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new AgnizeError(
      'bad-argument',
      `The signing key ${path} cannot be read: restore it, or move it away to have a new one created.`,
      { cause: error },
    )
  })
  if (found) return found
  const { privateKey } = generateKeyPairSync('ed25519')
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' })
  try {
    await writeFile(path, pem, { flag: 'wx', mode: 0o600 })
    return privateKey
  } catch (error) {
    // Another process created the key first.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return read()
    throw error
  }
}
