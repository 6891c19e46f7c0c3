import { describe, expect, test } from 'vitest'
import { errorCodes } from '../../dist/index.js'
import { agnize, temporaryFolder } from '../fixtures.js'
import { inTerminal } from './in-terminal.js'

describe('explain', () => {
  test('prints the paragraph of a code from the pages of the package', async () => {
    const home = await temporaryFolder()
    for (const code of ['gallery-locked', '[gallery-locked]']) {
      const { stdout, stderr } = await agnize(['explain', code], { home })
      expect(stderr).toBe('')
      expect(stdout.length).toBeGreaterThan(80)
      expect(stdout).not.toContain('#')
    }
    const last = await agnize(['explain', errorCodes.at(-1)!], { home })
    expect(last).toMatchObject({ code: 0, stderr: '' })
  })

  test('suggests a code for a near miss', async () => {
    const run = await agnize(['explain', 'gallery-lock'], { home: await temporaryFolder() })
    expect(run.stderr).toBe(
      'error There is no error code "gallery-lock". Did you mean "gallery-locked"? [bad-argument]\n',
    )
  })

  test('an error in a terminal says how to read more, but not with --quiet or elsewhere', async () => {
    const home = await temporaryFolder()
    const args = ['people', 'show', 'Nobody']
    const hint = '"agnize explain unknown-subject" tells more.'
    expect((await inTerminal(args, { home })).screen).toContain(hint)
    expect((await inTerminal([...args, '--quiet'], { home })).screen).not.toContain('explain')
    expect((await agnize(args, { home })).stderr).not.toContain('explain')
  })
})
