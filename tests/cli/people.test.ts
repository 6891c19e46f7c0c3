import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  agnize,
  homeWithModels,
  inSample1,
  openWithSession,
  sample,
  sessionOf,
  template,
} from '../fixtures.js'
import { inTerminal } from './in-terminal.js'

const her = ['--at', inSample1.join(',')]

/** A home whose gallery has people with these names, without a photo each. */
async function homeWith(...names: string[]): Promise<string> {
  const home = await homeWithModels()
  await using opened = await openWithSession({ home })
  for (const name of names) await opened.people.create(name)
  return home
}

describe('names are found regardless of case and Unicode form', () => {
  test('of people', async () => {
    const home = await homeWith('Skúli', 'Straße')
    for (const [given, name] of [
      ['skúli', 'Skúli'],
      ['SKÚLI'.normalize('NFD'), 'Skúli'],
      ['STRASSE', 'Straße'],
    ] as const) {
      const shown = await agnize(['people', 'show', given], { home })
      expect(shown).toMatchObject({ code: 0, stderr: '' })
      expect(shown.stdout).toMatch(new RegExp(`^${name}\n`))
    }
  })

  test('a near miss is asked back, and nobody is changed', async () => {
    const home = await homeWith('Skúli', 'Robert')
    for (const args of [
      ['show', 'Skuli'],
      ['rename', 'Skuli', 'Anna'],
      ['remove', 'Robert', 'Skuli'],
      ['erase', 'Skuli'],
      ['merge', 'Robert', 'Skuli'],
    ]) {
      expect(await agnize(['people', ...args], { home })).toMatchObject({
        code: 2,
        stdout: '',
        stderr:
          'error There is nobody named "Skuli" in the gallery. Did you mean "Skúli"? [unknown-subject]\n',
      })
    }
    const list = await agnize(['people', 'list'], { home })
    expect(list.stdout).toMatch(/Robert[\s\S]*Skúli/)
  })

  test('where two people are named alike, the exact name decides', async () => {
    const home = await homeWith('anna', 'Anna')
    expect((await agnize(['people', 'show', 'anna'], { home })).stdout).toMatch(/^anna\n/)
    const either = await agnize(['people', 'show', 'ANNA'], { home })
    expect(either.stderr).toContain('Several people are named like "ANNA"')
    expect(either.stderr).toMatch(/"Anna", "anna" exactly|"anna", "Anna" exactly/)
  })

  test('a photo is enrolled for the person whose name is written differently', async () => {
    const home = await homeWithModels()
    await agnize(['enroll', 'Skúli', sample(1), ...her], { home })
    const again = await agnize(['enroll', 'skúli', sample(3), '--at', '1190,348'], { home })
    expect(again).toMatchObject({
      code: 0,
      stderr: 'The photos go to Skúli, who is enrolled already.\n',
    })
    const list = await agnize(['people', 'list', '--csv'], { home })
    expect(list.stdout.split('\r\n')[1]).toMatch(/^Skúli,2,/)
  })
})

test('people different records who only looks alike, lists it and undoes it', async () => {
  const home = await homeWith('Anna', 'Bea')
  const different = (...args: string[]) => agnize(['people', 'different', ...args], { home })
  expect(await different()).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('Nobody is recorded'),
  })
  expect(await different('anna', 'Bea')).toMatchObject({
    ...{ code: 0, stdout: 'noted Anna and Bea are different people.\n', stderr: '' },
  })
  expect((await different('Bea', 'Anna')).code).toBe(0)
  expect((await different()).stdout).toMatch(/Anna +Bea/)
  expect(JSON.parse((await different('--json')).stdout)).toEqual({
    schema_version: expect.any(Number),
    subjects: ['Anna', 'Bea'].map((name) => ({ id: expect.any(String), name })),
    created_at: expect.any(String),
  })
  expect(await different('Anna')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Give the names of two people.'),
  })
  expect(await different('Anna', 'Anna')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('are one person of the gallery'),
  })
  expect((await different('Anna', 'Bea', '--undo')).stdout).toMatch(/^deleted Anna and Bea/)
  expect((await different('Anna', 'Bea', '--undo')).stderr).toContain('were not recorded')
  expect((await different('--json')).stdout).toBe('')
})

