import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfiguration } from '../../dist/watch/configuration.js'
import { temporaryFolder } from '../fixtures.js'

test('the configuration file of docs/outputs.md is valid, in the words of today', async () => {
  const [, yaml] = /^```yaml\n(# watch\.yaml[\s\S]*?)^```/m.exec(
    readFileSync('docs/outputs.md', 'utf8'),
  )!
  for (const [, name] of yaml!.matchAll(/\$\{(\w+)\}/g)) {
    if (name !== 'NAME') process.env[name!] = `whsec_${Buffer.from('secret').toString('base64')}`
  }
  const path = join(await temporaryFolder(), 'watch.yaml')
  writeFileSync(path, yaml!)
  const { cameras, rules } = await readConfiguration(path)
  expect(cameras.map(({ camera }) => camera)).toEqual(['front door', 'hall', 'drive'])
  expect(rules).toHaveLength(4)
  expect(rules?.map((rule) => rule.do)).toEqual(['quiet', 'alert', 'alert', 'notify'])
})
