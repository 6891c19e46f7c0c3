import type { ScryptOptions } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import {
  hashPassword,
  isOutdated,
  isPasswordOf,
  requireStrong,
} from '../../../dist/server/accounts/password.js'

/** What was derived; the work is done by the real function. */
const derivations = vi.hoisted(() => [] as object[])

vi.mock('node:crypto', async (original) => {
  const real = await original<typeof import('node:crypto')>()
  const scrypt = (
    ...[password, salt, length, options, done]: [
      string,
      Buffer,
      number,
      ScryptOptions,
      (error: Error | null, key: Buffer) => void,
    ]
  ) => {
    derivations.push({ password, salt: salt.length, length, options })
    real.scrypt(password, salt, length, options, done)
  }
  return { ...real, scrypt }
})

test('a hash is of its password alone, in any Unicode form, and salted', async () => {
  const [one, other] = [await hashPassword('Käse und Wein'), await hashPassword('Käse und Wein')]
  expect(one).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/)
  expect(one).not.toBe(other)
  expect(await isPasswordOf('Käse und Wein'.normalize('NFD'), one)).toBe(true)
  expect(await isPasswordOf('Käse und wein', one)).toBe(false)
  expect(isOutdated(one)).toBe(false)
})

test('a hash of other parameters is checked with those, and is outdated', async () => {
  // The second vector of RFC 7914, section 12, to the length that agnize derives.
  const hash = Buffer.from(
    'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162',
    'hex',
  )
  const known = `scrypt$1024$8$16$${Buffer.from('NaCl').toString('base64url')}$${hash.toString('base64url')}`
  expect(isOutdated(known)).toBe(true)
  expect(await isPasswordOf('password', known)).toBe(true)
  for (const damaged of [
    '',
    'scrypt',
    'scrypt$1$1$1$$',
    'bcrypt$x',
    known.replace('1024', '1023'),
  ]) {
    expect(await isPasswordOf('password', damaged).catch(() => false)).toBe(false)
  }
})

test('for a name that does not exist, the same is computed as for a wrong password', async () => {
  const hash = await hashPassword('correct horse battery')
  const of = async (stored: string | null) => {
    derivations.length = 0
    expect(await isPasswordOf('something else entirely', stored)).toBe(false)
    return [...derivations]
  }
  const wrong = await of(hash)
  expect(wrong).toEqual([
    {
      ...{ password: 'something else entirely', salt: 16, length: 32 },
      options: { N: 2 ** 15, r: 8, p: 3, maxmem: expect.any(Number) },
    },
  ])
  expect(await of(null)).toEqual(wrong)
})

test('what is guessed first is no password, and four words are one', () => {
  const codeOf = (password: string, name = 'Anna Maria') => {
    try {
      requireStrong(password, name)
      return 'fine'
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  for (const weak of [
    ...[
      'password1234',
      'qwertyqwerty',
      '123456789012',
      '210987654321',
      'Passwort2026!',
      'iloveyou1234',
    ],
    ...[
      'P@ssw0rd!2026',
      'abcdefghijkl',
      '1qaz2wsx3edc',
      'zxcvbnmasdfg',
      'Sommer202612',
      'yxcvbnmasdfghjkl',
    ],
    ...[
      '1q2w3e4r5t6y',
      'hundhundhundhund',
      'xy7xy7xy7xy7xy7',
      '111222333444',
      'AnnaAnna2026',
      'maria1234567',
    ],
    ...[
      'admin-admin-1',
      'welcome12345',
      'Anna Maria und ich',
      'azertyuiop12',
      'letmein-please'.slice(0, 12),
    ],
  ]) {
    expect([weak, codeOf(weak)]).toEqual([weak, 'weak-password'])
  }
  for (const strong of [
    ...[
      'correct horse battery',
      'another long password',
      'summer dragon love monkey',
      'wertvolle Zeit am See',
    ],
    ...[
      '839201746582',
      'Banane Anker Tasse',
      'k3vQ-9zPt-w4Lx',
      'die Treppe ist rot',
      '犬猫鳥魚山川海空花木林森',
    ],
  ]) {
    expect([strong, codeOf(strong)]).toEqual([strong, 'fine'])
  }
  // A long one takes no long time.
  expect(codeOf('ab1'.repeat(85))).toBe('weak-password')
})

test('only two hashes are computed at the same time, and a crowd is told to wait', async () => {
  const crowd = await Promise.allSettled(
    Array.from({ length: 40 }, () => isPasswordOf('something', null)),
  )
  const refused = crowd.filter((each) => each.status === 'rejected')
  expect(refused.map(({ reason }) => reason.code)).toEqual(Array(8).fill('overloaded'))
  // The places of those who waited are free again.
  expect(await isPasswordOf('something', null)).toBe(false)
}, 120_000)
