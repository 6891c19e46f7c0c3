import { execFile, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { settingNames, settingsFrom } from '../../dist/server/settings.js'
import { freePort } from '../../scripts/free-port.js'
import { homeWithModels, inSample1, sample, temporaryFolder } from '../fixtures.js'
import { ask, startServer } from '../server/start.js'

const run = promisify(execFile)

/** The examples of a page in one language, below a heading. */
function blocks(page: string, language: string, heading = ''): string[] {
  const text = readFileSync(page, 'utf8')
  const from = heading ? text.indexOf(`\n${heading}\n`) : 0
  expect(from).toBeGreaterThanOrEqual(0)
  const end = heading ? text.indexOf('\n## ', from + heading.length) : -1
  const part = text.slice(from, end < 0 ? undefined : end)
  return [...part.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    (match) => match[1]!,
  )
}

/** A folder with the photos that the examples name, and agnize as `npx agnize` and `agnize`. */
async function userFolder(): Promise<{ folder: string; path: string }> {
  const folder = await temporaryFolder()
  const [x, y] = inSample1
  const anna = sharp(sample(1)).extract({ left: x - 260, top: y - 260, width: 500, height: 520 })
  await mkdir(join(folder, 'people', 'Anna'), { recursive: true })
  for (const place of ['anna.jpg', 'people/Anna/1.jpg']) await anna.toFile(join(folder, place))
  await sharp(sample(3)).toFile(join(folder, 'door.jpg'))
  await mkdir(join(folder, 'bin'))
  const main = resolve('dist/cli/main.js')
  await writeFile(
    join(folder, 'bin', 'npx'),
    `#!/bin/sh\nshift\nexec ${process.execPath} ${main} "$@"\n`,
  )
  await writeFile(
    join(folder, 'bin', 'agnize'),
    `#!/bin/sh\nexec ${process.execPath} ${main} "$@"\n`,
  )
  for (const name of ['npx', 'agnize']) await chmod(join(folder, 'bin', name), 0o755)
  return { folder, path: `${join(folder, 'bin')}:${process.env.PATH}` }
}

test("the README's quick start of the server works as it stands, but for the port", async () => {
  const [script] = blocks('README.md', 'sh', '## Serve it')
  const { folder, path } = await userFolder()
  const port = await freePort()
  const home = await homeWithModels()
  const shell = spawn('bash', ['-e'], {
    cwd: folder,
    detached: true,
    env: { ...process.env, PATH: path, AGNIZE_HOME: home, AGNIZE_PORT: String(port) },
  })
  // Ends the shell together with the server that it started.
  onTestFinished(() => {
    try {
      process.kill(-shell.pid!, 'SIGTERM')
    } catch {
      // The processes have ended.
    }
  })
  let stdout = ''
  shell.stdout.on('data', (chunk) => (stdout += chunk))
  shell.stdin.end(script!.replaceAll('8484', String(port)))
  const code = await new Promise((done) => shell.once('exit', done))
  expect(code).toBe(0)
  expect(stdout).toContain('"outcome":"added"')
  expect(stdout).toMatch(/"answer":"match".*"name":"Anna"/)
  expect(stdout.match(/"answer":"unknown"/g)).toHaveLength(2)
})

test.each([
  ['sh', 'bash'],
  ['python', 'python3'],
  ['ts', 'tsx'],
] as const)('the examples of docs/api.md run: %s', async (language, program) => {
  const all = blocks('docs/api.md', language)
  expect(all).toHaveLength(1)
  const [script] = all
  const { folder, path } = await userFolder()
  const started = await startServer()
  const env = {
    ...process.env,
    PATH: path,
    AGNIZE_URL: started.url,
    AGNIZE_API_KEY: started.key,
  }
  let output: { stdout: string; stderr: string }
  if (program === 'tsx') {
    // Inside the package, so that "agnize/client" resolves to it.
    const file = resolve('.cache/api-example.ts')
    await writeFile(file, script!)
    output = await run(resolve('node_modules/.bin/tsx'), [file], { cwd: folder, env })
    expect(output.stdout).toMatch(/^Anna 0\.\d+ 0\.\d+\nunknown .*\nunknown .*\n$/)
    return
  }
  const flags = program === 'bash' ? ['-e', '-o', 'pipefail', '-c'] : ['-c']
  output = await run(program, [...flags, script!], { cwd: folder, env })
  if (program === 'python3') {
    expect(output.stdout).toMatch(/^Anna 0\.\d+\nunknown 0\.\d+\nunknown 0\.\d+\n$/)
    return
  }
  expect(output.stdout).not.toContain('urn:agnize:error')
  for (const part of [
    '"outcome":"added"',
    '"match":true',
    '"room":12',
    '"kind":"not"',
    '"state":"done"',
    'agnize erasure receipt',
  ]) {
    expect(output.stdout).toContain(part)
  }
})

test('docs/server.md lists every setting with its default', () => {
  const page = readFileSync('docs/server.md', 'utf8')
  const defaults = settingsFrom({ threads: 1 }, {}) as unknown as Record<string, unknown>
  for (const name of settingNames) {
    const row = page
      .split('\n')
      .find((line) => line.startsWith('|') && line.includes(`\`${name}\``))
    expect(row, name).toBeDefined()
    const value = defaults[name]
    if (['number', 'boolean'].includes(typeof value) && !['queue', 'threads'].includes(name)) {
      expect(row!.split('|')[2]!.trim(), name).toBe(String(value))
    }
  }
})

test('alerts and dashboard use existing metrics', async () => {
  const started = await startServer()
  await ask(started, '/v1/galleries/default/nothing')
  const { body } = await ask(started, '/v1/metrics')
  for (const file of ['deploy/prometheus-alerts.yml', 'deploy/grafana-dashboard.json']) {
    const text = readFileSync(file, 'utf8')
    const names = new Set(text.match(/\b(agnize|process|nodejs)_[a-z0-9_]+/g))
    expect(names.size).toBeGreaterThan(2)
    for (const name of names) {
      expect(body, `${file}: ${name}`).toContain(
        `# TYPE ${name.replace(/_(bucket|count|sum)$/, '')} `,
      )
    }
  }
  JSON.parse(readFileSync('deploy/grafana-dashboard.json', 'utf8'))
})

test('the command imports from a CompreFace server, here another agnize with that API', async () => {
  const old = await startServer()
  const { body: made } = await ask(old, '/v1/keys', {
    json: {
      name: 'c',
      scopes: ['read', 'identify', 'enroll'],
      galleries: ['default'],
      service: 'recognition',
    },
  })
  const { folder, path } = await userFolder()
  const anna = readFileSync(join(folder, 'anna.jpg')).toString('base64')
  await fetch(`${old.url}/api/v1/recognition/faces?subject=Anna`, {
    method: 'POST',
    headers: { 'x-api-key': made.key, 'content-type': 'application/json' },
    body: JSON.stringify({ file: anna }),
  })
  await writeFile(join(folder, 'key.txt'), made.key)
  const home = await homeWithModels()
  const env = { ...process.env, PATH: path, AGNIZE_HOME: home }
  const { stdout } = await run(
    'agnize',
    ['import', 'compreface', old.url, '--key-file', join(folder, 'key.txt')],
    { env },
  )
  expect(stdout).toContain('imported 1 face,')
  const found = await run('agnize', ['identify', join(folder, 'door.jpg')], { env }).catch(
    (error) => error,
  )
  expect(found.stdout).toMatch(/Anna/)
})
