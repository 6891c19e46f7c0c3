import { readdirSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openAgnize } from '../../dist/index.js'
import {
  agnize,
  homeWithModels,
  homeWithOwnModels,
  inSample1,
  openWithSession,
  sample,
  temporaryFolder,
  testHome,
} from '../fixtures.js'

/** A home with the galleries `default` of Anna, `office` of Ben and `lab` of Cleo. */
async function homeWithGalleries(): Promise<string> {
  const home = await homeWithModels()
  for (const [gallery, name] of Object.entries({ default: 'Anna', office: 'Ben', lab: 'Cleo' })) {
    await using opened = await openWithSession({ home, gallery })
    await opened.people.create(name)
  }
  return home
}

describe('settings', () => {
  test('an option overrides a variable, that the file, and that the default', async () => {
    const home = await homeWithGalleries()
    const who = async (args: string[] = [], env: Record<string, string> = {}) =>
      (await agnize(['people', 'list', '--csv', ...args], { home, env })).stdout.split('\r\n')[1]!
    expect(await who()).toMatch(/^Anna,/)
    await writeFile(join(home, 'agnize.yaml'), '# of this machine\ngallery: office\nport: 9000\n')
    expect(await who()).toMatch(/^Ben,/)
    expect(await who([], { AGNIZE_GALLERY: '' })).toMatch(/^Ben,/)
    expect(await who([], { AGNIZE_GALLERY: 'lab' })).toMatch(/^Cleo,/)
    expect(await who(['--gallery', 'default'], { AGNIZE_GALLERY: 'lab' })).toMatch(/^Anna,/)
    const other = join(await temporaryFolder(), 'other.json')
    await writeFile(other, JSON.stringify({ gallery: 'lab' }))
    expect(await who(['--config', other])).toMatch(/^Cleo,/)
    expect(await who([], { AGNIZE_CONFIG: other })).toMatch(/^Cleo,/)
    // The server reads the same file, with its own settings.
    const served = await agnize(['serve', '--print-config'], { home })
    expect(JSON.parse(served.stdout)).toMatchObject({ port: 9000 })
  })

  test('doctor shows what is in force and where it comes from', async () => {
    const home = await homeWithGalleries()
    const file = join(home, 'agnize.json')
    await writeFile(
      file,
      JSON.stringify({ gallery: 'office', store: join(home, 'gallery.sqlite') }),
    )
    const run = await agnize(['doctor', '--json', '--model', 'fr_feature'], {
      home,
      env: { AGNIZE_GALLERY: 'lab' },
    })
    const { checks } = JSON.parse(run.stdout)
    const { detail } = checks.find(({ name }: { name: string }) => name === 'settings')
    expect(detail.split(', ')).toEqual([
      `config ${file} (found)`,
      `home ${home} (AGNIZE_HOME)`,
      `store ${join(home, 'gallery.sqlite')} (${file})`,
      'gallery lab (AGNIZE_GALLERY)',
      'model fr_feature (--model)',
    ])
  })

  test.each([
    ['gallery: a\n\ngalery: b\n', /line 3: there is no setting "galery": did you mean "gallery"\?/],
    ['gallery: 7\n', /line 1: gallery is invalid: expected string/],
    ['{"store": "a",\n"threads": -1}', /line 2: threads is invalid/],
    ['gallery: [a\n', /is not YAML in line \d/],
    ['- gallery\n', /has no settings/],
  ])('a file with a mistake is refused with its line: %j', async (text, message) => {
    const home = await temporaryFolder()
    const file = join(home, 'agnize.yaml')
    await writeFile(file, text)
    const run = await agnize(['people', 'list'], { home })
    expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) })
    expect(run.stderr).toContain(file)
    expect(run.stderr).toMatch(/\[bad-argument\]\n$/)
    expect(readdirSync(home)).toEqual(['agnize.yaml'])
  })

  test('a named file has to exist, and a home has one file', async () => {
    const home = await temporaryFolder()
    const none = await agnize(['people', 'list', '--config', join(home, 'none.yaml')], { home })
    expect(none.stderr).toMatch(/none\.yaml cannot be read: check the path\. \[bad-argument\]/)
    for (const name of ['agnize.yaml', 'agnize.json']) await writeFile(join(home, name), '{}')
    const two = await agnize(['people', 'list'], { home })
    expect(two.stderr).toMatch(/several configuration files, .*agnize\.yaml and .*agnize\.json/)
  })

  test('--config of watch names the file of the cameras', async () => {
    const home = await temporaryFolder()
    const run = await agnize(['watch', '--config', join(home, 'cameras.yaml')], { home })
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('cameras.yaml') })
    await writeFile(join(home, 'cameras.yaml'), 'camras: []\n')
    const wrong = await agnize(['watch', '--config', join(home, 'cameras.yaml')], { home })
    expect(wrong.stderr).toContain('camras')
    expect(wrong.stderr).not.toContain('there is no setting')
  })
})

