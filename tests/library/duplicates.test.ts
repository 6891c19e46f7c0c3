import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { audit } from '../../dist/evaluation/index.js'
import type { Agnize, OpenOptions } from '../../dist/index.js'
import { facesFolder, homeWithModels, openWithSession, sessionOf, template } from '../fixtures.js'
import { startPostgres } from '../gallery/postgres.js'
import { lacks } from '../requirements.js'

const photos = (person: string, ...numbers: number[]) =>
  numbers.map((n) =>
    join(facesFolder, 'lfw', person, `${person}_${String(n).padStart(4, '0')}.jpg`),
  )

async function opened(options: OpenOptions = {}): Promise<Agnize> {
  const agnize = await openWithSession({ home: await homeWithModels(), threads: 2, ...options })
  onTestFinished(() => agnize.close())
  return agnize
}

/** Two people who are enrolled twice each, and one who is not. */
async function enroll(agnize: Agnize): Promise<void> {
  await agnize.enroll('Bush', photos('George_W_Bush', 1, 2, 3))
  await agnize.enroll('Powell', photos('Colin_Powell', 1, 2))
  await agnize.enroll('Dubya', photos('George_W_Bush', 4))
  await agnize.enroll('Colin', photos('Colin_Powell', 3))
  await agnize.enroll('Chavez', photos('Hugo_Chavez', 1))
}

type Store = Awaited<ReturnType<ReturnType<typeof sessionOf>['gallery']>>['store']

/** Holds the comparisons that begin from now on, after they read the people by `everybody`. */
function holdComparisons({ people }: Store, everybody: Store['people']['everybody']) {
  let begin = () => {}
  let release = () => {}
  const begun = new Promise<void>((resolve) => (begin = resolve))
  const released = new Promise<void>((resolve) => (release = resolve))
  people.everybody = async function* () {
    yield* everybody.call(people)
    begin()
    await released
  }
  return { begun, release }
}

const named = ({ subjects }: { readonly subjects: readonly { readonly name: string }[] }) =>
  subjects.map(({ name }) => name).join()