test('people show prints everything that is kept about a person', async () => {
  const home = await homeWithModels()
  await agnize(['enroll', 'Anna', sample(1), ...her], { home })
  await agnize(
    [
      ...[
        'people',
        'update',
        'Anna',
        '--external-id',
        '4711',
        '--tag',
        'staff',
        '--set',
        'room=12',
      ],
      ...['--purpose', 'door', '--consent', '2026-01-02', '--keep-until', '2027-03-04'],
    ],
    { home },
  )
  {
    await using opened = await openWithSession({ home })
    const { store } = await sessionOf(opened).gallery()
    const { id } = await opened.people.get('Anna')
    const { vector, quality, model } = template(1)
    await store.visits.begin(
      {
        camera: 'door',
        by: { subjectId: id },
        firstAt: '2026-02-03T10:00:00.000Z',
        lastAt: '2026-02-03T10:05:00.000Z',
        face: { model, vector, quality, similarity: 0.7, explanation: null, image: null },
      },
      '2026-02-03T09:00:00.000Z',
    )
  }
  const { stdout } = await agnize(['people', 'show', 'Anna'], { home })
  for (const line of [
    /^ {2}external id +4711$/m,
    /^ {2}tags +staff$/m,
    /^ {2}metadata +room=12$/m,
    /^ {2}purpose +door$/m,
    /^ {2}consent +2026-01-02$/m,
    /^ {2}kept until +2027-03-04$/m,
    /^ {2}visits +1, the last at door on 2026-02-03 10:05$/m,
    /^ {2}corrections +0$/m,
    /^ {2}photos +1$/m,
    /^ {2}sample1\.jpg +1461,215 220×215 +1\.00 +20\d\d-\d\d-\d\d +enrolled +\d+ kB +[0-9a-f-]{36}$/m,
  ]) {
    expect(stdout).toMatch(line)
  }
  const json = JSON.parse((await agnize(['people', 'show', 'Anna', '--json'], { home })).stdout)
  expect(json).toMatchObject({
    ...{ photo: 'sample1.jpg', source: 'enrolled', camera: null, set_aside: false },
    models: [expect.stringMatching(/^fr_feature@/)],
  })
  expect(json.crop_bytes).toBeGreaterThan(1000)
})

describe('people remove', () => {
  test('asks in a terminal: a no keeps everybody, a yes deletes', async () => {
    const home = await homeWith('Robert', 'Anna')
    const prompt = /\[y\/N\]/
    const no = await inTerminal(['people', 'remove', 'robert'], { home, prompt, typed: '\n' })
    expect(no.screen).toContain('Delete Robert with 0 photos? [y/N]')
    expect(no.screen).toContain('Nothing was deleted.')
    expect(no.code).toBe(130)
    const yes = await inTerminal(['people', 'remove', 'robert'], { home, prompt, typed: 'y\n' })
    expect(yes).toMatchObject({ code: 0, screen: expect.stringContaining('removed Robert') })
    const list = await agnize(['people', 'list'], { home })
    expect(list.stdout).not.toContain('Robert')
    expect(list.stdout).toContain('Anna')
  })

  test('does not ask with --yes or without a terminal', async () => {
    const home = await homeWith('Robert', 'Anna')
    const sure = await inTerminal(['people', 'remove', 'Robert', '--yes'], { home })
    expect(sure).toMatchObject({ code: 0, screen: 'removed Robert with 0 photos.\n' })
    expect(await agnize(['people', 'remove', 'Anna'], { home })).toMatchObject({
      code: 0,
      stdout: 'removed Anna with 0 photos.\n',
    })
  })
})

test('a refusal of a photo with several faces says where they are', async () => {
  const home = await homeWithModels()
  const run = await agnize(['enroll', 'Anna', sample(1)], { home })
  const [, center] = run.stderr.match(
    /at 1461,215 220×215; .*\(--at (\d+,\d+)\)\. \[several-faces\]/,
  )!
  const chosen = await agnize(['enroll', 'Anna', sample(1), '--at', center!], { home })
  expect(chosen).toMatchObject({ code: 0, stdout: 'enrolled 1 photo of 1 person.\n' })
  const beside = await agnize(['enroll', 'Anna', sample(1), '--at', '1,1'], { home })
  expect(beside.stderr).toMatch(/No face was found at 1,1: the faces are at 1461,215 220×215; /)
})

test('verify names the photo that failed', async () => {
  const home = await homeWithModels()
  const none = join(home, 'none.jpg')
  for (const args of [
    [none, sample(1)],
    [sample(1), none],
  ]) {
    expect(await agnize(['verify', ...args], { home })).toMatchObject({
      code: 2,
      stderr: `error ${none}: There is no such file: check the path. [photo-not-found]\n`,
    })
  }
})

test('misspelled models and galleries are asked back', async () => {
  const home = await homeWith('Anna')
  const model = await agnize(['identify', sample(1), '--model', 'fr_featur'], { home })
  expect(model.stderr).toMatch(/"fr_featur" \(did you mean "fr_feature"\?\).*\[model-unknown\]/)
  const removed = await agnize(['models', 'remove', 'fr_featur'], { home })
  expect(removed.stderr).toMatch(/did you mean "fr_feature"\?.*\[model-unknown\]/)
  const twice = ['defalt', '--confirm', 'defalt']
  const gallery = await agnize(['gallery', 'delete', ...twice], { home })
  expect(gallery.stderr).toMatch(/Did you mean "default"\? \[unknown-gallery\]/)
  const key = await agnize(['keys', 'create', 'x', '--scope', 'read', '--for', 'defalt'], { home })
  expect(key.stderr).toMatch(/Did you mean "default"\? \[unknown-gallery\]/)
})
