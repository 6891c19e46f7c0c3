import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Agnize, openAgnize } from '../../dist/index.js'
import { applyRules, type Rule } from '../../dist/watch/rules.js'
import { hasCamera } from '../chromium.js'
import { type Portraits, portraits } from '../console/portraits.js'
import { agnize as command, homeWithModels } from '../fixtures.js'
import { lacks } from '../requirements.js'

let people: Portraits
beforeAll(async () => {
  if (hasCamera) people = await portraits()
})

/** Records a visit that took place this many hours ago. */
async function visit(
  agnize: Agnize,
  photo: string,
  hours: number,
  by: { subjectId: string } | { visitorId: string },
  camera = 'door',
) {
  const [face] = await agnize.analyze(photo)
  const at = new Date(Date.now() - hours * 3_600_000).toISOString()
  const { readFile } = await import('node:fs/promises')
  return agnize.visits.begin(
    {
      ...{ camera, by, firstAt: at, lastAt: at },
      face: {
        ...{ model: face!.embedding.model, vector: face!.embedding.vector },
        ...{ quality: face!.quality.score, similarity: null, explanation: null },
        image: await readFile(photo),
      },
    },
    at,
  )
}

describe.skipIf(lacks('camera'))('agnize events', () => {
  test('lists, searches, names and deletes visits, and finds previous visits of a face', async () => {
    const home = await homeWithModels()
    const events = async (...args: string[]) => {
      const { code, stdout, stderr } = await command(['events', ...args], { home })
      return { code, lines: stdout.split('\n').filter(Boolean), stderr }
    }
    const json = async (...args: string[]) =>
      (await events('list', ...args, '--json')).lines.map((line) => JSON.parse(line))
    expect((await events()).stderr).toMatch(/Not recording: start with "agnize events on"/)
    expect((await events('on', '--days', '14')).lines).toEqual([
      'Visits are recorded from now on, and kept for 14 days.',
    ])
    const agnize = await openAgnize({ home, threads: 1 })
    await agnize.enroll('Bo', people.bo, { at: [240, 240] })
    const { id: bo } = await agnize.people.get('Bo')
    await visit(agnize, people.anna, 50, { visitorId: 'first' })
    await visit(agnize, people.cid, 30, { visitorId: 'other' }, 'gate')
    await visit(agnize, people.annaAgain, 20, { visitorId: 'second' })
    const { id } = await visit(agnize, people.bo, 10, { subjectId: bo })
    await agnize.close()

    expect((await json()).map(({ subject, visitor }) => subject?.name ?? visitor)).toEqual([
      ...['Bo', 'second', 'other', 'first'],
    ])
    expect(await json('--person', 'Bo')).toMatchObject([{ id, schema_version: 2, has_face: true }])
    expect(await json('--camera', 'gate')).toMatchObject([{ visitor: 'other' }])
    expect(await json('--unknown', '--limit', '2')).toHaveLength(2)
    const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()
    expect(await json('--since', ago(25))).toHaveLength(2)
    expect(await json('--since', ago(25), '--until', ago(15))).toMatchObject([
      { visitor: 'second' },
    ])
    expect((await events('list', '--since', 'tomorrow')).stderr).toMatch(/is not a time/)
    expect((await events('list', '--person', 'Nobody')).stderr).toMatch(/unknown-subject/)
    // The search by a face finds its visits under any id.
    expect((await json('--photo', people.anna)).map(({ visitor }) => visitor)).toEqual([
      ...['second', 'first'],
    ])
    // Two visitors are merged: the older id is kept, and the other one still resolves to it.
    expect((await events('strangers')).lines).toHaveLength(4)
    expect((await events('regroup')).lines).toEqual([
      '2 unknown visitors; 1 visit belongs to another visitor than before.',
    ])
    expect((await json('--visitor', 'second')).map(({ visitor }) => visitor)).toEqual([
      ...['first', 'first'],
    ])
    expect((await events('regroup')).lines).toEqual([
      '2 unknown visitors; 0 visits belong to another visitor than before.',
    ])
    // The visitor is named by an id from an earlier event.
    const named = await events('name', 'second', 'Anna')
    expect(named.lines).toEqual(['named Anna: 2 faces enrolled, 2 visits named.'])
    expect((await json('--person', 'Anna')).map(({ visitor }) => visitor)).toEqual([
      ...['first', 'first'],
    ])
    expect((await json('--photo', people.anna)).map(({ subject }) => subject?.name)).toEqual([
      ...['Anna', 'Anna'],
    ])
    expect((await events('forget', 'other')).lines).toEqual(['deleted 1 visit.'])
    expect((await events('forget', 'other')).stderr).toMatch(/unknown-visitor/)
    const file = join(home, 'face.jpg')
    expect((await events('image', id, file)).code).toBe(0)
    expect((await events('image', 'nothing', file)).stderr).toMatch(/unknown-face/)
    const noFace = join(home, 'no-face.txt')
    await writeFile(noFace, 'x')
    expect((await events('list', '--photo', noFace)).code).toBe(2)
    expect((await events('off')).code).toBe(0)
  })

  test('strangers are regrouped in a protected gallery too', async () => {
    const home = await homeWithModels()
    const key = `${'0'.repeat(63)}1`
    const agnize = await openAgnize({ home, threads: 1, key })
    onTestFinished(() => agnize.close())
    await visit(agnize, people.anna, 50, { visitorId: 'first' })
    await agnize.gallery.protect()
    await visit(agnize, people.annaAgain, 20, { visitorId: 'second' })
    await visit(agnize, people.cid, 10, { visitorId: 'third' })
    expect(await agnize.visits.regroup()).toEqual({ strangers: 2, changed: 1 })
    expect(await agnize.visits.search(people.anna)).toHaveLength(2)
  })
})

