import { expect, test } from 'vitest'
import { Greeter, type PresentFace, weightOf } from '../../dist/greeting/greeter.js'
import { greetingFor } from '../../dist/greeting/phrase.js'

const named = (...names: string[]) => names.map((name) => ({ name }))

test('uses the words of the tutorial', () => {
  expect(greetingFor(named('skuli'))).toBe('Welcome skuli, have a nice day!')
  expect(greetingFor(named('A', 'B'))).toBe('Welcome A and B, have a nice day!')
  expect(greetingFor(named('A', 'B', 'C'))).toBe('Welcome A, B, and C, have a nice day!')
})

test('has a configurable phrase, also per person', () => {
  const phrase = 'Góðan daginn, {names}!'
  expect(greetingFor(named('Skúli', 'Ása'), phrase, 'is')).toBe('Góðan daginn, Skúli og Ása!')
  expect(
    greetingFor([
      ...named('A', 'B'),
      { name: 'C', phrase: 'Ahoy {names}.' },
      { name: 'D', phrase: 'Back again?' },
    ]),
  ).toBe('Welcome A and B, have a nice day! Ahoy C. Back again?')
  expect(greetingFor([{ name: 'C', phrase: 'Ahoy {names}.' }])).toBe('Ahoy C.')
})

test('inserts names literally', () => {
  expect(greetingFor(named('$& {names}'))).toBe('Welcome $& {names}, have a nice day!')
})

const face = (
  name: string | null,
  { weight = 0.6, age = 5000, phrase = null as string | null } = {},
): PresentFace => ({
  subject: name === null ? null : { id: `id of ${name}`, name },
  ...{ weight, age, phrase },
})

/** Shows the same faces every 40 ms in a time range. @returns The greetings with their times. */
function show(greeter: Greeter, faces: readonly PresentFace[], from: number, to: number) {
  const greeted: [number, string[]][] = []
  for (let at = from; at < to; at += 40) {
    const now = greeter.update(faces, at)
    if (now) {
      greeted.push([at, now.map(({ name }) => name)])
      greeter.spoken()
    }
  }
  return greeted
}

test('greets once, after several frames', () => {
  const greeter = new Greeter()
  expect(show(greeter, [face('A')], 0, 60_000)).toEqual([[120, ['A']]])
})

test('waits longer for small and poor faces', () => {
  expect(show(new Greeter(), [face('A', { weight: weightOf(0.4, 0.05) })], 0, 2000)).toEqual([
    [560, ['A']],
  ])
  expect(show(new Greeter(), [face('A', { weight: 0 })], 0, 5000)).toEqual([])
})

test('greets again only after a long enough absence', () => {
  const greeter = new Greeter()
  show(greeter, [face('A')], 0, 1000)
  expect(show(greeter, [face('A')], 30_000, 31_000)).toEqual([])
  show(greeter, [], 31_000, 61_000)
  expect(show(greeter, [face('A')], 61_000, 62_000)).toEqual([[61_120, ['A']]])
  const short = new Greeter({ againAfter: 2000 })
  show(short, [face('A')], 0, 1000)
  expect(show(short, [face('A')], 3100, 4000)).toHaveLength(1)
})

test('does not count a continuous presence as an absence', () => {
  expect(show(new Greeter({ againAfter: 2000 }), [face('A')], 0, 20_000)).toHaveLength(1)
})

test('greets people who arrive together in one greeting', () => {
  expect(show(new Greeter(), [face('B'), face('A'), face('C')], 0, 2000)).toEqual([
    [120, ['A', 'B', 'C']],
  ])
})

test('waits briefly for undecided faces', () => {
  const greeter = new Greeter()
  const early = show(greeter, [face('A'), face(null, { age: 200 })], 0, 400)
  const late = show(greeter, [face('A'), face('B', { age: 600 })], 400, 1000)
  expect(early).toEqual([])
  expect(late).toEqual([[520, ['A', 'B']]])
  const patient = new Greeter()
  expect(show(patient, [face('A'), face(null, { age: 200 })], 0, 3000)).toEqual([[1120, ['A']]])
})

test('does not greet strangers or names that do not last', () => {
  expect(show(new Greeter(), [face(null)], 0, 5000)).toEqual([])
  const greeter = new Greeter()
  for (let at = 0; at < 20_000; at += 2000) {
    expect(greeter.update([face('A')], at)).toBeNull()
    expect(greeter.update([face(null)], at + 1000)).toBeNull()
  }
})

test('greets at low frame rates, but not by frames that are no sequence', () => {
  const greetedAfter = (intervalMs: number) => {
    const greeter = new Greeter()
    for (let n = 0; n < 10; n++) if (greeter.update([face('A')], n * intervalMs)) return n + 1
    return null
  }
  expect([1000, 2000, 5000].map(greetedAfter)).toEqual([4, 4, null])
})

test('greets nobody while a greeting is being spoken', () => {
  const greeter = new Greeter()
  let at = 0
  let greeted = null
  for (; !greeted; at += 40) greeted = greeter.update([face('A')], at)
  for (const end = at + 5000; at < end; at += 40) {
    expect(greeter.update([face('A'), face('B')], at)).toBeNull()
  }
  greeter.spoken()
  expect(greeter.update([face('A'), face('B')], at)?.map(({ name }) => name)).toEqual(['B'])
})

test('keeps its state after a restart', () => {
  const before = new Greeter()
  show(before, [face('A')], 0, 1000)
  const after = new Greeter({}, JSON.parse(JSON.stringify(before.memory)))
  expect(show(after, [face('A'), face('B')], 2000, 3000).map(([, names]) => names)).toEqual([['B']])
})

test('forgets everybody after the interval, however many pass', () => {
  const greeter = new Greeter({ againAfter: 2000 })
  const held = []
  for (let i = 0; i < 100; i++) {
    // One after the other, each for a second.
    expect(show(greeter, [face(`P${i}`)], 1000 * i, 1000 * i + 1000)).toHaveLength(1)
    held.push(greeter.memory.length)
  }
  expect(Math.max(...held)).toBe(2)
  expect(greeter.memory.map(([id]) => id)).toEqual(['id of P98', 'id of P99'])
  // Without faces, the last entries expire as well.
  const last = greeter.memory.at(-1)![1]
  greeter.update([], last + 1999)
  expect(greeter.memory).toEqual([['id of P99', last]])
  greeter.update([], last + 2000)
  expect(greeter.memory).toEqual([])
})

test('also forgets people from before a restart after the interval', () => {
  const greeter = new Greeter({ againAfter: 2000 }, [
    ['id of A', 0],
    ['id of B', 1500],
  ])
  greeter.update([], 1999)
  expect(greeter.memory.map(([id]) => id)).toEqual(['id of A', 'id of B'])
  greeter.update([], 2000)
  expect(greeter.memory.map(([id]) => id)).toEqual(['id of B'])
  // They are greeted again only after their time has expired.
  expect(show(greeter, [face('A'), face('B')], 2040, 3000).map(([, names]) => names)).toEqual([
    ['A'],
  ])
})

test('does not wait for undecided faces of a single picture', () => {
  const alone = (name: string | null) => ({ ...face(name, { age: 0 }), isCertain: true })
  const greeted = new Greeter().update([alone('A'), alone(null)], 0)
  expect(greeted?.map(({ name }) => name)).toEqual(['A'])
})
