/**
 * Packs what is published: agnize, and native libraries for each platform. `npm run pack -- [FOLDER]`; the folder is
 * `.cache/packages` by default. `--here` packs those of this platform only.
 */
import { execFileSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { makePlatformPackages } from './platform-packages.js'

const { values, positionals } = parseArgs({
  options: { here: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const target = resolve(positionals[0] ?? '.cache/packages')
const staging = await mkdtemp(join(tmpdir(), 'agnize-pack-'))
try {
  await rm(target, { recursive: true, force: true })
  await mkdir(target, { recursive: true })
  const platforms = await makePlatformPackages(staging)
  const agnize = join(staging, 'agnize')
  await stageAgnize(agnize, platforms)
  const here = `-${process.platform}-${process.arch}`
  const packed = platforms.filter(({ name }) => !values.here || name.endsWith(here))
  for (const folder of [agnize, ...packed.map(({ folder }) => folder)]) {
    const output = execFileSync(
      'npm',
      ['pack', '--silent', '--ignore-scripts', '--pack-destination', target],
      { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' },
    )
    console.log(join(target, output.trim()))
  }
} finally {
  await rm(staging, { recursive: true, force: true })
}

/** The published package.json: without what only a clone uses, and with the packages of the platforms. */
async function stageAgnize(
  folder: string,
  platforms: Awaited<ReturnType<typeof makePlatformPackages>>,
): Promise<void> {
  const {
    scripts: _,
    devDependencies: __,
    overrides: ___,
    ...manifest
  } = JSON.parse(await readFile('package.json', 'utf8'))
  const optionalDependencies = Object.fromEntries(
    platforms.map(({ name, version }) => [name, version]),
  )
  await mkdir(folder)
  const included = (manifest.files as string[]).filter((path) => !path.startsWith('!'))
  for (const path of [...included, 'README.md', 'LICENSE']) {
    await cp(path, join(folder, path), { recursive: true })
  }
  await writeFile(
    join(folder, 'package.json'),
    `${JSON.stringify({ ...manifest, optionalDependencies }, null, 2)}\n`,
  )
}
