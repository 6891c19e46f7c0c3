import { execFile, spawn } from 'node:child_process'
import { cp, mkdir, readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { sample, temporaryFolder, testHome } from './fixtures.js'
import { childrenThatRun } from './processes.js'
import { lacks } from './requirements.js'

const run = promisify(execFile)
const cli = resolve('dist/cli/main.js')

/** strace reports every address that a process looks up or connects to, and every file that it creates. */
const canTrace = !lacks('strace')

/** An empty user folder, and agnize's home with the models in another folder. */
async function emptyUser() {
  const folder = await temporaryFolder()
  const [user, home] = [join(folder, 'user'), join(folder, 'agnize')]
  await mkdir(user)
  await mkdir(home)
  await cp(join(testHome(), 'models'), join(home, 'models'), { recursive: true })
  const env = { PATH: process.env.PATH, HOME: user, AGNIZE_HOME: home, NO_COLOR: '1' }
  return { folder, user, home, env, trace: join(folder, 'trace') }
}

/** A program and its arguments, under strace where that is available. */
function traced(trace: string, args: readonly string[]): [string, string[]] {
  const program = [process.execPath, ...args]
  if (!canTrace) return [program[0]!, program.slice(1)]
  const calls = 'trace=openat,creat,mkdir,mkdirat,rename,renameat,renameat2,connect,sendto,sendmsg'
  return ['strace', ['-f', '-qq', '-s', '200', '-e', calls, '-o', trace, ...program]]
}

/** Files that a trace shows created outside a folder, and the network addresses it shows. */
async function seenIn(trace: string, home: string) {
  if (!canTrace) return { made: [], addresses: [] }
  const lines = (await readFile(trace, 'utf8')).split('\n')
  const made = lines
    .filter((line) => /O_CREAT|\b(mkdir|creat|rename)\w*\(/.test(line) && / = \d+$/.test(line))
    .filter((line) => !line.includes(home) && !line.includes('"/dev/'))
  const addresses = lines.flatMap((line) => {
    const found = /sa_family=AF_INET6?,.*?sin6?_port=htons\((\d+)\).*?"([^"]+)"/.exec(line)
    return found ? [`${found[2]}:${found[1]}`] : []
  })
  return { made, addresses }
}

describe(`who is contacted and what is written${canTrace ? '' : ' (addresses are not seen: install strace)'}`, () => {
  test('enrolling and identifying write nothing outside the home and contact no host', async () => {
    const { user, home, env, trace } = await emptyUser()
    for (const args of [
      ['enroll', 'Skuli', sample(1), '--at', '1560,320'],
      ['identify', sample(3), '--annotate', join(home, 'marked.jpg')],
      ['identify', sample(1), sample(3), '--threads', '2'],
      ['cluster', sample(1), sample(3)],
    ]) {
      await run(...traced(trace, [cli, ...args]), { env, cwd: home })
      expect(await seenIn(trace, home)).toEqual({ made: [], addresses: [] })
    }
    expect(await readdir(user)).toEqual([])
  })

  test('a server contacts no host', async () => {
    const { user, home, env, trace } = await emptyUser()
    const [program, args] = traced(trace, [cli, 'serve', '--insecure-local', '--port', '0'])
    const server = spawn(program, args, { env, cwd: home, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    const url = await new Promise<string>((resolve, reject) => {
      server.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text
        const found = /listening on (http:\S+?),/.exec(said)
        if (found) resolve(found[1]!)
      })
      server.once('exit', () => reject(new Error(said)))
    })
    const photo = await readFile(sample(3))
    for (let i = 0; i < 20; i++) {
      const form = new FormData()
      form.set('photo', new Blob([photo]))
      const address = `${url}/v1/galleries/default/identify`
      const { status } = await fetch(address, { method: 'POST', body: form })
      expect(status).toBe(200)
    }
    const ended = new Promise((done) => server.once('exit', done))
    // strace forwards no signals: the server is its child process.
    const [node] = canTrace ? childrenThatRun(cli, server.pid) : [server.pid!]
    process.kill(node!, 'SIGTERM')
    await ended
    const { made, addresses } = await seenIn(trace, home)
    expect(made).toEqual([])
    expect(addresses.filter((address) => !/^127\.0\.0\.1:/.test(address))).toEqual([])
    expect(await readdir(user)).toEqual([])
  })

  test.skipIf(lacks('processes'))('keeps the user’s own setting', async () => {
    const { env } = await emptyUser()
    const text = `
      import { openAgnize } from ${JSON.stringify(resolve('dist/index.js'))}
      import { readFileSync } from 'node:fs'
      const agnize = await openAgnize({ threads: 1, store: ':memory:' })
      await agnize.analyze(${JSON.stringify(sample(1))}, { detail: 'fast' })
      const [child] = readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8').split(' ')
      console.log(process.env.ORT_DISABLE_TELEMETRY ?? 'unset', readFileSync('/proc/' + child + '/environ', 'utf8').match(/ORT_DISABLE_TELEMETRY=(.)/)[1])`
    for (const [given, expected] of [
      [{}, '1 1'],
      [{ ORT_DISABLE_TELEMETRY: '0' }, '0 0'],
    ] as const) {
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', text], {
        env: { ...env, ...given },
      })
      expect(stdout.trim()).toBe(expected)
    }
  })
})