test('the first matching rule decides, by camera, person, tag and schedule', () => {
  const anna = { id: 'a', name: 'Anna' }
  const at = (day: number, time: string) => new Date(`2026-11-${22 + day}T${time}:00`)
  const decide = (
    rules: Rule[],
    {
      camera = 'door',
      subject = null as typeof anna | null,
      tags = [] as string[],
      when = at(0, '12:00'),
    } = {},
  ) => applyRules(rules, { camera, subject, tags, at: when })
  expect(decide([])).toEqual({ action: 'notify', rule: null })
  const rules: Rule[] = [
    { name: 'family', tags: ['family', 'friend'], do: 'quiet' },
    { people: ['Bo'], cameras: ['gate'], do: 'alert' },
    { name: 'night', who: 'unknown', between: '22:00-06:00', days: ['fri', 'sat'], do: 'alert' },
    { name: 'office', who: 'known', between: '09:00-17:30', days: ['mon'], do: 'quiet' },
  ]
  expect(decide(rules, { subject: anna, tags: ['friend'] })).toEqual({
    ...{ action: 'quiet', rule: 'family' },
  })
  expect(decide(rules, { subject: { id: 'b', name: 'Bo' }, camera: 'gate' })).toEqual({
    ...{ action: 'alert', rule: 'rule 2' },
  })
  expect(decide(rules, { subject: { id: 'b', name: 'Bo' } }).action).toBe('notify')
  // 22 November 2026 is a Sunday: the rule of Saturday night still applies.
  expect(at(0, '05:59').getDay()).toBe(0)
  expect(decide(rules, { when: at(0, '05:59') }).rule).toBe('night')
  expect(decide(rules, { when: at(0, '06:00') }).rule).toBeNull()
  expect(decide(rules, { when: at(0, '23:00') }).rule).toBeNull()
  expect(decide(rules, { when: at(5, '22:00') }).rule).toBe('night')
  expect(decide(rules, { when: at(5, '22:00'), subject: anna }).rule).toBeNull()
  expect(decide(rules, { when: at(1, '09:00'), subject: anna }).rule).toBe('office')
  expect(decide(rules, { when: at(1, '17:30'), subject: anna }).rule).toBeNull()
  expect(decide(rules, { when: at(2, '12:00'), subject: anna }).rule).toBeNull()
})
