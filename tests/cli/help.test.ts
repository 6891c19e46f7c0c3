import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { agnize, homeWithModels, sample, temporaryFolder } from '../fixtures.js'

describe('help', () => {
  test('the command alone, and a group of commands alone, print their help', async () => {
    const home = await temporaryFolder()
    for (const args of [[], ['people'], ['gallery', 'log'], ['--quiet']]) {
      const alone = await agnize(args, { home })
      expect(alone).toMatchObject({ code: 0, stderr: '' })
      expect(alone.stdout).toMatch(/^Usage: agnize/)
    }
  })

  test('-v and --version print the version', async () => {
    const home = await temporaryFolder()
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
    for (const flag of ['-v', '--version']) {
      expect(await agnize([flag], { home })).toMatchObject({ code: 0, stdout: `${version}\n` })
    }
  })

  test.each([
    [['identfy'], "Unknown command 'identfy'. Did you mean identify?"],
    [['people', 'lst'], "Unknown command 'lst'. Did you mean list?"],
    [['gallery', 'log', 'shw'], "Unknown command 'shw'. Did you mean show?"],
    [['identify', '--thresold', '1'], "Unknown option '--thresold'. Did you mean --threshold?"],
    [['verify', 'a.jpg'], "Missing required argument 'b'."],
  ])('%j is an error with a code', async (args, sentence) => {
    const run = await agnize(args, { home: await temporaryFolder() })
    expect(run).toMatchObject({ code: 2, stdout: '', stderr: `error ${sentence} [bad-argument]\n` })
  })
})

describe('--quiet', () => {
  test('prints results and errors only', async () => {
    const home = await homeWithModels()
    const empty = await agnize(['people', 'list'], { home })
    expect(empty.stderr).toContain('The gallery is empty')
    expect(await agnize(['people', 'list', '--quiet'], { home })).toMatchObject({ stderr: '' })
    const args = ['detect', sample(1), join(home, 'none.jpg')]
    const loud = await agnize(args, { home })
    expect(loud.stderr).toMatch(/none\.jpg: error .*\n1 of 2 photos failed/)
    const quiet = await agnize(['-q', ...args], { home })
    expect(quiet.stderr).toMatch(/^\S+none\.jpg: error .*\[photo-not-found\]\n$/)
    expect(quiet).toMatchObject({ code: 2, stdout: loud.stdout })
  })
})
