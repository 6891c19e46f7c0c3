import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { homeWithModels } from '../fixtures.js'
import { userFolder } from './user-folder.js'

const run = promisify(execFile)
const page = readFileSync('docs/coming-from.md', 'utf8')

/** What the example of ours under a heading prints. */
async function printed(heading: string): Promise<string> {
  const section = page.slice(page.indexOf(`\n## ${heading}`))
  const [, code] = /^```ts\n([\s\S]*?)^```/m.exec(section)!
  const folder = await userFolder()
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'example.ts'), code!)
  const { stdout } = await run(resolve('node_modules/.bin/tsx'), ['example.ts'], {
    cwd: folder,
    env: { ...process.env, AGNIZE_HOME: await homeWithModels() },
  })
  return stdout
}

test('face_recognition: one person has a name, two are unknown', async () => {
  expect(await printed('face_recognition')).toBe('Anna\nunknown\nunknown\n')
})

test('DeepFace: verify, a folder of people, and find', async () => {
  const output = await printed('DeepFace')
  expect(output).toMatch(/^true 0\.[67]\d+ 0\.3\d* card of fr_feature/)
  expect(output).toContain('enrolled people/Anna/1.jpg')
  expect(output.match(/^Anna 0\.\d+$/gm)).toHaveLength(1)
  expect(output.match(/^undefined 0\.\d+$/gm)).toHaveLength(2)
})

test('face-api.js: names with boxes and landmarks', async () => {
  const output = await printed('face-api.js')
  expect(output.match(/^(Anna|unknown) \{ x: \d+/gm)).toEqual([
    expect.stringMatching(/^Anna/),
    expect.stringMatching(/^unknown/),
    expect.stringMatching(/^unknown/),
  ])
})

test('Human: similarities of embeddings', async () => {
  const values = (await printed('Human')).trim().split('\n').map(Number)
  expect(values).toHaveLength(3)
  expect(values.filter((value) => value > 0.402)).toHaveLength(1)
})
