import { expect, test } from 'vitest'
import { hashPassword, isOutdated, isPasswordOf } from '../../../dist/server/accounts/password.js'

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

test('a name that does not exist takes as long as a wrong password', async () => {
  const hash = await hashPassword('correct horse battery')
  const times = { wrong: [] as number[], unknown: [] as number[] }
  for (let i = 0; i < 7; i++) {
    for (const [kind, stored] of [
      ['wrong', hash],
      ['unknown', null],
    ] as const) {
      const before = process.cpuUsage()
      expect(await isPasswordOf('something else entirely', stored)).toBe(false)
      const { user, system } = process.cpuUsage(before)
      times[kind].push(user + system)
    }
  }
  const median = (list: number[]) => list.sort((a, b) => a - b)[3]!
  const ratio = median(times.unknown) / median(times.wrong)
  expect(ratio).toBeGreaterThan(0.8)
  expect(ratio).toBeLessThan(1.25)
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
