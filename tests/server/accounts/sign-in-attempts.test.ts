import { expect, onTestFinished, test } from 'vitest'
import { SqliteDatabase } from '../../../dist/gallery/sql/sqlite.js'
import { maxAttempts, SignInAttempts } from '../../../dist/server/accounts/sign-in-attempts.js'
import { maxOfNetwork, SignInPlaces } from '../../../dist/server/accounts/sign-in-places.js'

async function opened() {
  const database = await SqliteDatabase.open(':memory:')
  onTestFinished(() => database.close())
  const attempts = new SignInAttempts(database)
  const rows = async () =>
    (await database.read((db) => db.selectFrom('sign_in_attempts').selectAll().execute())).length
  /** Fails to sign in some times. @returns How often it was refused. */
  const fail = async (times: number, name: (i: number) => string, from: (i: number) => string) => {
    let refused = 0
    for (let i = 0; i < times; i++) {
      await attempts.begin(name(i), from(i)).then(
        (attempt) => attempt.failed(),
        () => refused++,
      )
    }
    return refused
  }
  return { attempts, rows, fail }
}

test('what is refused is not written', async () => {
  const { attempts, rows, fail } = await opened()
  const tries = maxAttempts.address + 300
  const refused = await fail(
    tries,
    (i) => `name ${i}`,
    () => '10.0.0.1',
  )
  expect(refused).toBe(300)
  // The address, and for each name the account and its pair with the address.
  expect(await rows()).toBe(1 + 2 * maxAttempts.address)
  await expect(attempts.begin('name', '10.0.0.1')).rejects.toMatchObject({ code: 'rate-limited' })
})

test('an account is not locked for others than who guesses at it', async () => {
  const { attempts, fail } = await opened()
  const anna = () => 'Anna'
  const most = maxAttempts.accountFromAddress
  expect(await fail(most + 15, anna, () => '10.0.0.1')).toBe(15)
  await (await attempts.begin('Anna', '10.0.0.2')).succeeded()
  // Many addresses together lock it, but for one from which Anna has signed in.
  expect(await fail(maxAttempts.account, anna, (i) => `10.1.0.${i}`)).toBe(most)
  await expect(attempts.begin('anna ', '10.0.0.3')).rejects.toMatchObject({ code: 'rate-limited' })
  await (await attempts.begin('Anna', '10.0.0.2')).succeeded()
  await attempts.forget('ANNA')
  expect(await fail(1, anna, () => '10.0.0.1')).toBe(0)
})

test('a site of IPv6 is limited over its networks', async () => {
  const { fail } = await opened()
  const tries = maxAttempts.site + 5
  expect(
    await fail(
      tries,
      (i) => `name ${i}`,
      (i) => `2001:db8:7:${i.toString(16)}::1`,
    ),
  ).toBe(5)
})

test('right passwords and those that were not checked do not count', async () => {
  const { attempts, rows } = await opened()
  for (let i = 0; i < 2 * maxAttempts.address; i++) {
    const attempt = await attempts.begin('Anna', '10.0.0.1')
    await attempt.takeBack()
  }
  expect(await rows()).toBe(0)
  for (let i = 0; i < 2 * maxAttempts.address; i++) {
    await (await attempts.begin(`name ${i}`, '10.0.0.1')).succeeded()
  }
  const pending = await Promise.all(
    Array.from({ length: maxAttempts.address }, (_, i) => attempts.begin(`name ${i}`, '10.0.0.1')),
  )
  const refused = await attempts.begin('Anna', '10.0.0.1').catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'rate-limited', retryAfterSeconds: 3 })
  for (const attempt of pending) attempt.failed()
  const later = await attempts.begin('Anna', '10.0.0.1').catch((error: unknown) => error)
  expect((later as { retryAfterSeconds: number }).retryAfterSeconds).toBeGreaterThan(840)
})

test('one network does not take the places of others', () => {
  const places = new SignInPlaces()
  const taken = Array.from({ length: maxOfNetwork }, (_, i) =>
    places.enter(`2001:db8:7:${i.toString(16)}::1`, 'provider'),
  )
  expect(() => places.enter('2001:db8:7:ffff::1', 'provider')).toThrow('from this network')
  places.enter('2001:db8:8::1', 'provider')()
  places.enter('2001:db8:7:ffff::1', 'here')()
  taken[0]!()
  places.enter('2001:db8:7:ffff::1', 'provider')()
})

test('a network that a provider keeps refusing can sign in with passwords', async () => {
  const { attempts } = await opened()
  const refusals: unknown[] = []
  for (let i = 0; i < maxAttempts.address + 40; i++) {
    await attempts.beginAtProvider('10.0.0.1').then(
      (attempt) => attempt.failed(),
      (error: unknown) => refusals.push(error),
    )
  }
  expect(refusals).toHaveLength(40)
  expect(String(refusals.at(-1))).toContain('wait a minute')
  await (await attempts.begin('Anna', '10.0.0.1')).succeeded()
})
