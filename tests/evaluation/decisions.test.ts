import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { audit, replay } from '../../dist/evaluation/index.js'
import { SqliteFile } from '../../dist/gallery/sql/sqlite-file.js'
import { type Agnize, cosine } from '../../dist/index.js'
import {
  agnize,
  facesFolder,
  homeWithModels,
  homeWithOwnModels,
  openWithSession,
  sample,
  sessionOf,
} from '../fixtures.js'
import { lacks } from '../requirements.js'

/** Another model: the default network with the color channels of its input swapped. */
async function addOther(home: string): Promise<void> {
  await using opened = await open(home)
  const file = (await opened.models.list()).find(({ card }) => card.name === 'fr_feature')!.path
  const input = ['--preset', 'arcface-112', '--channels', 'rgb', '--scale', '128']
  expect(await agnize(['models', 'add', 'other', file, ...input], { home })).toMatchObject({
    code: 0,
  })
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

/** Points in the faces of the woman in sample 3 and of the man beside her. */
const herself = [1190, 350] as const
const beside = [1590, 430] as const

async function open(home: string, options: object = {}): Promise<Agnize> {
  return openWithSession({ home, threads: 2, ...options })
}

async function withAnna(home: string): Promise<void> {
  await using opened = await open(home)
  await opened.enroll('Anna', sample(1), { at: [1560, 320] })
}

const answers = async (opened: Agnize, photo: string, threshold = 0.25) =>
  (await opened.identify(photo, { accept: { similarity: threshold } })).map(
    ({ answer, reason, subject }) => subject?.name ?? `${answer}: ${reason}`,
  )

describe('corrections', () => {
  test('“not Anna” excludes that face from her and no other face; withdrawing restores the answers', async () => {
    const home = await homeWithModels()
    await withAnna(home)
    await using opened = await open(home)
    const before = await opened.identify(sample(3), {
      accept: { similarity: 0.25 },
      allowDuplicates: true,
    })
    expect(before.filter(({ subject }) => subject?.name === 'Anna')).toHaveLength(2)
    const { id } = await opened.corrections.not(sample(3), 'Anna', { at: beside })
    const faces = await opened.identify(sample(3), {
      accept: { similarity: 0.25 },
      allowDuplicates: true,
    })
    expect(faces.filter(({ subject }) => subject?.name === 'Anna')).toHaveLength(1)
    const corrected = faces.find(({ reason }) => reason === 'corrected')!
    expect(corrected).toMatchObject({
      answer: 'unknown',
      corrections: [{ id, kind: 'not', subject: { name: 'Anna' } }],
    })
    expect(corrected.corrections[0]!.similarity).toBeGreaterThan(0.95)
    await opened.corrections.remove(id)
    expect(
      await opened.identify(sample(3), { accept: { similarity: 0.25 }, allowDuplicates: true }),
    ).toEqual(before)
    await expect(opened.corrections.remove(id)).rejects.toMatchObject({
      code: 'unknown-correction',
    })
  })

  test('“the same as” matches a face to a person without enrolling it', async () => {
    const home = await homeWithModels()
    await withAnna(home)
    await using opened = await open(home)
    expect(await answers(opened, sample(3), 0.9)).not.toContain('Anna')
    await opened.corrections.same(sample(3), 'Anna')
    expect(await answers(opened, sample(3), 0.9)).toContain('Anna')
    expect(await opened.people.show('Anna')).toHaveLength(1)
    // The latest correction wins.
    await opened.corrections.not(sample(3), 'Anna', { at: herself })
    expect(await opened.corrections.list()).toMatchObject([{ kind: 'not' }])
    expect(await answers(opened, sample(3))).toContain('unknown: corrected')
  })

  test('an enrolled photo of somebody else is removed and remembered', async () => {
    const home = await homeWithModels()
    await withAnna(home)
    await using opened = await open(home)
    const { enrolled } = await opened.enroll('Anna', sample(3), { at: beside })
    await opened.corrections.disown(enrolled[0]!.templateId, 'Anna')
    expect(await opened.people.show('Anna')).toHaveLength(1)
    expect(await opened.corrections.list()).toMatchObject([{ kind: 'not', photo: 'sample3.jpg' }])
    await expect(opened.corrections.disown(enrolled[0]!.templateId, 'Anna')).rejects.toMatchObject({
      code: 'bad-argument',
    })
    await expect(opened.corrections.not(sample(3), 'Bob')).rejects.toMatchObject({
      code: 'unknown-subject',
    })
    await opened.people.remove('Anna')
    expect(await opened.corrections.list()).toEqual([])
  })

  test('survive a change of the model: the kept face is embedded again', async () => {
    const home = await homeWithOwnModels()
    await withAnna(home)
    await addOther(home)
    {
      await using opened = await open(home)
      await opened.corrections.not(sample(3), 'Anna', { at: beside })
    }
    await using opened = await open(home, { model: 'other' })
    await opened.gallery.migrate()
    await opened.gallery.switchModel()
    const faces = await opened.identify(sample(3), {
      accept: { similarity: -1 },
      allowDuplicates: true,
    })
    const man = faces.find(({ box }) => box.x > 1400)!
    expect(man.embedding.model).toMatch(/^other@/)
    expect(man).toMatchObject({ reason: 'corrected', corrections: [{ kind: 'not' }] })
    expect(man.corrections[0]!.similarity).toBeGreaterThan(0.9)
    expect(faces.find(({ box }) => box.x < 1400 && box.x > 900)).toMatchObject({ answer: 'match' })
  })

  test('from the command line', async () => {
    const home = await homeWithModels()
    await withAnna(home)
    const said = await agnize(['people', 'not', sample(3), 'Anna', '--at', beside.join()], { home })
    expect(said).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('sample3.jpg does not show Anna.'),
    })
    const { stdout } = await agnize(['identify', sample(3), '--threshold', '0.3'], { home })
    expect(stdout).toMatch(/unknown .* corrected/)
    expect(stdout).toMatch(/not Anna, by the correction of \d{4}-/)
    const list = await agnize(['people', 'corrections', '--json'], { home })
    const { id } = JSON.parse(list.stdout)
    expect((await agnize(['people', 'uncorrect', id], { home })).code).toBe(0)
    expect((await agnize(['people', 'corrections'], { home })).stderr).toContain(
      'There are no corrections',
    )
    for (const [args, code] of [
      [['people', 'not', sample(3), 'Nobody'], 'unknown-subject'],
      [['people', 'same', 'nowhere.jpg', 'Anna'], 'photo-not-found'],
      [['people', 'not', sample(3), 'Anna', '--at', '1,1'], 'no-face'],
      [['people', 'uncorrect', 'x'], 'unknown-correction'],
    ] as const) {
      expect(await agnize(args, { home })).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(`[${code}]`),
      })
    }
  })
})

