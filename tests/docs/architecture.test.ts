import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'

const page = readFileSync('docs/architecture.md', 'utf8')
const decisions = readFileSync('docs/reference/decisions.md', 'utf8')
const rooms = readdirSync('src').filter((name) => statSync(join('src', name)).isDirectory())

/** A name on a page, with the folders that it may be relative to. */
interface Named {
  readonly line: string
  readonly name: string
  readonly folders: readonly string[]
}

/** Whether a word in backticks is a path: it has a slash or ends in `.ts`, and is no entry point of the package. */
const isPath = (text: string) =>
  /^(?!agnize\/)[\w.-]+(\/[\w.-]+)*\/?$/.test(text) && (text.includes('/') || text.endsWith('.ts'))

/** File names of a text: what ends in `.ts`; a suffix by itself, such as `.node.ts`, is none. */
const filesOf = (text: string) =>
  [...text.matchAll(/(?<![\w/.*-])[\w-][\w/.-]*\.ts\b/g)].map(([name]) => name)

/** The folder that the path before a name on its line lies in. */
function withFolderBefore(
  line: string,
  names: readonly string[],
  roots: readonly string[],
): Named[] {
  let before: string | undefined
  return names.map((name) => {
    const folders = [...roots, ...(before ? [before] : [])]
    const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
    if (found) before = name.endsWith('/') ? found : dirname(found)
    return { line, name, folders }
  })
}

/** Paths in backticks, and files of the first figure. */
function namesInText(text: string, roots: readonly string[]): Named[] {
  return text.split('\n').flatMap((line) => {
    const names = line.startsWith('    ')
      ? filesOf(line)
      : [...line.matchAll(/`([^`]+)`/g)].map(([, code]) => code!).filter(isPath)
    return withFolderBefore(line, names, roots)
  })
}

/** Folders of the list of rooms, one a line and indented, and the files that are named beside them, which lie in them. */
function namesInList(list: string): Named[] {
  const open: { readonly indent: number; readonly path: string }[] = []
  return list.split('\n').flatMap((line) => {
    const [, space, first] = /^( *)([\w/.-]+(?:\/|\.ts))(?: |$)/.exec(line) ?? []
    if (space !== undefined) {
      while (open.length > 0 && open.at(-1)!.indent >= space.length) open.pop()
    }
    const files = filesOf(line)
    if (!first?.endsWith('/')) {
      return files.map((name) => ({ line, name, folders: [open.at(-1)?.path ?? '.'] }))
    }
    const path = join(open.at(-1)?.path ?? '.', first)
    open.push({ indent: space!.length, path })
    return [
      { line, name: path, folders: ['.'] },
      ...files.map((name) => ({ line, name, folders: [path] })),
    ]
  })
}

const missing = (named: readonly Named[]) =>
  named
    .filter(({ name, folders }) => !folders.some((folder) => existsSync(join(folder, name))))
    .map(({ name, line }) => `${name}: ${line.trim()}`)

describe('docs/architecture.md and docs/reference/decisions.md', () => {
  const [, list] = /^## The rooms\n\n((?: {4}.*\n|\n)+)/m.exec(page)!
  const listed = namesInList(list!)
  const text = page.replace(list!, '') + decisions
  const named = namesInText(text, ['.', 'src', 'web'])

  test('names only existing files and folders', () => {
    expect(listed.length).toBeGreaterThan(100)
    expect(named.length).toBeGreaterThan(40)
    expect(missing([...listed, ...named])).toEqual([])
  })

  test('a name that does not exist is reported', () => {
    const renamed = text.replaceAll('pool.ts', 'pond.ts').replaceAll('vault.ts', 'cellar.ts')
    expect(missing(namesInText(renamed, ['.', 'src', 'web'])).length).toBeGreaterThan(2)
    expect(missing(namesInList(list!.replace('pool.ts', 'pond.ts')))).toHaveLength(1)
  })

  test('lists all rooms in the order of the dependency rule', () => {
    const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
      forbidden: { name: string; from: { path?: string } }[]
    }
    const ruled = forbidden
      .filter(({ name }) => name.endsWith('-looks-left'))
      .map(({ from }) => /^\^src\/(\w+)\/$/.exec(from.path!)?.[1])
      .filter((room) => room !== undefined)
    const onPage = listed
      .map(({ name }) => /^src\/(\w+)\/$/.exec(name)?.[1])
      .filter((room) => room !== undefined)
    expect([...onPage].sort()).toEqual([...rooms].sort())
    // The import rules have no entry for the last room, which may import all others.
    expect(onPage).toEqual([...ruled, onPage.at(-1)])
  })
})

describe('every room says what it is', () => {
  test.each(rooms)('src/%s/README.md', (room) => {
    const readme = readFileSync(join('src', room, 'README.md'), 'utf8')
    expect(readme.split('\n')[0]).toBe(`# ${room}`)
    for (const part of ['**In:**', '**Out:**', '**Read first:**']) expect(readme).toContain(part)
    expect(missing(namesInText(readme, [join('src', room), 'src', '.']))).toEqual([])
  })
})