describe.skipIf(lacks('faces'))('people who are enrolled twice', () => {
  test.each(['open', 'protected', 'in PostgreSQL'])('are found (%s)', async (how) => {
    const server = how === 'in PostgreSQL' ? await startPostgres() : undefined
    if (server) onTestFinished(() => server.stop())
    const agnize = await opened({
      ...(server && { store: server.url }),
      ...(how === 'protected' && { key: randomBytes(32).toString('hex') }),
    })
    expect(await agnize.people.possibleDuplicates()).toMatchObject({ total: 0, pairs: [] })
    await enroll(agnize)
    if (how === 'protected') await agnize.gallery.protect()
    const { total, pairs, likeness } = await agnize.people.possibleDuplicates()
    expect(likeness).toBeGreaterThan(0.35)
    expect(pairs.map(named).sort()).toEqual(['Bush,Dubya', 'Powell,Colin'].sort())
    expect(total).toBe(2)
    for (const { similarity, probability } of pairs) {
      expect(similarity).toBeGreaterThan(likeness)
      // The default card tells none.
      expect(probability).toBeNull()
    }
    expect(pairs[0]!.similarity).toBeGreaterThan(pairs[1]!.similarity)
    // The audit names the same pairs, by the same similarity.
    const { findings } = await audit(agnize)
    const doubled = findings.filter(({ kind }) => kind === 'one_person_two_names')
    expect(doubled.map(({ similarity }) => similarity.toFixed(4))).toEqual(
      pairs.map(({ similarity }) => similarity.toFixed(4)),
    )
    // In pages, also where the last pair was answered meanwhile.
    const first = await agnize.people.possibleDuplicates({ limit: 1 })
    expect(first).toMatchObject({ total: 2, pairs: [pairs[0]] })
    const [a, b] = pairs[0]!.subjects
    expect(await agnize.people.possibleDuplicates({ limit: 5, after: pairs[0]! })).toMatchObject({
      total: 2,
      pairs: [pairs[1]],
    })
    await agnize.people.markDifferent(b.name, a.name)
    expect(await agnize.people.possibleDuplicates({ limit: 5, after: pairs[0]! })).toMatchObject({
      total: 1,
      pairs: [pairs[1]],
    })
    expect(await agnize.people.possibleDuplicates({ after: pairs[1]! })).toMatchObject({
      total: 1,
      pairs: [],
    })
    // A later change of the gallery.
    await agnize.people.merge(pairs[1]!.subjects[1].name, pairs[1]!.subjects[0].name)
    expect(await agnize.people.possibleDuplicates()).toMatchObject({ total: 0, pairs: [] })
    expect(await agnize.people.unmarkDifferent(a.name, b.name)).toBe(true)
    expect(await agnize.people.possibleDuplicates()).toMatchObject({ total: 1 })
    expect((await agnize.people.different()).length).toBe(0)
  })

  test('are compared once, however many ask, and again after a change', async () => {
    const agnize = await opened()
    await enroll(agnize)
    const { store } = await sessionOf(agnize).gallery()
    const { everybody } = store.people
    let comparisons = 0
    store.people.everybody = () => {
      comparisons++
      return everybody.call(store.people)
    }
    const ask = () => agnize.people.possibleDuplicates()
    const answers = await Promise.all([ask(), ask(), ask()])
    expect(answers.map(({ total }) => total)).toEqual([2, 2, 2])
    expect(comparisons).toBe(1)
    await ask()
    await agnize.people.markDifferent('Bush', 'Dubya')
    expect(await ask()).toMatchObject({ total: 1 })
    expect(comparisons).toBe(1)
    // A name or details affect no comparison.
    await agnize.people.rename('Colin', 'General')
    await agnize.people.update('Powell', { tags: ['staff'] })
    await agnize.people.create('Nobody')
    expect((await ask()).pairs.map(named)).toEqual(['Powell,General'])
    await agnize.people.rename('General', 'Colin')
    expect((await ask()).pairs.map(named)).toEqual(['Powell,Colin'])
    expect(comparisons).toBe(1)
    await agnize.enroll('General', photos('Colin_Powell', 4))
    expect(await ask()).toMatchObject({ total: 3 })
    expect(comparisons).toBe(2)
    const [face] = await agnize.people.show('General')
    await agnize.people.moveFaces([face!.id], 'Colin')
    expect((await ask()).pairs.map(named)).toEqual(['Powell,Colin'])
    expect(comparisons).toBe(3)
    // Somebody who asks after a change gets an answer of after it, also while an earlier one is being compared.
    await agnize.people.remove('Chavez')
    const earlier = ask()
    await agnize.people.merge('Powell', 'Colin')
    const [, later] = await Promise.all([earlier, ask()])
    expect(later.pairs).toEqual([])
  })

  test('are no longer compared once everybody left, or the gallery is closed', async () => {
    const agnize = await opened()
    await enroll(agnize)
    const { store } = await sessionOf(agnize).gallery()
    const { everybody } = store.people
    let reads = 0
    let go = () => {}
    let begun = () => {}
    const held = () => {
      const start = new Promise<void>((resolve) => (begun = resolve))
      const wait = new Promise<void>((resolve) => (go = resolve))
      store.people.everybody = async function* () {
        begun()
        await wait
        for await (const people of everybody.call(store.people)) {
          reads++
          yield people
          reads++
        }
      }
      return start
    }
    const client = new AbortController()
    let start = held()
    const left = expect(
      agnize.people.possibleDuplicates({ signal: client.signal }),
    ).rejects.toMatchObject({ code: 'cancelled' })
    await start
    client.abort()
    await left
    go()
    await expect.poll(() => reads).toBe(1)
    // Whoever stays gets the answer.
    start = held()
    const stays = agnize.people.possibleDuplicates()
    await start
    await expect(
      agnize.people.possibleDuplicates({ signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'cancelled' })
    go()
    expect(await stays).toMatchObject({ total: 2 })
    await agnize.people.remove('Chavez')
    start = held()
    const last = expect(agnize.people.possibleDuplicates()).rejects.toMatchObject({
      code: 'closed',
    })
    await start
    const closed = agnize.close()
    go()
    await Promise.all([last, closed])
  })

  test('are told as of the last comparison while a gallery changes faster than it is compared', async () => {
    const agnize = await opened()
    await enroll(agnize)
    const { store } = await sessionOf(agnize).gallery()
    const { everybody } = store.people
    const ask = () => agnize.people.possibleDuplicates({ patience: 0 })
    const names = async () => (await ask()).pairs.map(named).sort()
    const first = holdComparisons(store, everybody)
    await expect(ask()).rejects.toMatchObject({ code: 'overloaded' })
    await first.begun
    await agnize.enroll('General', photos('Colin_Powell', 4))
    const whoWaits = agnize.people.possibleDuplicates({ patience: 1e9 })
    const second = holdComparisons(store, everybody)
    first.release()
    // The next comparison begins, since the gallery has changed; until it ends, the answer is that of the first.
    await second.begun
    expect(await names()).toEqual(['Bush,Dubya', 'Powell,Colin'])
    await agnize.people.rename('Colin', 'Colin P.')
    expect(await names()).toEqual(['Bush,Dubya', 'Powell,Colin P.'])
    await agnize.enroll('Chavez', photos('Hugo_Chavez', 2))
    // Whoever was changed or removed is left out.
    await agnize.people.merge('Dubya', 'Bush')
    expect(await names()).toEqual(['Powell,Colin P.'])
    await agnize.enroll('Powell', photos('Colin_Powell', 5))
    expect(await names()).toEqual([])
    second.release()
    // Who waits gets the second comparison, and of it those who were not changed since.
    expect((await whoWaits).pairs.map(named)).toEqual(['Colin P.,General'])
    store.people.everybody = everybody
    const newest = ['Colin P.,General', 'Powell,Colin P.', 'Powell,General']
    await expect.poll(names).toEqual(newest)
  })

  test('are by the calibration of whoever asks, also where an earlier one is compared by meanwhile', async () => {
    const agnize = await opened()
    await enroll(agnize)
    const { store } = await sessionOf(agnize).gallery()
    const { everybody } = store.people
    const held = holdComparisons(store, everybody)
    const overloaded = { code: 'overloaded' }
    const ask = () => agnize.people.possibleDuplicates({ patience: 0 })
    await expect(ask()).rejects.toMatchObject(overloaded)
    await held.begun
    // Another number of people: the first comparison is nobody's answer, and who asked now begins the next one.
    await agnize.enroll('General', photos('Colin_Powell', 4))
    await expect(ask()).rejects.toMatchObject(overloaded)
    const { calibration } = await agnize.embeddingCard()
    const thresholds = calibration!.thresholds.map(({ fmr, similarity }) => ({
      fmr,
      similarity: similarity + 0.05,
    }))
    await agnize.setCalibration({ ...calibration!, thresholds })
    const { state } = store
    const asked = new Promise<void>((resolve) => {
      store.state = async () => {
        const found = await state.call(store)
        resolve()
        return found
      }
    })
    const answer = agnize.people.possibleDuplicates()
    await asked
    await setImmediate()
    store.people.everybody = everybody
    held.release()
    const { likeness } = await answer
    await agnize.people.remove('General')
    await agnize.enroll('General', photos('Colin_Powell', 4))
    expect(likeness).toBe((await agnize.people.possibleDuplicates()).likeness)
  })

  /** As many people of one face as have more pairs than are told. */
  async function enrollAlike(agnize: Agnize): Promise<void> {
    await agnize.enroll('Bush', photos('George_W_Bush', 1))
    const { store } = await sessionOf(agnize).gallery()
    const [{ vector } = { vector: new Float32Array() }] = await store.templates()
    const model = (await store.state()).model!
    for (let i = 1; i <= 45; i++) await store.add(`Bush ${i}`, template(i, { model, vector }))
  }

  test('people who are removed while all are compared count as no answers', async () => {
    const agnize = await opened()
    await enrollAlike(agnize)
    const { store } = await sessionOf(agnize).gallery()
    const { everybody, people } = store.people
    let comparisons = 0
    store.people.everybody = async function* () {
      comparisons++
      yield* everybody.call(store.people)
      if (comparisons > 1) return
      // Once the comparison has read whose pairs it found.
      store.people.people = async (keys) => {
        const found = await people.call(store.people, keys)
        store.people.people = people
        for (let i = 30; i <= 45; i++) await store.remove(`Bush ${i}`)
        return found
      }
    }
    const { total } = await agnize.people.possibleDuplicates()
    // Pairs of 30 people, at most.
    expect(total).toBeLessThanOrEqual(435)
    expect(total).toBeGreaterThan(0)
    expect(comparisons).toBe(1)
  })

  test('one patience is for both comparisons where half of the pairs are answered', async () => {
    const agnize = await opened()
    await enrollAlike(agnize)
    const { store } = await sessionOf(agnize).gallery()
    const { pairs } = await agnize.people.possibleDuplicates()
    expect(pairs).toHaveLength(1000)
    for (const { subjects } of pairs.slice(0, 600)) {
      await store.different.add(subjects[0].name, subjects[1].name)
    }
    await agnize.enroll('Chavez', photos('Hugo_Chavez', 1))
    const { everybody } = store.people
    let go = () => {}
    const end = new Promise<void>((resolve) => (go = resolve))
    store.people.everybody = async function* () {
      yield* everybody.call(store.people)
      await end
    }
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    const answer = agnize.people.possibleDuplicates({ patience: 10 })
    await expect.poll(() => vi.getTimerCount(), { timeout: 60_000 }).toBe(1)
    vi.advanceTimersByTime(10_000)
    expect((await answer).total).toBe(400)
    go()
  })

  test('a failure is not kept', async () => {
    const agnize = await opened()
    await enroll(agnize)
    const { store } = await sessionOf(agnize).gallery()
    const { everybody } = store.people
    store.people.everybody = () => {
      throw new Error('the disk hiccups')
    }
    await expect(agnize.people.possibleDuplicates()).rejects.toThrow('hiccups')
    store.people.everybody = everybody
    expect(await agnize.people.possibleDuplicates()).toMatchObject({ total: 2 })
  })
})
