import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openAgnize } from '../../dist/index.js'
import { embeddingCard, modelPackage } from '../../dist/models/builtin.js'
import { usesOfLicense } from '../../dist/models/permitted-uses.js'
import { watch } from '../../dist/watch/index.js'
import { agnize, homeWithOwnModels, inSample1, sample, testHome } from '../fixtures.js'
import { ask, startServer } from '../server/start.js'

const network = join(
  testHome(),
  `models/${modelPackage.name}-${modelPackage.version}/${embeddingCard.name}.onnx`,
)

/** Adds a copy of the default network under another name, without thresholds. */
async function addMine(home: string, license: string, ...more: string[]): Promise<void> {
  const preset = ['--preset', 'adaface-112', '--scale', '128']
  const args = ['models', 'add', 'mine', network, ...preset, '--license', license, ...more]
  expect(await agnize(args, { home })).toMatchObject({ code: 0 })
}

test.each([
  ['MIT', ['commercial', 'research']],
  ['apache-2.0', ['commercial', 'research']],
  ['non-commercial research', ['research']],
  ['CC-BY-NC-4.0', ['research']],
  ['for research only', ['research']],
  ['our own', undefined],
])('the license %j permits %j', (license, uses) => expect(usesOfLicense(license)).toEqual(uses))

test.each([
  ...['not for commercial use', 'Non commercial', 'Noncommercial', 'NON-COMMERCIAL use only'],
  ...['for research purposes', 'research license', 'Only for research', 'academic use only'],
  ...[
    'Academic',
    'for academic research',
    'personal use',
    'free for personal use',
    'evaluation only',
  ],
  ...['proprietary', 'Proprietary license', 'trial use', 'CC BY-NC-SA 4.0', 'cc_by_nc_4.0'],
  ...['PolyForm-Noncommercial-1.0.0', 'no commercial use', 'Commercial use prohibited.'],
  ...['Commercial use: not allowed', 'commercial use is strictly forbidden', 'non-profit use only'],
  ...['may not be used commercially', 'not permitted for any commercial purposes'],
  ...['MIT (weights for research only)', 'Free for research, commercial use requires a license'],
  ...['free for non-commercial use, commercial license available', 'excluding commercial use'],
  ...['Apache-2.0, but the weights are for educational purposes only'],
])('the license %j forbids commercial use', (license) =>
  expect(usesOfLicense(license)).toEqual(['research']))

test.each([
  ...['MIT', 'MIT License', 'Apache-2.0', 'Apache License 2.0', 'BSD', 'BSD-3-Clause', 'GPL-3.0'],
  ...['GNU GPL v3', 'AGPL-3.0-only', 'LGPL-2.1', 'MPL-2.0', 'CC-BY-4.0', 'CC BY-SA 4.0', 'CC0'],
  ...['commercial use allowed', 'free for commercial use', 'Commercial', 'commercial license'],
  ...['for research and commercial use', 'commercial/academic use', 'not stated', 'our own'],
  ...['commercial and non-commercial use', 'for research, personal and commercial use'],
  ...['no restrictions on commercial use', 'commercial use is not restricted'],
  ...['not only for research, also for commercial use', 'not proprietary', 'bought for shops'],
  ...['Academic Free License 3.0', 'AFL-3.0', 'Educational Community License 2.0', 'ECL-2.0'],
  ...['BSD, Copyright 2020, All rights reserved', 'free of charge, commercial use included'],
  ...['no fee for commercial use', 'commercial use requires attribution'],
])('the license %j does not forbid commercial use', (license) =>
  expect(usesOfLicense(license) ?? ['commercial']).toContain('commercial'))

