import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'

/** Dear enough that a list of names is not tried in passing, and cheap enough for a log of thousands of erasures. */
const cost = { N: 4096, r: 8, p: 1 } as const
const bytes = 16

const hashOf = (text: string, salt: string) =>
  scryptSync(text.normalize('NFC').trim().toLowerCase(), salt, bytes, cost)

/**
 * Texts that somebody is known by, so that it can be asked later whether they were meant, and not read who they were: a salt,
 * and a slow hash of each text.
 */
export function pseudonymsOf(texts: readonly string[]): string[] {
  const salt = randomBytes(bytes).toString('base64url')
  return [salt, ...texts.map((text) => hashOf(text, salt).toString('base64url'))]
}

/** Whether pseudonyms are of somebody who is known by a text. */
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
