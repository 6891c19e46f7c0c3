import { execFile } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { homeWithModels } from '../fixtures.js'
import { userFolder } from './user-folder.js'

const run = promisify(execFile)
const readme = readFileSync('README.md', 'utf8')

test.each([
  ['who.mjs', process.execPath],
  ['who.ts', resolve('node_modules/.bin/tsx')],
])('the six lines run as they stand: %s', async (name, program) => {
  const [, code] = /^```ts\n([\s\S]*?)^```/m.exec(readme)!
  expect(code!.trim().split('\n')).toHaveLength(6)
  const folder = await userFolder()
  // As in a project that has not said that it is one of modules.
  writeFileSync(join(folder, 'package.json'), name.endsWith('.ts') ? '{ "type": "module" }' : '{}')
  writeFileSync(join(folder, name), code!)
  const { stdout } = await run(program, [name], {
    cwd: folder,
    env: { ...process.env, AGNIZE_HOME: await homeWithModels() },
  })
  expect(stdout).toMatch(/^Anna 0\.\d+\nunknown 0\.\d+\nunknown 0\.\d+\n$/)
})

test('the commands print what the README shows', async () => {
  const [, session] = /^```console\n([\s\S]*?)^```/m.exec(readme)!
  const folder = await userFolder()
  const env = { ...process.env, AGNIZE_HOME: await homeWithModels() }
  let printed = ''
  for (const [, line] of session!.matchAll(/^\$ npx agnize (.+)$/gm)) {
    const { stdout, stderr } = await run(
      process.execPath,
      [resolve('dist/cli/main.js'), ...line!.split(' ')],
      { cwd: folder, env },
    )
    printed += stdout + stderr
  }
  const shown = session!.replaceAll(/^\$.*\n/gm, '')
  // Processors differ in the last digits.
  const words = (text: string) =>
    text
      .replaceAll(/\d+,\d+ \d+×\d+/g, 'box')
      .replaceAll(/\b0\.\d{3}\b/g, (similarity) => Number(similarity).toFixed(2))
      .replaceAll(/[ \t]+/g, ' ')
      .trim()
  expect(words(printed)).toBe(words(shown))
})

test('the moving picture moves and is small', async () => {
  const [, picture] = /\]\((docs\/images\/[\w-]+\.gif)\)/.exec(readme)!
  expect((await sharp(picture, { pages: -1 }).metadata()).pages).toBeGreaterThan(3)
  expect(statSync(picture!).size).toBeLessThan(1.5e6)
})
