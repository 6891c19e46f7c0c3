import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { manPage, referencePage } from '../../scripts/command-reference.js'
import { describedCommands } from '../../scripts/command-tree.js'
import { agnize, temporaryFolder } from '../fixtures.js'

test('the reference page is of these commands', () => {
  expect(readFileSync('docs/reference/command.md', 'utf8')).toBe(referencePage())
})

test('every described command exists, and its help has every described option', async () => {
  const home = await temporaryFolder()
  const commands = describedCommands()
  expect(commands.length).toBeGreaterThan(60)
  for (const { path, options } of commands.filter((_, i) => i % 10 === 0)) {
    const { code, stdout } = await agnize([...path.split(' ').slice(1), '--help'], { home })
    expect(code).toBe(0)
    for (const { term } of options) expect(stdout).toContain(term)
  }
})

test('the man page has every command and is accepted by man and mandoc', async () => {
  const file = join(await temporaryFolder(), 'agnize.1')
  await writeFile(file, manPage())
  const checks = [
    ['mandoc', '-T', 'lint', '-W', 'warning', file],
    ['man', '--warnings', '-l', file],
  ]
  for (const [program, ...args] of checks) {
    const env = { ...process.env, LC_ALL: 'C.UTF-8', MANWIDTH: '80', MANPAGER: 'cat' }
    const run = spawnSync(program!, args, { encoding: 'utf8', env })
    if (run.error) continue // not installed here
    expect([program, run.status, run.stderr, program === 'mandoc' ? run.stdout : '']).toEqual([
      program,
      0,
      '',
      '',
    ])
    if (program !== 'man') continue
    const shown = run.stdout
      .replaceAll(new RegExp(`.${String.fromCharCode(8)}`, 'g'), '')
      .replaceAll(/\s+/g, ' ')
    for (const { path } of describedCommands()) expect(shown).toContain(path)
  }
})
