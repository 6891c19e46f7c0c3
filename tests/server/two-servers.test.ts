import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../scripts/free-port.js'
import { annaPhoto, homeWithModels, temporaryFolder } from '../fixtures.js'
import { startPostgres } from '../gallery/postgres.js'
import { until } from '../processes.js'
import { lacks } from '../requirements.js'
import { ask, form } from './start.js'

describe.skipIf(lacks('postgres') || lacks('nginx'))(
  'two servers on one database, behind a proxy',
  () => {
    test('one dies under load and another is added: no request fails', async () => {
      const database = await startPostgres()
      onTestFinished(() => database.stop())
      const ports = [await freePort(), await freePort()]
      const [first, second] = await Promise.all(ports.map((port) => serve(database.url, port)))
      const proxy = await startProxy(ports)
      const key = first!.key || second!.key
      const caller = { url: proxy.url, key }

      const anna = await annaPhoto()
      const enrolled = await ask(caller, '/v1/galleries/default/subjects/Anna/faces', {
        method: 'POST',
        body: await form({ photos: anna }),
      })
      expect(enrolled.status).toBe(201)

      const answers: unknown[] = []
      let isOver = false
      const callers = [0, 1, 2].map(async () => {
        while (!isOver) {
          const { status, body } = await ask(caller, '/v1/galleries/default/identify', {
            method: 'POST',
            body: await form({ photo: anna }),
          })
          const names = body.faces?.map(({ subject }: any) => subject?.name ?? null)
          answers.push(status === 200 ? names : { status, body })
        }
      })
      const answered = async (port: number, before: number) => {
        await until(() => proxy.answersOf(port) >= before + 3)
      }
      await answered(ports[0]!, 0)
      await answered(ports[1]!, 0)

      first!.process.kill('SIGKILL')
      await once(first!.process, 'exit')
      await answered(ports[1]!, proxy.answersOf(ports[1]!))
      const changed = await ask(caller, '/v1/galleries/default/subjects/Anna', {
        method: 'PATCH',
        json: { tags: ['changed while one server was gone'] },
      })
      expect(changed.status).toBe(200)

      const before = proxy.answersOf(ports[0]!)
      await serve(database.url, ports[0]!)
      await answered(ports[0]!, before)
      isOver = true
      await Promise.all(callers)

      const expected = answers.find((answer) => Array.isArray(answer) && answer.includes('Anna'))
      expect(expected).toBeDefined()
      expect(
        answers.filter((answer) => JSON.stringify(answer) !== JSON.stringify(expected)),
      ).toEqual([])
    })
  },
)

/** `agnize serve` as a process with a home of its own, once it listens. */
async function serve(store: string, port: number) {
  const args = [
    'serve',
    '--threads',
    '1',
    '--trust-proxy',
    '127.0.0.1',
    '--store',
    store,
    '--port',
    String(port),
  ]
  const child = spawn(process.execPath, [resolve('dist/cli/main.js'), ...args], {
    env: {
      ...process.env,
      NO_COLOR: '1',
      AGNIZE_HOME: await homeWithModels(),
      AGNIZE_OFFLINE: '1',
    },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  await new Promise<void>((done, fail) => {
    child.once('exit', () => fail(new Error(said)))
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk
      if (said.includes('listening on ')) done()
    })
  })
  return { process: child, key: /shown only once: {2}(\S+)/.exec(said)?.[1] ?? '' }
}

/** nginx with the configuration that is shipped, before servers at other ports. */
async function startProxy(ports: readonly number[]) {
  const folder = await temporaryFolder()
  const port = await freePort()
  const shipped = readFileSync('deploy/nginx.conf', 'utf8')
    .replace('127.0.0.1:8080', `127.0.0.1:${port}`)
    .replace('127.0.0.1:8484', `127.0.0.1:${ports[0]}`)
    .replace('127.0.0.1:8485', `127.0.0.1:${ports[1]}`)
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join('\n')
  const file = join(folder, 'nginx.conf')
  writeFileSync(
    file,
    `daemon off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {}
http {
${paths}
log_format upstream '$upstream_addr $status';
access_log ${folder}/access.log upstream;
${shipped}
}`,
  )
  // Its workers run without rights where it is started by root.
  chmodSync(folder, 0o755)
  const nginx = spawn('nginx', ['-c', file, '-p', folder, '-e', `${folder}/error.log`])
  onTestFinished(async () => {
    if (nginx.exitCode !== null) return
    const ended = once(nginx, 'exit')
    nginx.kill('SIGTERM')
    await ended
  })
  let said = ''
  nginx.stderr.on('data', (chunk: Buffer) => (said += chunk))
  const url = `http://127.0.0.1:${port}`
  while (!(await fetch(`${url}/v1/health`).catch(() => null))?.ok) {
    if (nginx.exitCode !== null) throw new Error(`nginx ended at its start: ${said}`)
    await pause(50)
  }
  return {
    url,
    /** Number of requests that a server answered with success. */
    answersOf: (port: number) =>
      readFileSync(join(folder, 'access.log'), 'utf8')
        .split('\n')
        .filter((line) => line.endsWith(`127.0.0.1:${port} 200`)).length,
  }
}
