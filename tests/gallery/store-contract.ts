import { expect, test } from 'vitest'
import type { Store } from '../../dist/gallery/store.js'
import type { Calibration } from '../../dist/index.js'
import { template, unitVector } from '../fixtures.js'

const calibration: Calibration = {
  basis: { data: 'made up', subjects: 30, genuinePairs: 100, impostorPairs: 1000 },
  method: 'test',
  thresholds: [
    { fmr: 1e-2, similarity: 0.3 },
    { fmr: 1e-3, similarity: 0.4 },
  ],
  tail: 0.1,
  ambiguity: 0.05,
  date: '2026-01-01T00:00:00.000Z',
  probability: { form: 'logistic', intercept: -8, slope: 18 },
}

/** Compares vectors to the precision of float32, since a protected gallery rotates them. */
function expectAlike(a: Float32Array, b: Float32Array): void {
  expect(a).toHaveLength(b.length)
  for (const [i, value] of a.entries()) expect(value).toBeCloseTo(b[i]!, 5)
}

/**
 * The contract of every store.
 *
 * @param open - Opens a gallery of a fresh store; the same place and name give the same gallery again.
 */
export function storeContract(open: (place: string, gallery: string) => Promise<Store>): void {
  let places = 0
  const fresh = () => open(`place-${places++}`, 'default')

  test('an added template is found with all its details', async () => {
    const store = await fresh()
    expect(await store.state()).toMatchObject({ model: null, people: 0, templates: 0 })
    const added = await store.add('Skuli', template(1))
    expect(added).toMatchObject({ outcome: 'added', subject: { name: 'Skuli' } })
    const [stored] = await store.templates()
    expect(stored).toMatchObject({
      id: added.templateId,
      subject: added.subject,
      photo: 'photo-1.jpg',
    })
    expect(stored!.quality).toBeCloseTo(0.9)
    expectAlike(stored!.vector, template(1).vector)
    expect(await store.templatesOf('Skuli')).toMatchObject([
      { id: added.templateId, box: { x: 10, y: 20, width: 30, height: 40 } },
    ])
    expect((await store.state()).model).toBe('test@1')
  })

  test('several templates a person, sorted by subject', async () => {
    const store = await fresh()
    await store.add('A', template(1))
    await store.add('B', template(2))
    await store.add('A', template(3))
    expect(await store.subjects()).toMatchObject([
      { name: 'A', templates: 2 },
      { name: 'B', templates: 1 },
    ])
    const owners = (await store.templates()).map(({ subject }) => subject.name)
    expect(owners.join('')).toMatch(/^(AAB|BAA)$/)
  })

  test('recognizes the same face of the same photo, and no other face of it', async () => {
    const store = await fresh()
    const first = await store.add('A', template(1))
    expect(await store.add('A', template(1))).toEqual({ ...first, outcome: 'known' })
    expect(await store.add('B', template(1))).toEqual({ ...first, outcome: 'known' })
    const elsewhere = { x: 500, y: 20, width: 30, height: 40 }
    expect(await store.add('B', template(1, { box: elsewhere }))).toMatchObject({
      outcome: 'added',
    })
    expect(await store.templates()).toHaveLength(2)
  })

  test('two models never meet in one gallery', async () => {
    const store = await fresh()
    await store.add('A', template(1))
    await expect(store.add('B', template(2, { model: 'other@2' }))).rejects.toMatchObject({
      code: 'wrong-model',
    })
    await expect(store.add('B', template(2, { vector: unitVector(2, 8) }))).rejects.toMatchObject({
      code: 'wrong-model',
    })
    expect(await store.subjects()).toHaveLength(1)
    await store.remove('A')
    await expect(store.add('B', template(2, { model: 'other@2' }))).resolves.toMatchObject({
      outcome: 'added',
    })
  })

  test('rename, merge and remove', async () => {
    const store = await fresh()
    await store.add('A', template(1))
    await store.add('B', template(2))
    await expect(store.rename('A', 'B')).rejects.toMatchObject({ code: 'subject-exists' })
    expect(await store.rename('A', 'Á')).toMatchObject({ name: 'Á' })
    await expect(store.templatesOf('A')).rejects.toMatchObject({ code: 'unknown-subject' })
    await expect(store.merge('B', 'B')).rejects.toMatchObject({ code: 'bad-argument' })
    const changed = (before: { readonly name: string }) => {
      throw new Error(`${before.name} was changed`)
    }
    await expect(store.merge('Á', 'B', changed)).rejects.toThrow('Á was changed')
    expect(await store.merge('Á', 'B')).toMatchObject({ name: 'B', templates: 2 })
    expect(await store.subjects()).toHaveLength(1)
    await expect(store.remove('B', { check: changed })).rejects.toThrow('B was changed')
    expect(await store.remove('B')).toMatchObject({ templates: 2 })
    expect(await store.templates()).toEqual([])
    for (const call of [
      () => store.remove('B'),
      () => store.rename('B', 'C'),
      () => store.merge('B', 'C'),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'unknown-subject' })
    }
  })

  test('remembers who is different from whom, until one of the two goes', async () => {
    const store = await fresh()
    for (const [i, name] of ['A', 'B', 'C', 'D'].entries()) await store.add(name, template(i))
    const { version } = await store.state()
    const pairs = async () =>
      (await store.different.list()).map(({ subjects }) => subjects.map(({ name }) => name).join())
    const made = await store.different.add('B', 'A')
    expect(made.subjects.map(({ name }) => name)).toEqual(['A', 'B'])
    expect(await store.different.add('A', 'B')).toEqual(made)
    await store.different.add('A', 'C')
    await store.different.add('D', 'B')
    expect(await pairs()).toEqual(['A,B', 'A,C', 'B,D'])
    expect((await store.different.of('B')).map(({ subjects }) => subjects[1].name)).toEqual([
      ...['B', 'D'],
    ])
    // Searches do not depend on it, and need not load anything again.
    expect((await store.state()).version).toBe(version)
    await expect(store.different.add('A', 'A')).rejects.toMatchObject({ code: 'bad-argument' })
    await expect(store.different.add('A', 'X')).rejects.toMatchObject({ code: 'unknown-subject' })
    await expect(store.different.remove('X', 'A')).rejects.toMatchObject({
      code: 'unknown-subject',
    })
    expect(await store.different.remove('A', 'D')).toBe(false)
    const [a, b, c] = await Promise.all(['A', 'B', 'C'].map((name) => store.subject(name)))
    // Whoever is different from the merged one is different from the one who stays; the pair itself is gone.
    await store.merge('A', 'B')
    expect(await pairs()).toEqual(['B,C', 'B,D'])
    expect(await store.traces(a!.id)).toEqual({})
    expect(await store.traces(c!.id)).toMatchObject({ different_people: 1 })
    // Both ends of a pair are merged with others who are different from the same person.
    await store.different.add('C', 'D')
    await store.merge('D', 'C')
    expect(await pairs()).toEqual(['B,C'])
    expect(await store.different.remove('C', 'B')).toBe(true)
    expect(await store.different.remove('C', 'B')).toBe(false)
    await store.different.add('B', 'C')
    await store.remove('C')
    expect(await pairs()).toEqual([])
    expect(await store.traces(c!.id)).toEqual({})
    // One entry of the log is about both.
    for (const { id } of [a!, b!]) {
      const entries = await store.audit.latest({ limit: 99, subjectId: id })
      const [first] = entries.filter(({ action }) => action === 'mark-different').slice(-1)
      expect(first).toMatchObject({ subjectId: null, details: { subjects: [a!.id, b!.id] } })
    }
    expect(await store.check()).toEqual([])
    expect((await store.audit.verify()).broken).toBeNull()
  })

  test('continues a visit only at its camera, for its person and within its time', async () => {
    const store = await fresh()
    await store.visits.configure({ recording: true, days: 30 })
    const known = await store.create('Known', {})
    const { vector, model } = template(1)
    const face = { model, vector, quality: 0.5, similarity: null, explanation: null, image: null }
    const start = Date.now() - 3_600_000
    const at = (seconds: number) => new Date(start + 1000 * seconds).toISOString()
    for (const by of [{ visitorId: 'x' }, { subjectId: known.id }]) {
      const begin = (camera: string, seconds: number, who: typeof by = by) =>
        store.visits.begin(
          { camera, by: who, firstAt: at(seconds), lastAt: at(seconds), face },
          at(seconds - 60),
        )
      const door = await begin('door', 0)
      expect(door.before).toBeNull()
      const gate = await begin('gate', 10)
      expect(gate).toEqual({ id: expect.any(String), before: { at: at(0), camera: 'door' } })
      expect(gate.id).not.toBe(door.id)
      const other = await begin('door', 20, { visitorId: `not ${JSON.stringify(by)}` })
      expect([door.id, gate.id]).not.toContain(other.id)
      // The subject is back at each of the two cameras.
      expect((await begin('door', 30)).id).toBe(door.id)
      expect((await begin('gate', 40)).id).toBe(gate.id)
      // Within the gap of the gate's visit, after that of the door's.
      const later = await begin('door', 95)
      expect([door.id, gate.id]).not.toContain(later.id)
      const of = 'subjectId' in by ? { subjectId: by.subjectId } : by
      expect(await store.visits.list({ limit: 9, ...of })).toMatchObject([
        { id: later.id, camera: 'door', firstAt: at(95), lastAt: at(95) },
        { id: gate.id, camera: 'gate', firstAt: at(10), lastAt: at(40) },
        { id: door.id, camera: 'door', firstAt: at(0), lastAt: at(30) },
      ])
    }
  })

  test('continues, finds and names visits, and deletes them by age, with the person, or on request', async () => {
    const store = await fresh()
    const day = 86_400_000
    const at = (ago: number) => new Date(Date.now() - ago).toISOString()
    const face = (seed: number, quality = 0.5) => {
      const { vector, model } = template(seed)
      return {
        model,
        vector,
        quality,
        similarity: null,
        explanation: null,
        image: new Uint8Array([1, seed]),
      }
    }
    const visit = (visitorId: string, seed: number, ago: number, camera = 'door') =>
      store.visits.begin(
        { camera, by: { visitorId }, firstAt: at(ago), lastAt: at(ago), face: face(seed) },
        at(ago + 60_000),
      )
    expect(await store.visits.settings()).toEqual({ recording: false, days: 30 })
    await store.visits.configure({ recording: true, days: 10 })
    const first = await visit('x', 1, 2 * day)
    expect(first.before).toBeNull()
    // Back at the same camera within a minute: the visit continues.
    expect((await visit('x', 2, 2 * day - 30_000)).id).toBe(first.id)
    const second = await visit('x', 3, day, 'gate')
    expect(second.before).toMatchObject({ camera: 'door' })
    await visit('y', 4, 3 * day)
    expect(await store.visits.extend(second.id, at(0), face(5, 0.9))).toBe(true)
    expect(await store.visits.extend('nothing', at(0), null)).toBe(false)
    expect(await store.visitors.list()).toMatchObject([
      { id: 'x', visits: 2, camera: 'gate', bestVisit: second.id },
      { id: 'y', visits: 1 },
    ])
    const [best] = await store.visitors.faces('x')
    expect([best!.quality, [...best!.image!]]).toEqual([0.9, [1, 5]])
    for (const [i, value] of template(5).vector.entries()) {
      expect(best!.vector[i]).toBeCloseTo(value, 6)
    }
    expect([...(await store.visits.image(second.id))]).toEqual([1, 5])
    const known = await store.visitors.vectors(template(1).model)
    expect(known.map(({ visitorId, faces }) => [visitorId, faces.length]).sort()).toEqual([
      ['x', 2],
      ['y', 1],
    ])
    // After regrouping, old ids still resolve to the visitor.
    const [ofY] = known.find(({ visitorId }) => visitorId === 'y')!.faces
    await store.visitors.regroup(new Map([[ofY!.visit, 'x']]))
    expect(await store.visits.list({ limit: 9, visitorId: 'y' })).toHaveLength(3)
    await store.visitors.regroup(new Map([[ofY!.visit, 'y']]))
    expect(await store.visits.list({ limit: 9, visitorId: 'y' })).toHaveLength(1)
    expect(await store.visits.list({ limit: 9, camera: 'gate' })).toHaveLength(1)
    expect(await store.visits.list({ limit: 9, since: at(2.5 * day) })).toHaveLength(2)
    expect(await store.visits.list({ limit: 9, until: at(2.5 * day) })).toHaveLength(1)
    await store.deliveries.add([
      {
        ...{ id: 'd1', output: 'webhook', camera: 'door', body: '{}' },
        ...{ subjectId: null, visitId: second.id },
      },
      {
        ...{ id: 'd2', output: 'webhook', camera: 'door', body: '{}' },
        ...{ subjectId: null, visitId: ofY!.visit },
      },
    ])
    expect((await store.deliveries.waiting('webhook', 9)).map((each) => each.id)).toEqual([
      ...['d1', 'd2'],
    ])
    const { id } = await store.create('A')
    expect(await store.visitors.name('x', id)).toBe(2)
    expect(await store.visits.list({ limit: 1, subjectId: id })).toMatchObject([
      { id: second.id, subject: { name: 'A' }, visitorId: 'x' },
    ])
    expect((await store.visits.list({ limit: 9, before: second.id })).length).toBe(1)
    expect(await store.visitors.list()).toHaveLength(1)
    // Visits are deleted with their subject, and when they expire.
    await store.create('B')
    await store.merge('A', 'B')
    expect((await store.visits.list({ limit: 9 })).map(({ subject }) => subject?.name)).toEqual([
      ...[undefined, 'B', 'B'],
    ])
    expect(await store.traces(id)).toEqual({})
    await store.remove('B')
    expect((await store.deliveries.waiting('webhook', 9)).map((each) => each.id)).toEqual(['d2'])
    expect(await store.visits.list({ limit: 9 })).toHaveLength(1)
    expect(await store.visits.list({ limit: 9, unknown: true })).toHaveLength(1)
    expect(await store.visits.expire()).toBe(0)
    await visit('old', 7, 20 * day)
    expect(await store.visits.expire()).toBe(1)
    await store.visits.configure({ recording: true, days: 2 })
    expect(await store.visitors.list()).toEqual([])
    await visit('z', 6, 0)
    expect(await store.visitors.forget('z')).toBe(1)
    await expect(store.visitors.forget('z')).rejects.toMatchObject({ code: 'unknown-visitor' })
    await expect(store.visits.image(first.id)).rejects.toMatchObject({ code: 'unknown-face' })
  })

  test('moves a face to another person and back', async () => {
    const store = await fresh()
    const [first] = await store.addEach([
      { name: 'A', template: template(1) },
      { name: 'A', template: template(2) },
    ])
    const before = await store.enrolled.vector(first!.templateId)
    const crop = await store.enrolled.crop(first!.templateId)
    const [moved] = await store.enrolled.move([first!.templateId], 'B')
    expect(moved).toMatchObject({ face: { subject: { name: 'B' } }, from: { name: 'A' } })
    expect(await store.subjects()).toMatchObject([
      { name: 'A', templates: 1 },
      { name: 'B', templates: 1 },
    ])
    // A protected gallery rotates vectors and rotates them back, in float32.
    const after = await store.enrolled.vector(first!.templateId)
    for (const [i, value] of after.entries()) expect(value).toBeCloseTo(before[i]!, 6)
    expect(await store.enrolled.crop(first!.templateId)).toEqual(crop)
    expect(await store.templatesOf('B')).toHaveLength(1)
    await store.enrolled.move([moved!.face.id], 'A')
    expect(await store.subjects()).toMatchObject([
      { name: 'A', templates: 2 },
      { name: 'B', templates: 0 },
    ])
    expect(await store.enrolled.move(['nothing'], 'A')).toEqual([])
    expect(await store.check()).toEqual([])
  })

  test('of those who move or remove the same face of somebody at once, one does', async () => {
    const store = await fresh()
    const [added] = await store.addEach([{ name: 'A', template: template(1) }])
    const { templateId } = added!
    const changes = await Promise.all([
      ...['B', 'C', 'D'].map((name) => store.enrolled.move([templateId], name, 'A')),
      store.enrolled.remove([templateId], 'A'),
    ])
    expect(changes.map(({ length }) => length).sort()).toEqual([0, 0, 0, 1])
    await expect(store.enrolled.move([templateId], 'B', 'Nobody')).rejects.toMatchObject({
      code: 'unknown-subject',
    })
    expect(await store.check()).toEqual([])
  })

  test('every change raises the version; a refused one does not', async () => {
    const store = await fresh()
    const versions = [(await store.state()).version]
    await store.add('A', template(1))
    versions.push((await store.state()).version)
    await store.rename('A', 'B')
    versions.push((await store.state()).version)
    await expect(store.remove('A')).rejects.toThrow()
    expect((await store.state()).version).toBe(versions[2])
    expect(versions[1]).toBeGreaterThan(versions[0]!)
    expect(versions[2]).toBeGreaterThan(versions[1]!)
  })

  test('galleries of one store are separate', async () => {
    const here = await open('shared', 'here')
    const there = await open('shared', 'there')
    await here.add('A', template(1))
    await there.add('A', template(1, { model: 'other@2' }))
    expect(await here.templates()).toHaveLength(1)
    await there.remove('A')
    expect(await here.subjects()).toHaveLength(1)
    expect(await there.subjects()).toHaveLength(0)
  })

  test('corrections, thresholds and decisions belong to one gallery and are deleted with their person', async () => {
    const here = await open('decided', 'here')
    const there = await open('decided', 'there')
    for (const store of [here, there]) await store.add('A', template(1))
    const { quality: _, ...face } = template(2)
    const { version } = await here.state()
    const kept = await here.corrections.add('A', { ...face, kind: 'not' })
    expect((await here.state()).version).toBeGreaterThan(version)
    expect(await here.corrections.embedded('test@1')).toMatchObject([
      { id: kept.id, kind: 'not', subject: { name: 'A' } },
    ])
    expectAlike((await here.corrections.embedded('test@1'))[0]!.vector!, face.vector)
    expect(await here.corrections.embedded('other@1')).toMatchObject([{ vector: null }])
    await here.corrections.embed(kept.id, 'other@1', unitVector(9))
    expectAlike((await here.corrections.embedded('other@1'))[0]!.vector!, unitVector(9))
    expect([...(await here.corrections.crop(kept.id))]).toEqual([...face.crop])
    await expect(here.corrections.add('B', { ...face, kind: 'not' })).rejects.toMatchObject({
      code: 'unknown-subject',
    })
    // A new correction of the same face and subject replaces the earlier one.
    await here.corrections.add('A', { ...face, kind: 'same' })
    expect(await here.corrections.list()).toMatchObject([{ kind: 'same' }])
    expect(await there.corrections.list()).toEqual([])
    await here.calibrations.set('test@1', calibration)
    expect(await here.calibrations.get('test@1')).toEqual(calibration)
    expect(await there.calibrations.get('test@1')).toBeNull()
    expect(await here.calibrations.get('other@1')).toBeNull()
    await here.decisions.configure({ recording: true, days: null, faces: false })
    const { id } = (await here.subjects())[0]!
    const entry = { at: '2026-01-01T00:00:00.000Z', payload: '{"who":"A"}', face: null }
    await here.decisions.append([
      { ...entry, subjects: [id] },
      { ...entry, subjects: [] },
    ])
    expect(await there.decisions.verify()).toMatchObject({ entries: 0, broken: null })
    await here.remove('A')
    expect(await here.corrections.list()).toEqual([])
    expect(await here.decisions.verify()).toMatchObject({ entries: 2, erased: 1, broken: null })
  })

  test('adds many templates atomically, and finds known faces among them', async () => {
    const store = await fresh()
    await store.add('A', template(1))
    const { version } = await store.state()
    const added = await store.addEach([
      { name: 'A', template: template(1) },
      { name: 'B', template: template(2) },
      { name: 'C', template: template(2) },
      { name: 'B', template: template(3) },
    ])
    expect(added.map(({ outcome }) => outcome)).toEqual(['known', 'added', 'known', 'added'])
    expect(added[2]!.subject.name).toBe('B')
    expect(await store.state()).toMatchObject({ version: version + 1, people: 2, templates: 3 })
    expect((await store.subjects()).map(({ name }) => name)).toEqual(['A', 'B'])
    const mixed = [
      { name: 'D', template: template(4) },
      { name: 'E', template: template(5, { model: 'other@2' }) },
    ]
    await expect(store.addEach(mixed)).rejects.toMatchObject({ code: 'wrong-model' })
    expect(await store.state()).toMatchObject({ version: version + 1, people: 2, templates: 3 })
    const many = Array.from({ length: 1234 }, (_, i) => ({
      name: `P${i % 700}`,
      template: template(100 + i),
    }))
    await store.addEach(many)
    expect(await store.state()).toMatchObject({ people: 702, templates: 1237 })
    expect(await store.check()).toEqual([])
  })

  test('details: metadata, tags, external id; found and paged by them', async () => {
    const store = await fresh()
    for (const [i, name] of ['A', 'B', 'C', 'D'].entries()) await store.add(name, template(i))
    expect(await store.subject('A')).toMatchObject({
      templates: 1,
      externalId: null,
      metadata: {},
      tags: [],
      keepUntil: null,
    })
    const { version } = await store.state()
    await store.update('A', {
      tags: ['staff', 'night'],
      metadata: { room: 12, boss: { name: 'D' } },
    })
    await store.update('B', { tags: ['staff'], metadata: { room: '12' }, externalId: 'b-1' })
    expect((await store.state()).version).toBe(version + 2)
    expect(await store.update('A', { purpose: 'door' })).toMatchObject({
      tags: ['night', 'staff'],
      metadata: { room: 12, boss: { name: 'D' } },
      purpose: 'door',
    })
    await expect(store.update('C', { externalId: 'b-1' })).rejects.toMatchObject({
      code: 'subject-exists',
    })
    await store.update('B', { externalId: 'b-1' })
    const names = async (page: Parameters<typeof store.subjects>[0]) =>
      (await store.subjects(page)).map(({ name }) => name).join('')
    expect(await names({ filter: { tags: ['staff'] } })).toBe('AB')
    expect(await names({ filter: { tags: ['staff', 'night'] } })).toBe('A')
    expect(await names({ filter: { metadata: { room: 12 } } })).toBe('A')
    expect(await names({ filter: { metadata: { room: '12' } } })).toBe('B')
    expect(await names({ filter: { subjects: ['C', 'A', 'nobody'] } })).toBe('AC')
    expect(await names({ filter: { subjects: [] } })).toBe('')
    expect(await names({ after: 'A', limit: 2 })).toBe('BC')
    await store.update('A', { tags: [], metadata: {} })
    expect(await names({ filter: { tags: ['night'] } })).toBe('')
    expect(await names({ filter: { metadata: { room: 12 } } })).toBe('')
    await expect(store.update('nobody', {})).rejects.toMatchObject({ code: 'unknown-subject' })
  })

  test('lists changed and removed people', async () => {
    const store = await fresh()
    await store.add('A', template(1))
    await store.add('B', template(2))
    const { version } = await store.state()
    const everybody = async () => {
      const people = []
      for await (const some of store.people.everybody()) people.push(...some)
      return people
    }
    const [a, b] = await everybody()
    expect([a!.subject.name, b!.subject.name]).toEqual(['A', 'B'])
    expect(await store.people.changes(version)).toEqual({ version, changed: [], removed: [] })
    await store.rename('A', 'Anna')
    await store.remove('B')
    await store.add('C', template(3))
    const [, c] = await everybody()
    expect(c!.key).toBeGreaterThan(b!.key)
    expect(await store.people.changes(version)).toEqual({
      version: version + 3,
      changed: [a!.key, c!.key],
      removed: [b!.key],
    })
  })

  test('one connection sees the changes of another at once', async () => {
    const one = await open('both', 'default')
    const other = await open('both', 'default')
    await one.add('A', template(1))
    expect(await other.subjects()).toHaveLength(1)
    await other.remove('A')
    expect(await one.subjects()).toHaveLength(0)
  })

  test('finds no problem in an intact store', async () => {
    const store = await fresh()
    await store.add('A', template(1))
    expect(await store.check()).toEqual([])
  })

  test("faces are listed, read and removed one by one, by their own id or their template's", async () => {
    const store = await fresh()
    const { templateId } = await store.add('A', template(1))
    await store.add('B', template(2))
    await store.add('A', template(3))
    const { total, faces } = await store.enrolled.list({})
    expect(total).toBe(3)
    expect(faces.map(({ subject, photo }) => [subject.name, photo])).toEqual([
      ['A', 'photo-1.jpg'],
      ['B', 'photo-2.jpg'],
      ['A', 'photo-3.jpg'],
    ])
    const page = await store.enrolled.list({ offset: 1, limit: 1 })
    expect(page).toEqual({ total: 3, faces: [faces[1]] })
    const ofA = await store.enrolled.list({ subject: 'A', limit: 1 })
    expect(ofA).toEqual({ total: 2, faces: [faces[0]] })
    expect(await store.enrolled.list({ subject: 'Nobody' })).toEqual({ total: 0, faces: [] })

    expect(await store.enrolled.get(templateId)).toEqual(faces[0])
    expect(await store.enrolled.get(faces[0]!.id)).toEqual(faces[0])
    expect([...(await store.enrolled.crop(faces[0]!.id))]).toEqual([4, 5, 6])
    expectAlike(await store.enrolled.vector(faces[0]!.id), template(1).vector)
    await expect(store.enrolled.get('nothing')).rejects.toMatchObject({ code: 'unknown-face' })
    await expect(store.enrolled.crop('nothing')).rejects.toMatchObject({ code: 'unknown-face' })

    const removed = await store.enrolled.remove([faces[1]!.id, templateId, 'nothing'])
    expect(removed.map(({ id }) => id).sort()).toEqual([faces[0]!.id, faces[1]!.id].sort())
    expect(await store.state()).toMatchObject({ people: 1, templates: 1 })
    expect((await store.subjects()).map(({ name, templates }) => [name, templates])).toEqual([
      ['A', 1],
      ['B', 0],
    ])
    expect(await store.check()).toEqual([])
  })

  test('finds names by a part, regardless of case', async () => {
    const store = await fresh()
    for (const name of ['Ása Öğüt', 'Björn', 'Skúli', "100% O'Neill_"]) await store.create(name)
    const found = async (search: string) =>
      (await store.subjects({ search })).map(({ name }) => name)
    expect(await found('ÖĞ')).toEqual(['Ása Öğüt'])
    expect(await found('sk')).toEqual(['Skúli'])
    expect(await found('%')).toEqual(["100% O'Neill_"])
    expect(await found("o'neill_")).toEqual(["100% O'Neill_"])
    expect(await found('')).toHaveLength(4)
    // Words in any order, as they are typed without the letters of the name.
    for (const name of ['Anna Müller', 'Søren Łódź', 'Jürgen Groß']) await store.create(name)
    expect(await found('muller anna')).toEqual(['Anna Müller'])
    expect(await found('MÜLLER')).toEqual(['Anna Müller'])
    expect(await found('Mu\u0308ller')).toEqual(['Anna Müller'])
    expect(await found('lodz soren')).toEqual(['Søren Łódź'])
    expect(await found('gross')).toEqual(['Jürgen Groß'])
    expect(await found('ogut  asa')).toEqual(['Ása Öğüt'])
    expect(await found('muller bo')).toEqual([])
  })

  test('counts the tags in use', async () => {
    const store = await fresh()
    await store.create('A', { details: { tags: ['staff', 'night'] } })
    await store.create('B', { details: { tags: ['staff'] } })
    expect(await store.tags()).toEqual([
      { tag: 'night', subjects: 1 },
      { tag: 'staff', subjects: 2 },
    ])
    await store.update('A', { tags: [] })
    expect(await store.tags()).toEqual([{ tag: 'staff', subjects: 1 }])
  })

  test('a check of the previous state can cancel a change', async () => {
    const store = await fresh()
    const { id } = await store.create('A')
    expect(await store.withId(id)).toEqual({ id, name: 'A' })
    expect(await store.withId('nothing')).toBeUndefined()
    const stop = () => {
      throw new Error('stopped')
    }
    await expect(store.update('A', { tags: ['x'] }, stop)).rejects.toThrow('stopped')
    expect((await store.subject('A')).tags).toEqual([])
  })

  test('destroys one gallery and keeps the others', async () => {
    const place = `place-${places++}`
    const [one, other] = [await open(place, 'one'), await open(place, 'other')]
    await one.add('A', template(1))
    await other.add('B', template(1))
    await one.corrections.add('A', { ...template(2), kind: 'not' })
    await one.destroy()
    const names = (await other.galleries()).map(({ name }) => name.replace(`${place}/`, ''))
    expect(names).toContain('other')
    expect(names).not.toContain('one')
    await expect(one.state()).rejects.toMatchObject({ code: 'unknown-gallery' })
    await expect(one.add('C', template(3))).rejects.toMatchObject({ code: 'unknown-gallery' })
    expect(await other.state()).toMatchObject({ people: 1, templates: 1 })
    const again = await open(place, 'one')
    expect(await again.state()).toMatchObject({ people: 0, templates: 0, model: null })
    expect(await again.check()).toEqual([])
  })
}