describe('a network whose license forbids the use', () => {
  const env = { AGNIZE_USE: 'commercial' }
  const refused =
    /The license of the model mine \(non-commercial\) does not permit commercial use.*\[license-forbids\]/

  test('is refused by name in every command, and doctor says so', async () => {
    const home = await homeWithOwnModels()
    await addMine(home, 'non-commercial')
    for (const args of [
      ['detect', sample(3)],
      ['identify', sample(3), '--threshold', '0.4'],
      ['verify', sample(1), sample(3), '--threshold', '0.4'],
      ['enroll', 'Her', sample(3)],
    ]) {
      const run = await agnize([...args, '--model', 'mine'], { home, env })
      expect(run, args[0]).toMatchObject({ code: 2, stderr: expect.stringMatching(refused) })
    }
    const allowed = ['detect', sample(3), '--model', 'mine']
    expect(await agnize(allowed, { home, env: { AGNIZE_USE: 'research' } })).toMatchObject({
      code: 0,
    })
    const doctor = await agnize(['doctor'], { home, env })
    expect(doctor.stdout).toMatch(
      /mine \(embedding, non-commercial\): for research use, refused for commercial use/,
    )
    expect(doctor.stdout).toMatch(
      /fr_feature \(embedding, MIT\): for commercial and research use\n/,
    )
    const used = await agnize(['doctor', '--model', 'mine'], { home, env })
    expect(used).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/wrong +decides +The license/),
    })
    const wrong = await agnize(['detect', sample(3)], { home, env: { AGNIZE_USE: 'profit' } })
    expect(wrong.stderr).toMatch(/AGNIZE_USE is "profit".*\[bad-argument\]/)
  })

  test('is refused by the library and the server; --use corrects a card', async () => {
    const home = await homeWithOwnModels()
    await addMine(home, 'bought for shops', '--use', 'research')
    await using opened = await openAgnize({ home, model: 'mine', use: 'commercial' })
    await expect(opened.analyze(sample(3))).rejects.toMatchObject({ code: 'license-forbids' })
    await expect(startServer({ home, model: 'mine', use: 'commercial' })).rejects.toMatchObject({
      code: 'license-forbids',
      message: expect.stringContaining('model mine'),
    })
    await addMine(home, 'bought for shops', '--use', 'commercial,research')
    await using corrected = await openAgnize({ home, model: 'mine', use: 'commercial' })
    expect(await corrected.analyze(sample(3))).not.toHaveLength(0)
  })
})

test('a network of another task is not added over one, which galleries may use', async () => {
  const home = await homeWithOwnModels()
  await addMine(home, 'MIT')
  await using opened = await openAgnize({ home })
  const before = await opened.models.embeddingCard('mine')
  const detector = { ...(await opened.models.detectionCard()), name: 'mine' }
  await expect(opened.models.add(detector, new Uint8Array(9))).rejects.toMatchObject({
    code: 'bad-argument',
    message:
      '"mine" is an embedding model already: choose another name, or remove that one first with "agnize models remove mine".',
  })
  expect(await opened.models.embeddingCard('mine')).toEqual(before)
  expect(await opened.models.read(before)).toHaveLength(before.bytes)
})

describe('a network without thresholds is named, with "agnize calibrate", by', () => {
  const sentence = /The model mine has no thresholds: .*"agnize calibrate PEOPLE --model mine"/

  async function homeOfMine(): Promise<string> {
    const home = await homeWithOwnModels()
    await addMine(home, 'MIT')
    const enroll = ['enroll', 'Her', sample(1), '--at', inSample1.join(','), '--model', 'mine']
    expect(await agnize(enroll, { home })).toMatchObject({ code: 0 })
    return home
  }

  test('the commands', async () => {
    const home = await homeOfMine()
    for (const args of [
      ['identify', sample(3)],
      ['verify', sample(1), sample(3)],
      ['cluster', sample(1), sample(3)],
      ['watch', home, '--fast'],
    ]) {
      const run = await agnize(args, { home })
      expect(run, args.join(' ')).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(sentence),
      })
      expect(run.stderr, args[0]).toMatch(/\[not-calibrated\]\n$/)
    }
  })

  test('the library', async () => {
    const home = await homeOfMine()
    await using opened = await openAgnize({ home, model: 'mine' })
    const code = 'not-calibrated'
    const message = expect.stringMatching(sentence)
    await expect(opened.identify(sample(3))).rejects.toMatchObject({ code, message })
    await expect(opened.verify(sample(1), sample(3))).rejects.toMatchObject({ code, message })
    const events = watch(opened, [{ camera: 'door', source: home }])
    await expect(events.next()).rejects.toMatchObject({ code, message })
  })

  test('the server and CompreFace’s API', async () => {
    const home = await homeOfMine()
    const server = await startServer({ home, model: 'mine' })
    const photo = new Blob([await readFile(sample(3))])
    const post = (name: string) => {
      const body = new FormData()
      body.append(name, photo, 'photo.jpg')
      return { method: 'POST', body }
    }
    const answer = await ask(server, '/v1/galleries/default/identify', post('photo'))
    expect(answer).toMatchObject({ status: 409, body: { code: 'not-calibrated' } })
    expect(answer.body.detail).toMatch(sentence)
    const json = {
      ...{ name: 'old', scopes: ['read', 'identify'] },
      ...{ galleries: ['default'], service: 'recognition' },
    }
    const { body } = await ask(server, '/v1/keys', { json })
    const old = await ask({ url: server.url, key: '' }, '/api/v1/recognition/recognize', {
      ...post('file'),
      headers: { 'x-api-key': body.key },
    })
    expect(old).toMatchObject({ status: 409, body: { message: expect.stringMatching(sentence) } })
  })
})
