import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { isObject, schemaOf } from '../base/checked-json.js'
import { AgnizeError } from '../base/errors.js'
import { Blinding } from './blinding.js'
import { columnOf } from './json-columns.js'

/** Seals and opens one subject's biometric data. */
export interface Seal {
  /** @param label - Identifies the row, so that sealed values cannot be moved between rows. */
  sealVector(vector: Float32Array, label: string): Uint8Array
  /** A vector in the space of comparison: rotated where the gallery is protected. */
  openVector(bytes: Uint8Array, label: string): Float32Array
  sealBytes(bytes: Uint8Array, label: string): Uint8Array
  openBytes(bytes: Uint8Array, label: string): Uint8Array
}

/** The master key of protected galleries: 32 bytes, from AGNIZE_KEY or a key file. */
export type MasterKey = Uint8Array

/** The seal of an unprotected gallery, which leaves data as it is. */
const plainSeal: Seal = {
  sealVector: toBytes,
  openVector: toFloats,
  sealBytes: (bytes) => bytes,
  openBytes: (bytes) => bytes,
}

/** The protection of a gallery as stored: JSON. */
export type Protection = string

/** The keys of a gallery, themselves sealed by the master key. */
interface GalleryKeys {
  /** Seals the subjects' keys. */
  readonly subjects: string
  /** Seals the faces of the logs, which belong to no subject. */
  readonly faces: string
  /** Seed of the vectors' rotation. */
  readonly blinding: string
}

/** Seals and opens the biometric data of one gallery: with one key per subject where it is protected, else not at all. */
export class Vault {
  readonly #subjects: Uint8Array | undefined
  readonly #blinding: Blinding | undefined
  /** Seal of data that belongs to no subject. */
  readonly seal: Seal

