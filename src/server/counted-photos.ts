import { createHash } from 'node:crypto'
import { slices } from './byte-slices.js'

/** Photos and embeddings that are remembered of a key. Judgment: an import of a few thousand photos, in some MB. */
const maxRemembered = 20_000

/**
 * What has been counted in the quotas of today, so that one photo is one: an import looks at a photo, compares its faces, and enrolls
 * it, and another operation on what was counted is not counted again. The same operation is. Only hashes are kept, in the memory of
 * this server.
 */
export class CountedPhotos {
  /** By key: the hash of a photo or an embedding, and the operations that used it since it was counted. */
  readonly #keys = new Map<string, Map<string, Set<string>>>()

  /** Whether something was counted for another operation, and not yet used by this one. */
  isCounted(key: string, operation: string, digest: string): boolean {
    const used = this.#keys.get(key)?.get(digest)
    return used !== undefined && !used.has(operation)
  }

  /** Remembers what an operation used: it was counted now, or before for another operation. */
  add(key: string, operation: string, digests: readonly string[]): void {
    const known = this.#keys.get(key) ?? new Map<string, Set<string>>()
    this.#keys.set(key, known)
    for (const digest of digests) {
      if (this.isCounted(key, operation, digest)) known.get(digest)!.add(operation)
      else {
        known.delete(digest)
        known.set(digest, new Set([operation]))
      }
    }
    // The oldest go first.
    for (const digest of known.keys()) {
      if (known.size <= maxRemembered) break
      known.delete(digest)
    }
  }

  clear(): void {
    this.#keys.clear()
  }
}

/** Hash of a photo or an embedding. */
export async function digestOf(content: Uint8Array): Promise<string> {
  const hash = createHash('sha256')
  for await (const slice of slices(content)) hash.update(slice)
  return hash.digest('base64url').slice(0, 22)
}

/** The bytes of an embedding. */
export const embeddingBytes = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)
