import type { ScryptOptions } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import {
  hashPassword,
  isOutdated,
  isPasswordOf,
  requireStrong,
} from '../../../dist/server/accounts/password.js'
import { ask, startServer } from '../start.js'

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

test('whoever leaves while waiting for a turn gives up the place, and nothing is computed', async () => {
  derivations.length = 0
  const [gone, gone2] = [new AbortController(), new AbortController()]
  const stay = [isPasswordOf('stays', null), hashPassword('stays')]
  const leave = Array.from({ length: 29 }, () => isPasswordOf('leaves', null, gone.signal))
  const last = hashPassword('stays to the end', gone2.signal)
  await expect(isPasswordOf('one too many', null)).rejects.toMatchObject({ code: 'overloaded' })
  gone.abort()
  const left = await Promise.allSettled(leave)
  expect(left.map((each) => each.status === 'rejected' && each.reason.code)).toEqual(
    Array(29).fill('cancelled'),
  )
  // A client that left before is not waited for either.
  await expect(hashPassword('leaves', gone.signal)).rejects.toMatchObject({ code: 'cancelled' })
  const later = isPasswordOf('comes later', null)
  await Promise.all([...stay, last, later])
  // Too late to leave.
  gone2.abort()
  expect(derivations.map((each) => (each as { password: string }).password)).toEqual([
    ...['stays', 'stays', 'stays to the end', 'comes later'],
  ])
}, 60_000)

test('a client that closes the connection while its sign-in waits leaves the queue', async () => {
  const at = await startServer()
  const json = { name: 'Root', role: 'administrator', password: 'correct horse battery' }
  expect((await ask(at, '/v1/accounts', { json })).status).toBe(201)
  const places = vi.spyOn(at.server.signInPlaces, 'enter')
  derivations.length = 0
  const [one, other] = [hashPassword('busy'), hashPassword('busy')]
  const gone = new AbortController()
  const signIns = Array.from({ length: 10 }, () =>
    ask(at, '/v1/session', {
      ...{ json: { name: 'Root', password: 'something else' }, signal: gone.signal },
    }).catch(() => {}),
  )
  await vi.waitFor(() => expect(places).toHaveBeenCalledTimes(10))
  gone.abort()
  await Promise.all([...signIns, one, other])
  const signIn = () => ask(at, '/v1/session', { json: { name: 'Root', password: json.password } })
  await vi.waitFor(async () => expect((await signIn()).status).toBe(201), 30_000)
  const computed = derivations.map((each) => (each as { password: string }).password)
  // Those that had begun before the client left are few.
  expect(computed.filter((password) => password === 'something else').length).toBeLessThan(3)
  // And they are nobody's failure.
  expect((await signIn()).status).toBe(201)
}, 60_000)

test('only two hashes are computed at the same time, and a crowd is told to wait', async () => {
  const crowd = await Promise.allSettled(
    Array.from({ length: 40 }, () => isPasswordOf('something', null)),
  )
  const refused = crowd.filter((each) => each.status === 'rejected')
  expect(refused.map(({ reason }) => reason.code)).toEqual(Array(8).fill('overloaded'))
  // The places of those who waited are free again.
  expect(await isPasswordOf('something', null)).toBe(false)
}, 120_000)