describe('the log of decisions', () => {
  test('is off by default, and records every answer when enabled', async () => {
    const home = await homeWithModels()
    await withAnna(home)
    await using opened = await open(home)
    const listed = async () => collected(opened.decisions.list())
    await opened.identify(sample(3))
    expect(await listed()).toEqual([])
    await opened.decisions.record({ days: 7 })
    const faces = await opened.identify(sample(3))
    const log = await listed()
    expect(log).toMatchObject(
      faces.map(({ answer, subject, similarity, box, quality }, i) => ({
        number: i + 1,
        ...{ answer, subject, similarity, box },
        quality: { score: quality.score },
        model: 'fr_feature@87aacdfe57510db2',
        comparisons: 1,
      })),
    )
    expect(JSON.stringify(log)).not.toContain('vector')
    expect(await opened.decisions.settings()).toEqual({ recording: true, days: 7, faces: false })
    await opened.decisions.stop()
    await opened.identify(sample(3))
    expect(await listed()).toHaveLength(3)
    expect(await opened.decisions.clear()).toBe(3)
    expect(await listed()).toEqual([])
  })

  test('detects changes, deletions and truncation, but allows the erasure of a person’s entries', async () => {
    const home = await homeWithModels()
    await withAnna(home)
    const path = join(home, 'gallery.sqlite')
    {
      await using opened = await open(home)
      await opened.decisions.record()
      for (const n of [3, 1] as const) await opened.identify(sample(n))
      expect(await opened.decisions.verify()).toMatchObject({ entries: 6, erased: 0, broken: null })
    }
    const attempts: [string, number][] = [
      ["update decisions set payload = replace(payload, 'unknown', 'match') where number = 2", 2],
      ["update decisions set at = '2020-01-01T00:00:00.000Z' where number = 3", 3],
      ['delete from decisions where number = 4', 5],
      ['delete from decisions where number = 6', 6],
      ['delete from decisions where number = 1', 2],
    ]
    for (const [sql, broken] of attempts) {
      const copy = join(home, 'copy.sqlite')
      for (const part of ['', '-wal', '-shm']) rmSync(`${copy}${part}`, { force: true })
      const source = new SqliteFile(path)
      source.exec(`vacuum into '${copy}'`)
      source.close()
      const db = new SqliteFile(copy)
      db.exec(sql)
      db.close()
      await using opened = await open(home, { store: copy })
      expect(await opened.decisions.verify(), sql).toMatchObject({ broken })
    }
    await using opened = await open(home)
    await opened.people.remove('Anna')
    expect(await opened.decisions.verify()).toMatchObject({ entries: 6, erased: 6, broken: null })
    expect(await collected(opened.decisions.list())).toEqual(
      Array.from({ length: 6 }, (_, i) => ({
        number: i + 1,
        at: expect.any(String),
        erased: true,
      })),
    )
    // The file contains no data of hers any more.
    expect(readFileSync(path).includes('Anna')).toBe(false)
  })

  test('deletes expired entries, and the rest verifies', async () => {
    const home = await homeWithModels()
    await withAnna(home)
    await using opened = await open(home)
    await opened.decisions.record({ days: 1 })
    await opened.identify(sample(3))
    const { store } = await sessionOf(opened).gallery()
    await store.decisions.append([
      { at: '2020-01-01T00:00:00.000Z', payload: '{}', face: null, subjects: [] },
    ])
    // Entries are in order of insertion; the chain does not depend on the clock.
    await opened.identify(sample(1))
    const numbers = (await collected(store.decisions.entries())).map(({ number }) => number)
    expect(numbers.at(-1)).toBe(7)
    expect(await opened.decisions.verify()).toMatchObject({ broken: null })
  })

  test('replays at a stricter rate, with later corrections as the truth', async () => {
    const home = await homeWithModels()
    await withAnna(home)
    await using opened = await open(home)
    await expect(replay(opened)).rejects.toMatchObject({ code: 'bad-argument' })
    await opened.decisions.record({ faces: true })
    await opened.identify(sample(3), { accept: { similarity: 0.25 }, allowDuplicates: true })
    await opened.corrections.not(sample(3), 'Anna', { at: beside })
    expect(await replay(opened)).toMatchObject({ decisions: 3, changed: [] })
    expect(await replay(opened, { accept: { fpir: 1e-4 } })).toMatchObject({
      decisions: 3,
      moreMisses: 0,
      fewerStrangers: 1,
      newlyNamed: 0,
      changed: [{ before: 'Anna', after: 'unknown' }],
    })
    expect(await replay(opened, { accept: { similarity: 0.9 } })).toMatchObject({
      moreMisses: 1,
      fewerStrangers: 1,
    })
    expect(await replay(opened, { accept: { similarity: -1 } })).toMatchObject({ newlyNamed: 1 })
  })

  test('replays another model on the kept faces', async () => {
    const home = await homeWithOwnModels()
    await withAnna(home)
    await addOther(home)
    await agnize(['gallery', 'log', 'on', '--faces'], { home })
    await agnize(['identify', sample(3)], { home })
    await agnize(['gallery', 'log', 'on'], { home })
    await agnize(['identify', sample(1)], { home })
    const { code, stdout, stderr } = await agnize(
      ['replay', '--model', 'other', '--threshold', '0.999', '--json'],
      { home },
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({
      decisions: 3,
      skipped: { erased: 0, without_face: 3 },
      more_misses: 1,
      changed: [{ before: 'Anna', after: 'unknown' }],
    })
    // Nothing was changed: the gallery is still the first model's.
    expect((await agnize(['identify', sample(3)], { home })).code).toBe(0)
  })

  test('embeds recorded faces as probes, which are not averaged over views as templates are', async () => {
    const home = await homeWithOwnModels()
    await withAnna(home)
    await addOther(home)
    {
      await using opened = await open(home)
      await opened.decisions.record({ faces: true })
      expect(await answers(opened, sample(1))).toContain('Anna')
    }
    await using other = await open(home, { model: 'other' })
    const { id } = (await other.people.templates({ ofAnyModel: true }))[0]!
    const crop = (await other.people.crops([id])).get(id)!
    const [template, probe] = [
      (await other.analyzeCrop(crop))!,
      (await other.analyzeCrop(crop, { views: false }))!,
    ]
    const likeness = cosine(template.embedding, probe.embedding)
    expect(likeness).toBeLessThan(0.999)
    // The recorded face is the enrolled one: only an averaged probe would resemble it more than this.
    const { changed } = await replay(other, { accept: { similarity: (1 + likeness) / 2 } })
    expect(changed).toMatchObject([{ before: 'Anna', after: 'unknown' }])
  })
})

describe.skipIf(lacks('faces'))('the audit', () => {
  const photos = (person: string, numbers: number[]) =>
    numbers.map((n) =>
      join(facesFolder, 'lfw', person, `${person}_${String(n).padStart(4, '0')}.jpg`),
    )
  let home: string
  beforeAll(async () => {
    // The home is shared by all tests.
    const { mkdtemp, symlink } = await import('node:fs/promises')
    const { tmpdir } = await import('node:os')
    home = await mkdtemp(join(tmpdir(), 'agnize-audit-'))
    await symlink(join(process.env.AGNIZE_TEST_HOME!, 'models'), join(home, 'models'))
    await using opened = await open(home)
    await opened.enroll('Bush', photos('George_W_Bush', [1, 2, 3, 4, 5]))
    await opened.enroll('Powell', photos('Colin_Powell', [1, 2, 3, 4]))
  })

  test('finds nothing in a sound gallery', async () => {
    const { code, stdout } = await agnize(['gallery', 'audit'], { home })
    expect(stdout).toContain('2 people, 9 photos')
    expect(code).toBe(0)
    expect(stdout).toContain('No photo needs attention')
  })

  test('finds one person under two names, two under one, and the photo that does not belong', async () => {
    await using opened = await open(home)
    await opened.enroll('Dubya', photos('George_W_Bush', [6, 7, 8]))
    await opened.enroll('Powell', photos('Hugo_Chavez', [1, 2]))
    await opened.enroll('Chirac', [
      ...photos('Jacques_Chirac', [1, 2, 3]),
      ...photos('Ariel_Sharon', [1]),
    ])
    const { findings } = await audit(opened)
    const names = ({ subjects }: (typeof findings)[number]) =>
      subjects.map(({ name }) => name).sort()
    const found = findings.map((finding) => [finding.kind, ...names(finding)])
    expect(found).toEqual([
      ['one_person_two_names', 'Bush', 'Dubya'],
      ['outlier', 'Chirac'],
      ['two_people_one_name', 'Powell'],
    ])
    const outlier = findings.find(({ kind }) => kind === 'outlier')!
    expect(outlier.faces[0]!.photo).toBe('Ariel_Sharon_0001.jpg')
    expect(outlier.advice).toContain(`agnize people not ${outlier.faces[0]!.templateId} Chirac`)
    const page = join(home, 'audit.html')
    const run = await agnize(['gallery', 'audit', '--out', page], { home })
    expect(run).toMatchObject({ code: 1, stdout: expect.stringContaining('agnize people merge') })
    expect(run.stdout).toContain('agnize people different Bush Dubya')
    expect(readFileSync(page, 'utf8').match(/<img /g)!.length).toBeGreaterThanOrEqual(6)
    expect(statSync(page).mode & 0o077).toBe(0)
    // Two people who only look alike are named no more.
    await opened.people.markDifferent('Dubya', 'Bush')
    const told = (await audit(opened)).findings.map(({ kind }) => kind)
    expect(told).toEqual(['outlier', 'two_people_one_name'])
    await opened.people.unmarkDifferent('Bush', 'Dubya')
    // Following the advice resolves the findings.
    await opened.corrections.disown(outlier.faces[0]!.templateId, 'Chirac')
    await opened.people.merge('Dubya', 'Bush')
    const after = await audit(opened)
    expect(after.findings.map(({ kind }) => kind)).toEqual(['two_people_one_name'])
    expect(after.corrections).toMatchObject([
      { kind: 'not', subject: { name: 'Chirac' }, photo: 'Ariel_Sharon_0001.jpg' },
    ])
    expect(after.corrections[0]!.similarity).toBeLessThan(0.4)
  })
})
