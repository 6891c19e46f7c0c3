import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'

/** Cost of scrypt: slow enough to impede trying a list of names, fast enough for a log of thousands of erasures. Judgment. */
const cost = { N: 4096, r: 8, p: 1 } as const
const bytes = 16

const hashOf = (text: string, salt: string) =>
  scryptSync(text.normalize('NFC').trim().toLowerCase(), salt, bytes, cost)

/**
 * Pseudonyms of texts that a subject is known by: a salt, and a slow hash of each text. They allow checking whether a given
 * text was meant, without revealing the texts.
 */
export function pseudonymsOf(texts: readonly string[]): string[] {
  const salt = randomBytes(bytes).toString('base64url')
  return [salt, ...texts.map((text) => hashOf(text, salt).toString('base64url'))]
}

/** Whether one of the pseudonyms is that of a text. */
export function isPseudonymOf(pseudonyms: unknown, text: string): boolean {
  if (!Array.isArray(pseudonyms) || !pseudonyms.every((each) => typeof each === 'string')) {
    return false
  }
  const [salt = '', ...hashes] = pseudonyms as string[]
  const wanted = hashOf(text, salt)
  return hashes.some((hash) => {
    const known = Buffer.from(hash, 'base64url')
    return known.length === bytes && timingSafeEqual(known, wanted)
  })
}