  private constructor(keys: GalleryKeys | undefined) {
    if (!keys) {
      this.seal = plainSeal
      return
    }
    this.#subjects = Buffer.from(keys.subjects, 'hex')
    this.#blinding = new Blinding(Buffer.from(keys.blinding, 'hex'))
    this.seal = sealedBy(Buffer.from(keys.faces, 'hex'), this.#blinding)
  }

  /** The vault of an unprotected gallery. */
  static readonly plain = new Vault(undefined)

  /** @throws AgnizeError `key-missing`, `wrong-key`. */
  static open(protection: Protection, galleryId: string, master: MasterKey | undefined): Vault {
    return new Vault(readKeys(protection, galleryId, master))
  }

  /** Creates new keys for a gallery. */
  static create(galleryId: string, master: MasterKey): Protection {
    const key = () => randomBytes(32).toString('hex')
    const keys: GalleryKeys = { subjects: key(), faces: key(), blinding: key() }
    return writeKeys(keys, galleryId, master)
  }

  /** Replaces the master key, and the key that seals the subjects' keys. */
  static rotate(
    protection: Protection,
    galleryId: string,
    master: MasterKey,
    next: MasterKey,
  ): Protection {
    const keys = readKeys(protection, galleryId, master)
    const rotated = { ...keys, subjects: randomBytes(32).toString('hex') }
    return writeKeys(rotated, galleryId, next)
  }

  get isSealed(): boolean {
    return this.#subjects !== undefined
  }

  /** Rotates a vector into the gallery's space of comparison. */
  blind(vector: Float32Array): Float32Array {
    return this.#blinding?.apply(vector) ?? vector
  }

  /** Undoes {@link Vault.blind}. */
  reveal(vector: Float32Array): Float32Array {
    return this.#blinding?.revert(vector) ?? vector
  }

  /** Creates a key for a new subject, sealed, and its seal. */
  newSubject(subjectId: string): { readonly sealed: Uint8Array | null; readonly seal: Seal } {
    if (!this.#subjects || !this.#blinding) return { sealed: null, seal: plainSeal }
    const key = randomBytes(32)
    return {
      sealed: encrypt(key, this.#subjects, subjectId),
      seal: sealedBy(key, this.#blinding),
    }
  }

  /** @throws AgnizeError `wrong-key` when the key was not sealed by this gallery. */
  subject(subjectId: string, sealed: Uint8Array | undefined): Seal {
    if (!this.#subjects || !this.#blinding) return plainSeal
    if (!sealed) {
      throw new AgnizeError(
        'key-missing',
        'The key of a person is missing from the gallery, so the data of that person cannot be read: restore the keys, or erase the person.',
      )
    }
    return sealedBy(decrypt(sealed, this.#subjects, subjectId), this.#blinding)
  }

  /** Seals a subject's key for another vault. */
  rewrap(subjectId: string, sealed: Uint8Array, next: Vault): Uint8Array {
    return encrypt(decrypt(sealed, this.#subjects!, subjectId), next.#subjects!, subjectId)
  }
}

/**
 * Reads a key: 32 bytes in hexadecimal or base64.
 *
 * @throws AgnizeError `wrong-key`.
 */
export function masterKey(text: string): MasterKey {
  const trimmed = text.trim()
  const bytes = /^[0-9a-f]{64}$/i.test(trimmed)
    ? Buffer.from(trimmed, 'hex')
    : /^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)
      ? Buffer.from(trimmed, 'base64')
      : undefined
  if (bytes?.length === 32) return bytes
  throw new AgnizeError(
    'wrong-key',
    'The key is not 32 bytes in hexadecimal or base64: make one with "agnize gallery key".',
  )
}

/** A new key, in base64. */
export const newMasterKey = () => randomBytes(32).toString('base64')

/** Fingerprint that distinguishes keys without revealing them. */
const fingerprint = (master: MasterKey) =>
  createHash('sha256').update('agnize key').update(master).digest('hex').slice(0, 16)

interface ProtectionJson {
  readonly format: 1
  readonly key: string
  readonly sealed: string
}

function readKeys(
  protection: Protection,
  galleryId: string,
  master: MasterKey | undefined,
): GalleryKeys {
  const { key, sealed } = columnOf(protection, protectionShape, 'what protects it')
  if (!master) {
    throw new AgnizeError(
      'key-missing',
      'The gallery is protected: give its key in AGNIZE_KEY, or the path of a key file in AGNIZE_KEY_FILE.',
    )
  }
  if (key !== fingerprint(master)) {
    throw new AgnizeError(
      'wrong-key',
      'The key is not the one that protects this gallery: give the right one in AGNIZE_KEY or AGNIZE_KEY_FILE.',
    )
  }
  const json = decrypt(Buffer.from(sealed, 'base64'), wrapping(master), galleryId)
  return columnOf(Buffer.from(json).toString('utf8'), keysShape, 'what protects it')
}

const protectionShape = schemaOf(
  (value): value is ProtectionJson =>
    isObject(value) &&
    value.format === 1 &&
    typeof value.key === 'string' &&
    typeof value.sealed === 'string',
)

/** Whether a text is a valid protection. */
export const isProtection = (text: string): boolean => {
  try {
    return protectionShape.safeParse(JSON.parse(text)).success
  } catch {
    return false
  }
}

const keysShape = schemaOf(
  (value): value is GalleryKeys =>
    isObject(value) &&
    [value.subjects, value.faces, value.blinding].every(
      (key) => typeof key === 'string' && /^[0-9a-f]{64}$/.test(key),
    ),
)

function writeKeys(keys: GalleryKeys, galleryId: string, master: MasterKey): Protection {
  const sealed = encrypt(Buffer.from(JSON.stringify(keys)), wrapping(master), galleryId)
  const json: ProtectionJson = {
    format: 1,
    key: fingerprint(master),
    sealed: Buffer.from(sealed).toString('base64'),
  }
  return JSON.stringify(json)
}

const wrapping = (master: MasterKey) =>
  new Uint8Array(hkdfSync('sha256', master, '', 'agnize gallery keys', 32))

function sealedBy(key: Uint8Array, blinding: Blinding): Seal {
  return {
    sealVector: (vector, label) => encrypt(toBytes(blinding.apply(vector)), key, label),
    openVector: (bytes, label) => toFloats(decrypt(bytes, key, label)),
    sealBytes: (bytes, label) => encrypt(bytes, key, label),
    openBytes: (bytes, label) => decrypt(bytes, key, label),
  }
}

const [nonceBytes, tagBytes] = [12, 16]

/** Encrypts with AES-256-GCM: nonce, ciphertext, tag. */
function encrypt(bytes: Uint8Array, key: Uint8Array, label: string): Uint8Array {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(label))
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
}

function decrypt(sealed: Uint8Array, key: Uint8Array, label: string): Uint8Array {
  try {
    const end = sealed.length - tagBytes
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes))
      .setAAD(Buffer.from(label))
      .setAuthTag(sealed.subarray(end))
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, end)), decipher.final()])
  } catch (cause) {
    throw new AgnizeError(
      'wrong-key',
      'Data in the gallery cannot be read with this key, or was changed: give the right key, or restore a backup.',
      { cause },
    )
  }
}

/** A vector in the format of the tables: little-endian float32. */
export function toBytes(vector: Float32Array): Uint8Array {
  return new Uint8Array(
    vector.buffer.slice(vector.byteOffset, vector.byteOffset + vector.byteLength),
  )
}

/** Decodes a copy, since the database's bytes may not be aligned to 4 bytes. */
export function toFloats(bytes: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer)
}
