/**
 * Installs agnize as its users do and uses it, with every supported Node.js, an empty home and no compiler, and prints the
 * seconds of each step, first with an empty npm cache and then with a warm one: `npm run bench:install`.
 *
 * `--check` does it once for each Node.js, with one npm cache, and without the clone (`.ci/run`).
 * `--plain` lets npm run install scripts, as it does when it is not told otherwise.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { FreshMachine } from '../scripts/fresh-machine.js'
import { type NodeVersion, nodeOfMajor, supportedMajors } from '../scripts/node-versions.js'
import { packForThisPlatform } from '../scripts/packed.js'

const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    plain: { type: 'boolean', default: false },
  },
})
const tarballs = packForThisPlatform()
const photos = join(
  dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'demo',
)
const shared = mkdtempSync(join(tmpdir(), 'agnize-npm-cache-'))
const flags = ['--no-audit', '--no-fund', ...(values.plain ? [] : ['--ignore-scripts'])]

/** Uses the library and its other entry points. */
const program = `
import { openAgnize } from 'agnize'
import { createClient } from 'agnize/client'
import { evaluate } from 'agnize/evaluation'
import { train } from 'agnize/training'
import { watch } from 'agnize/watch'
createClient({ url: 'http://127.0.0.1' })
const agnize = await openAgnize()
const [anna] = await agnize.people.list()
await agnize.close()
if (anna?.name !== 'Anna' || [evaluate, train, watch].some((part) => typeof part !== 'function')) process.exit(1)
`

/** The seconds of the steps of one installation. */
class Steps {
  readonly #title: string
  readonly #seconds: string[] = []

  constructor(title: string) {
    this.#title = title
  }

  async time<T>(name: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now()
    const result = await work()
    this.#seconds.push(`${name} ${((performance.now() - start) / 1000).toFixed(1)} s`)
    return result
  }

  print(): void {
    console.log(`${this.#title}: ${this.#seconds.join(', ')}`)
  }
}

console.log(`${cpus()[0]?.model}, ${cpus().length} cores\n`)
try {
  for (const node of supportedMajors.map(nodeOfMajor)) {
    if (values.check) await packed(node, 'one npm cache', shared)
    else {
      const cache = mkdtempSync(join(tmpdir(), 'agnize-npm-cache-'))
      try {
        for (const state of ['empty npm cache', 'warm npm cache']) {
          await packed(node, state, cache)
          await clone(node, state, cache)
        }
      } finally {
        rmSync(cache, { recursive: true, force: true })
      }
    }
  }
} finally {
  rmSync(shared, { recursive: true, force: true })
}

/** The published packages, in an empty folder. */
async function packed(node: NodeVersion, state: string, cache: string): Promise<void> {
  const machine = new FreshMachine(node, cache)
  const agnize = (...args: string[]) =>
    machine.run('node', 'node_modules/agnize/dist/cli/main.js', ...args)
  try {
    const steps = new Steps(`Node ${node.version}, packages, ${state}`)
    await steps.time('install', () => machine.run('npm', 'install', ...flags, ...tarballs))
    await steps.time('enroll', () =>
      agnize('enroll', 'Anna', join(photos, 'sample1.jpg'), '--at', '1560,320'),
    )
    const found = await steps.time('identify', () =>
      agnize('identify', join(photos, 'sample3.jpg'), '--json'),
    )
    const faces: { subject: { name: string } | null }[] = JSON.parse(found).faces
    const names = faces.map(({ subject }) => subject?.name ?? 'unknown')
    if (names.join() !== 'Anna,unknown,unknown') throw new Error(`Found ${names.join(', ')}.`)
    await steps.time('serve', () => machine.serve())
    await machine.run('node', '--input-type=module', '-e', program)
    steps.print()
  } finally {
    machine.remove()
  }
}

/** A clone, and the README's first command. */
async function clone(node: NodeVersion, state: string, cache: string): Promise<void> {
  const machine = new FreshMachine(node, cache)
  try {
    const steps = new Steps(`Node ${node.version}, clone, ${state}`)
    await machine.run('git', 'clone', '--quiet', '--depth', '1', `file://${resolve('.')}`, '.')
    await steps.time('install', () => machine.run('npm', 'install', '--no-audit', '--no-fund'))
    const output = await steps.time('demo', () => machine.run('npm', 'run', 'demo'))
    if (!/Anna .*similarity/.test(output)) throw new Error(`The demo found nobody:\n${output}`)
    steps.print()
  } finally {
    machine.remove()
  }
}
