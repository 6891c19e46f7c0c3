import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { AgnizeError, canceled, throwIfCanceled } from '../../base/errors.js'
import { guessedLength } from './guessed-first.js'

/**
 * Parameters of new hashes: one of OWASP's equivalent choices for scrypt (Password Storage Cheat Sheet), the one of 32 MB, since
 * the memory is shared with networks. A quarter of a second on a core.
 */
const current = { cost: 2 ** 15, blockSize: 8, parallelization: 3 } as const

/** Hashes that are computed at the same time; each holds 32 MB. Judgment. */
const maxRunning = 2

/** Passwords that wait for their hash; more are refused as `overloaded`. Judgment. */
const maxWaiting = 30

/** Shortest password, in characters: that of NIST SP 800-63B for a password without a second factor is 15, with one 8. Judgment. */
export const minPasswordLength = 12

/**
 * Characters that have to be guessed one by one, in whatever a password holds of what is guessed first. Judgment: as many as NIST
 * asks of a password in all.
 */
const minGuessedLength = 8

/** Longest password, in characters, so that a body stays small. */
export const maxPasswordLength = 256

const derive = promisify(
  scrypt as (
    password: string,
    salt: Buffer,
    length: number,
    options: { N: number; r: number; p: number; maxmem: number },
    done: (error: Error | null, key: Buffer) => void,
  ) => void,
)

/**
 * Requires that a password is not one that is guessed first.
 *
 * @throws AgnizeError `weak-password`.
 */
export function requireStrong(password: string, name: string): void {
  const length = [...password].length
  if (length > maxPasswordLength || Buffer.byteLength(password) > 4 * maxPasswordLength) {
    throw new AgnizeError(
      'weak-password',
      `A password has at most ${maxPasswordLength} characters: choose a shorter one.`,
    )
  }
  if (length < minPasswordLength) {
    throw new AgnizeError(
      'weak-password',
      `A password has at least ${minPasswordLength} characters: choose a longer one, such as four words.`,
    )
  }
  const folded = password.normalize('NFKC').toLowerCase()
  const holdsName = name.length > 3 && folded.includes(name.normalize('NFKC').toLowerCase())
  if (holdsName || new Set(folded).size < 5 || guessedLength(password, name) < minGuessedLength) {
    throw new AgnizeError(
      'weak-password',
      'The password is easy to guess, because it consists of common words, sequences, repeated parts or the name of the account: choose another one, such as four words.',
    )
  }
}

/** The answer to a wrong name and to a wrong password, which it does not tell apart. */
export const wrongPassword = () =>
  new AgnizeError('wrong-password', 'The name or the password is wrong: try again.')

/**
 * Hashes a password.
 *
 * @param signal - Ends the wait for a turn when the client has left.
 * @returns `scrypt$N$r$p$salt$hash`, the parameters beside the hash.
 * @throws AgnizeError `overloaded`, `cancelled`.
 */
export async function hashPassword(password: string, signal?: AbortSignal): Promise<string> {
  const { cost, blockSize, parallelization } = current
  const salt = randomBytes(16)
  const hash = await hashOf(password, salt, [cost, blockSize, parallelization], signal)
  return ['scrypt', cost, blockSize, parallelization, base64(salt), base64(hash)].join('$')
}

/**
 * Whether a password is the one of a hash. Without a hash, as for an unknown name, it takes as long.
 *
 * @param signal - Ends the wait for a turn when the client has left.
 * @throws AgnizeError `overloaded`, `cancelled`.
 */
export async function isPasswordOf(
  password: string,
  stored: string | null,
  signal?: AbortSignal,
): Promise<boolean> {
  const known = /^scrypt\$(\d{1,7})\$(\d{1,2})\$(\d{1,2})\$([\w-]+)\$([\w-]+)$/.exec(stored ?? '')
  const { cost, blockSize, parallelization } = current
  const parameters: Parameters3 = known
    ? [Number(known[1]), Number(known[2]), Number(known[3])]
    : [cost, blockSize, parallelization]
  const salt = known ? Buffer.from(known[4]!, 'base64url') : noSalt
  const right = known ? Buffer.from(known[5]!, 'base64url') : noSalt
  const hash = await hashOf(password, salt, parameters, signal)
  return known !== null && hash.length === right.length && timingSafeEqual(hash, right)
}

/** Whether a hash was made with other parameters than those of new hashes. */
export function isOutdated(stored: string): boolean {
  const { cost, blockSize, parallelization } = current
  return !stored.startsWith(`scrypt$${cost}$${blockSize}$${parallelization}$`)
}

type Parameters3 = readonly [cost: number, blockSize: number, parallelization: number]

const noSalt = Buffer.alloc(16)
const base64 = (bytes: Buffer) => bytes.toString('base64url')

let running = 0
/** Give a turn to those that wait, in the order of arrival. */
const waiting: (() => void)[] = []

async function hashOf(
  password: string,
  salt: Buffer,
  [N, r, p]: Parameters3,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  await turn(signal)
  try {
    // The same characters typed on another system may have another form.
    return await derive(password.normalize('NFKC'), salt, 32, { N, r, p, maxmem: 256 * N * r })
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}

/** Waits for a turn, which whoever ends hands over; a client that leaves gives up its place in the queue. */
async function turn(signal: AbortSignal | undefined): Promise<void> {
  throwIfCanceled(signal)
  if (running < maxRunning) {
    running++
    return
  }
  if (waiting.length >= maxWaiting) {
    throw new AgnizeError('overloaded', 'Too many sign-ins are in progress: try again.')
  }
  await new Promise<void>((resolve, reject) => {
    const take = () => {
      signal?.removeEventListener('abort', leave)
      resolve()
    }
    const leave = () => {
      waiting.splice(waiting.indexOf(take), 1)
      reject(canceled(signal!))
    }
    waiting.push(take)
    signal?.addEventListener('abort', leave, { once: true })
  })
}