test('the model of a gallery is its default model', async () => {
  const home = await homeWithOwnModels()
  const [folder] = readdirSync(join(testHome(), 'models'))
  const file = join(testHome(), 'models', folder!, 'fr_feature.onnx')
  const threshold = ['--threshold', '1e-3=0.37', '--threshold', '1e-4=0.44']
  const add = ['models', 'add', 'mine', file, '--preset', 'arcface-112', ...threshold]
  expect(await agnize(add, { home })).toMatchObject({ code: 0 })
  const at = ['--at', inSample1.join(',')]
  await agnize(['enroll', 'Anna', sample(1), ...at, '--model', 'mine'], { home })
  expect(await agnize(['enroll', 'Anna', sample(3), '--at', '1190,348'], { home })).toMatchObject({
    code: 0,
  })
  expect(await agnize(['identify', sample(3)], { home })).toMatchObject({ code: 0 })
  {
    await using opened = await openAgnize({ home })
    expect((await opened.embeddingCard()).name).toBe('mine')
  }
  const builtin = { AGNIZE_MODEL: 'fr_feature' }
  const other = await agnize(['identify', sample(3)], { home, env: builtin })
  expect(other.stderr).toContain('[wrong-model]')
  // An empty gallery has no model yet.
  {
    await using opened = await openAgnize({ home, gallery: 'visitors' })
    expect((await opened.embeddingCard()).name).toBe('fr_feature')
  }
  await rm(join(home, 'models', 'mine'), { recursive: true })
  const gone = await agnize(['identify', sample(3)], { home })
  expect(gone.stderr).toMatch(
    /come from the model mine, which is not on this machine.*\[model-missing\]/,
  )
})

describe('doctor', () => {
  test('on a fresh home tells what is not there yet, and by which command it comes', async () => {
    const home = join(await temporaryFolder(), 'new')
    const { code, stdout } = await agnize(['doctor'], { home })
    expect(code).toBe(0)
    expect(stdout).not.toContain('wrong')
    expect(stdout).toMatch(
      /not yet +model +fr_detect, fr_landmark, fr_feature, fr_liveness: .*"agnize models pull"/,
    )
    expect(stdout).toMatch(/not yet +gallery +.*"agnize enroll NAME PHOTO" makes it/)
  })

  test('exits with 1 for a fault', async () => {
    const home = await homeWithModels()
    await writeFile(join(home, 'gallery.sqlite'), 'this is no database, whatever its name says')
    const damaged = await agnize(['doctor'], { home })
    expect(damaged).toMatchObject({ code: 1, stdout: expect.stringMatching(/wrong +gallery/) })
    const other = await homeWithOwnModels()
    const [folder] = readdirSync(join(testHome(), 'models'))
    await rm(join(other, 'models', folder!))
    const { mkdir, copyFile } = await import('node:fs/promises')
    await mkdir(join(other, 'models', folder!))
    for (const name of readdirSync(join(testHome(), 'models', folder!))) {
      await copyFile(
        join(testHome(), 'models', folder!, name),
        join(other, 'models', folder!, name),
      )
    }
    const bytes = await readFile(join(other, 'models', folder!, 'fr_detect.onnx'))
    await writeFile(join(other, 'models', folder!, 'fr_detect.onnx'), bytes.subarray(1))
    const { code, stdout } = await agnize(['doctor'], { home: other })
    expect(code).toBe(1)
    expect(stdout).toMatch(/wrong +model +fr_detect is corrupt .*"agnize models pull"/)
  })
})
