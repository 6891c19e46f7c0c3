import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { groupsPicture } from '../../scripts/groups-picture.js'
import { sample, temporaryFolder, testHome } from '../fixtures.js'

const run = promisify(execFile)
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'examples/README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('api/'))
    .map((name) => join('docs', name)),
]

/** Every TypeScript example in the documentation of the source and in the pages. */
function snippets(): { from: string; code: string }[] {
  const found: { from: string; code: string }[] = []
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )
  for (const name of sources) {
    const text = readFileSync(join('src', name), 'utf8')
    for (const [, block] of text.matchAll(/^ *\* ```ts\n((?: *\*.*\n)*?) *\* ```/gm)) {
      found.push({ from: `src/${name}`, code: block!.replace(/^ *\* ?/gm, '') })
    }
  }
  for (const page of pages) {
    for (const [, code] of readFileSync(page, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```/gm)) {
      found.push({ from: page, code: code! })
    }
  }
  return found
}

test('every example in the documentation compiles', async () => {
  const all = snippets()
  expect(all.length).toBeGreaterThan(8)
  const folder = resolve('.cache/snippets')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  all.forEach(({ from, code }, i) => {
    const name = `${i}-${from.replaceAll(/[^a-z]+/gi, '-')}.ts`
    writeFileSync(join(folder, name), `${code}\nexport {}\n`)
  })
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../tsconfig.json',
      compilerOptions: { noEmit: true, rootDir: '../..', noUnusedLocals: false },
      include: ['*.ts'],
    }),
  )
  const { stdout } = await run('node_modules/.bin/tsc', ['-p', folder]).catch((error) => error)
  expect(stdout).toBe('')
})

test('a page that explains a task is at most two screens long', () => {
  for (const page of pages) {
    // What is looked up rather than read may be longer.
    if (page.startsWith('docs/reference/') || page === 'docs/troubleshooting.md') continue
    expect(readFileSync(page, 'utf8').split('\n').length, page).toBeLessThanOrEqual(120)
  }
})

/** Relative links of a page: the path that each leads to, and the heading. */
function linksOf(page: string): { target: string; heading: string | undefined }[] {
  return [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#\s]*)(?:#([^)]*))?\)/g)]
    .filter(([, path]) => !/^https?:/.test(path!))
    .map(([, path, heading]) => ({
      target: path ? join(dirname(page), path) : page,
      heading,
    }))
}

/** Anchors of the headings of a page, as GitHub and the site make them. */
const anchorsOf = (page: string) =>
  [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

test('every link between the pages has a target', () => {
  for (const page of pages) {
    for (const { target, heading } of linksOf(page)) {
      expect(existsSync(target), `${page} → ${target}`).toBe(true)
      if (heading) expect(anchorsOf(target), `${page} → ${target}`).toContain(heading)
    }
  }
})

test('every page that code, comments and help name exists', () => {
  const named = ['src', 'bench', 'scripts', 'web/src', 'examples'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .flatMap(
        (name) => readFileSync(join(folder, name), 'utf8').match(/\bdocs\/[\w/-]+\.md/g) ?? [],
      ),
  )
  expect(named.length).toBeGreaterThan(20)
  for (const page of new Set(named)) expect(existsSync(page), page).toBe(true)
})

test('every link of the pages in the package leads to a file in the package', async () => {
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'])
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }]
  const packed = new Set(files.map(({ path }) => path))
  const packedPages = [...packed].filter((path) => path.endsWith('.md') && !path.startsWith('api/'))
  expect(packedPages).toEqual(expect.arrayContaining(['README.md', 'docs/library.md']))
  for (const page of packedPages) {
    for (const { target } of linksOf(page)) {
      expect(packed.has(target), `${page} → ${target}`).toBe(true)
    }
  }
})

/** Runs an example as the README describes. */
async function example(name: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('node_modules/.bin/tsx', [`examples/${name}.ts`, ...args], {
    env: { ...process.env, AGNIZE_HOME: testHome() },
  })
  return stdout
}

test('the examples run', async () => {
  const folder = await temporaryFolder()
  const people = join(folder, 'people')
  const photos = join(folder, 'photos')
  await mkdir(people)
  await mkdir(photos)
  const her = sharp(sample(1)).extract({ left: 1300, top: 80, width: 560, height: 560 })
  await her.toFile(join(people, 'Anna.jpg'))
  for (const n of [3, 5] as const) await sharp(sample(n)).toFile(join(photos, `${n}.jpg`))
  expect(await example('who-is-it', 'Anna', join(people, 'Anna.jpg'), sample(3))).toMatch(
    /^Anna 0\.\d+ needs 0\.\d{3} *\nunknown .*below_threshold\nunknown .*below_threshold\n$/,
  )
  expect(await example('same-person', join(people, 'Anna.jpg'), sample(3))).toMatch(
    /^the same person 0\.\d+/,
  )
  expect(await example('greet', people, sample(5), sample(3))).toBe(
    'Welcome Anna, have a nice day!\n',
  )
  const sorted = (await example('sort-photos', people, photos))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).who)
  expect(sorted).toEqual([
    ['Anna', null, null],
    [null, null, null, null, null],
  ])
  expect(await example('face-crops', sample(6), join(folder, 'faces'))).toBe('4 faces\n')
  expect(readdirSync(join(folder, 'faces'))).toHaveLength(4)
  expect(readdirSync('examples').filter((name) => name.endsWith('.ts'))).toHaveLength(5)
})

test('the picture of groups shows the figures of the page', () => {
  const page = readFileSync('docs/accuracy.md', 'utf8')
  expect(readFileSync('docs/images/accuracy-groups.svg', 'utf8')).toBe(groupsPicture(page))
})
