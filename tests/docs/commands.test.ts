import { readdirSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { Command } from 'commander'
import { expect, test } from 'vitest'

/** Code in the pages, both in blocks and in lines. */
const code = ['README.md', ...readdirSync('docs').map((name) => `docs/${name}`)]
  .filter((name) => name.endsWith('.md'))
  .flatMap((page) => readFileSync(page, 'utf8').match(/^```[\s\S]*?^```|`[^`]+`/gm) ?? [])

/** Words that follow "agnize" in code without being commands of its own: `agnize export` begins an export. */
const notCommands = ['export', 'help']

/** Every command of the program, with the names of its subcommands. */
async function commands(): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  for (const file of readdirSync('dist/cli')) {
    if (!file.endsWith('.js') || file === 'main.js') continue
    const exported = (await import(pathToFileURL(`dist/cli/${file}`).href)) as Record<
      string,
      unknown
    >
    for (const [name, make] of Object.entries(exported)) {
      if (!name.endsWith('Command') || typeof make !== 'function' || make.length > 0) continue
      const command = make() as Command
      found.set(
        command.name(),
        command.commands.map((each) => each.name()),
      )
    }
  }
  return found
}

test('every command that the pages name exists', async () => {
  const there = await commands()
  expect(there.size).toBeGreaterThan(20)
  const named = new Set(
    code.flatMap((text) =>
      [
        ...text.matchAll(
          /(?:^|[`$"(;|] *|npx )agnize ([a-z]+)(?![\w/.]) ?([a-z][a-z-]*(?![\w/.]))?/gm,
        ),
      ]
        .filter(([, name]) => !notCommands.includes(name!))
        .map(([, name, sub]) => (sub && there.get(name!)?.length ? `${name} ${sub}` : name!)),
    ),
  )
  expect(named.size).toBeGreaterThan(40)
  const missing = [...named].filter((words) => {
    const [name, sub] = words.split(' ')
    const subcommands = there.get(name!)
    return !subcommands || (sub !== undefined && !subcommands.includes(sub))
  })
  expect(missing).toEqual([])
})
