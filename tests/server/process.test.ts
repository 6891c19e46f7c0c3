import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { getPriority } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { type Agnize, openAgnize } from '../../dist/index.js'
import { flagOf, settingNames, settingsFrom } from '../../dist/server/settings.js'
import { agnize, homeWithModels, sample, temporaryFolder } from '../fixtures.js'
import { childrenThatRun, until } from '../processes.js'
import { lacks } from '../requirements.js'
import { serve } from './serve.js'
import { ask, startServer } from './start.js'

const dist = (path: string) => JSON.stringify(pathToFileURL(resolve('dist', path)).href)

test('the first key is created only once the server listens', async () => {
  const home = await homeWithModels()
  const other = createServer()
  const port = await new Promise<number>((done) => {
    other.listen(0, '127.0.0.1', () => done((other.address() as { port: number }).port))
  })
  for (let i = 0; i < 2; i++) {
    const refused = await agnize(['serve', '--threads', '1', '--port', String(port)], { home })
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/is in use/)])
  }
  const listed = await agnize(['keys', 'list', '--json'], { home })
  expect(listed.stdout).toBe('')
  await new Promise((done) => other.close(done))
  const started = await serve(home, ['--port', String(port)])
  expect(started.key).toMatch(/^[0-9a-f-]{36}$/)
  expect((await ask(started, '/v1/keys')).status).toBe(200)
})

test.skipIf(lacks('processes'))(
  'workers give way to the server, and not to their library',
  async () => {
    const home = await homeWithModels()
    const started = await serve(home, ['--port', '0'])
    const [worker] = childrenThatRun('workers/process', started.child.pid)
    await until(() => getPriority(worker) === getPriority(started.child.pid) + 5)
    await using library = await openAgnize({ home, store: ':memory:', threads: 1 })
    await library.analyze(sample(1))
    expect(childrenThatRun('workers/process').map((pid) => getPriority(pid))).toEqual([
      getPriority(),
    ])
  },
)

test('logs and counts an unhandled rejection and keeps serving', async () => {
  const home = await homeWithModels()
  const folder = await temporaryFolder()
  // An operation with a fault, among the real ones.
  const fault = join(folder, 'fault.mjs')
  await writeFile(
    fault,
    `import { operations } from ${dist('server/operations.js')}
import { compreFaceRoutes } from ${dist('server/compreface/compreface.js')}
const answers = [{ status: 200, description: 'Never.', type: 'text/plain' }]
const stray = async () => {
  void (async () => { await null; throw new Error('astray') })()
  return new Promise(() => {})
}
operations.push({ id: 'stray', method: 'GET', path: '/v1/stray', scope: null, tag: 'x', summary: 'x', answers, handle: stray })
operations.push({ id: 'late', method: 'GET', path: '/v1/late', scope: null, tag: 'x', summary: 'x', answers, handle: async () => {
  setTimeout(() => void Promise.reject(new Error('late')), 1)
  return 'answered'
} })
compreFaceRoutes.push({ id: 'stray', method: 'GET', path: '/stray', service: null, scope: 'read', handle: stray })
`,
  )
  const started = await serve(home, ['--port', '0'], ['--import', pathToFileURL(fault).href])
  const answer = await ask(started, '/v1/stray')
  expect([answer.status, answer.body.code]).toEqual([500, 'internal'])
  expect((await ask(started, '/api/v1/stray')).status).toBe(500)
  expect((await ask(started, '/v1/late')).body).toBe('answered')
  for (;;) {
    const { body } = await ask(started, '/v1/metrics')
    if (/^agnize_stray_rejections_total 3$/m.test(body)) break
    expect(body).toMatch(/^agnize_stray_rejections_total [12]$/m)
  }
  expect((await ask(started, '/v1/health')).status).toBe(200)
  // The log is written asynchronously.
  const told = () => started.log().match(/unhandled promise rejection/g)?.length
  await expect.poll(told, { timeout: 60_000 }).toBe(3)
  expect(started.child.exitCode).toBeNull()
})

test('the library adds no listener to the process', async () => {
  const home = await homeWithModels()
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `const { openAgnize } = await import(${dist('index.js')})
const agnize = await openAgnize({ home: ${JSON.stringify(home)}, offline: true })
await agnize.people.list()
const { Server } = await import(${dist('server/server.js')})
const events = ['unhandledRejection', 'uncaughtException', 'rejectionHandled', 'warning']
console.log(JSON.stringify(events.map((event) => process.listeners(event).filter(({ name }) => name !== 'onWarning').length)))
await agnize.close()`,
    ],
    { env: { ...process.env } },
  )
  expect(JSON.parse(stdout)).toEqual([0, 0, 0, 0])
})

test('the help of "serve" states the limits of servers', async () => {
  const home = await temporaryFolder()
  const { stdout } = await agnize(['serve', '--help'], { home })
  const help = stdout.replaceAll(/\s+/g, ' ')
  const defaults = settingsFrom({}, {}) as unknown as Record<string, unknown>
  let told = 0
  for (const name of settingNames) {
    const value = defaults[name]
    if (typeof value !== 'number' || name === 'threads' || name === 'queue') continue
    const option = new RegExp(`--${flagOf(name)} <\\w+> ([^<]*?)\\(default: ([^)]*)\\)`).exec(help)
    expect([name, option?.[2]]).toEqual([name, String(value)])
    told++
  }
  expect(told).toBeGreaterThan(6)
})

test('every setting is an option of "serve"', async () => {
  const { stdout } = await agnize(['serve', '--help'], { home: await temporaryFolder() })
  for (const name of settingNames) {
    const flag = name === 'docs' || name === 'console' ? `--no-${name}` : `--${flagOf(name)}`
    expect(stdout).toMatch(new RegExp(`\\s${flag}\\s`))
  }
})

test('without a key only pages of the server itself count as local', async () => {
  const at = { ...(await startServer({ insecureLocal: true })), key: '' }
  const status = async (headers: Record<string, string>) =>
    (await ask(at, '/v1/galleries', { headers })).status
  const own = new URL(at.url).host
  expect(await status({})).toBe(200)
  expect(await status({ 'sec-fetch-site': 'none' })).toBe(200)
  expect(await status({ 'sec-fetch-site': 'same-origin' })).toBe(200)
  expect(await status({ 'sec-fetch-site': 'same-origin', origin: `http://${own}` })).toBe(200)
  // A page of another port of this machine.
  expect(await status({ 'sec-fetch-site': 'same-site' })).toBe(401)
  expect(await status({ 'sec-fetch-site': 'cross-site' })).toBe(401)
  expect(await status({ 'sec-fetch-site': 'same-site', origin: `http://${own}` })).toBe(401)
  expect(await status({ origin: 'http://127.0.0.1:1' })).toBe(401)
})

test('a key that CompreFace does not know is reported as such', async () => {
  const at = await startServer()
  const agnize: Agnize = await openAgnize({ home: await homeWithModels(), offline: true })
  onTestFinished(() => agnize.close())
  // An unknown key and a malformed one.
  for (const key of [randomUUID(), 'wrong']) {
    await expect(agnize.gallery.importCompreFace(at.url, key)).rejects.toMatchObject({
      message: expect.stringMatching(/refused the key/),
    })
  }
})
