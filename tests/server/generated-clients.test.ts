import { execFile } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import openapiTS, { astToString } from 'openapi-typescript'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { pythonEnvironment } from '../../scripts/python-environment.js'
import { inSample1, sample, temporaryFolder } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { ask, startServer } from './start.js'

const run = promisify(execFile)

/** A file with a photo of one person. */
async function anna(folder: string): Promise<string> {
  const [x, y] = inSample1
  const file = join(folder, 'anna.jpg')
  await sharp(sample(1))
    .extract({ left: x - 260, top: y - 260, width: 500, height: 520 })
    .toFile(file)
  return file
}

test('what openapi-typescript makes of the document compiles and calls the server', async () => {
  const started = await startServer()
  const folder = await temporaryFolder()
  const { body: document } = await ask(started, '/v1/openapi.json')
  await writeFile(join(folder, 'schema.ts'), astToString(await openapiTS(document)))
  await symlink(resolve('node_modules'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await writeFile(
    join(folder, 'call.ts'),
    `import { readFile } from 'node:fs/promises'
import createClient from 'openapi-fetch'
import type { paths } from './schema.js'
const [, , baseUrl, key, photo] = process.argv as [string, string, string, string, string]
const client = createClient<paths>({ baseUrl, headers: { authorization: \`Bearer \${key}\` } })
const path = { gallery: 'default', subject: 'Anna' }
const { data: added, error } = await client.POST('/v1/galleries/{gallery}/subjects/{subject}/faces', {
  params: { path, header: { 'Idempotency-Key': 'once' } },
  body: { photo: (await readFile(photo)).toString('base64'), name: 'anna.jpg' },
})
if (error) throw new Error(error.detail)
const { data: page } = await client.GET('/v1/galleries/{gallery}/subjects', {
  params: { path, query: { limit: 1 } },
})
const width: number = added.enrolled[0]!.face.box.width
console.log(JSON.stringify({ width, names: page!.items.map(({ name }) => name) }))
`,
  )
  await run(
    process.execPath,
    [
      resolve('node_modules/typescript/bin/tsc'),
      ...['--strict', '--noUncheckedIndexedAccess', '--target', 'es2022', '--module', 'nodenext'],
      ...['--skipLibCheck', '--types', 'node', 'call.ts'],
    ],
    { cwd: folder },
  )
  const { stdout } = await run(process.execPath, [
    ...[join(folder, 'call.js'), started.url, started.key, await anna(folder)],
  ])
  expect(JSON.parse(stdout)).toEqual({ width: expect.any(Number), names: ['Anna'] })
}, 60_000)

test.skipIf(lacks('python-client'))(
  'what openapi-python-client makes of it compiles and calls the server',
  async () => {
    const started = await startServer()
    const folder = await temporaryFolder()
    const { body: document } = await ask(started, '/v1/openapi.json')
    const file = join(folder, 'openapi.json')
    await writeFile(file, JSON.stringify(document))
    const programs = pythonEnvironment('client')!
    const client = join(folder, 'out', 'agnize_client')
    await mkdir(join(folder, 'out'))
    await run(join(programs, 'openapi-python-client'), [
      ...['generate', '--path', file, '--output-path', client, '--meta', 'none'],
    ])
    await run(join(programs, 'python'), ['-m', 'compileall', '-q', client])
    const { stdout } = await run(
      join(programs, 'python'),
      [resolve('tests/server/generated-client.py'), started.url, started.key, await anna(folder)],
      { env: { ...process.env, PYTHONPATH: join(folder, 'out') } },
    )
    expect(JSON.parse(stdout)).toEqual({
      ...{ enrolled: 'Anna', faces: 1, answer: 'match', names: ['Anna'], landmarks: [5, 2] },
      ...{ refused: [400, 'bad-argument'] },
    })
  },
  60_000,
)
