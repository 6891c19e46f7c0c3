import { execFile, spawn } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { NodeVersion } from './node-versions.js'

const run = promisify(execFile)

/** Programs beside Node and npm: what npm and the scripts in package.json call. There is no compiler and no Python. */
const programs = ['sh', 'env', 'git', 'rm', 'chmod', 'cat', 'ls', 'mkdir', 'cp', 'uname']

/** An empty folder, an empty home and a PATH with Node, npm and a shell only: a machine on which nothing was installed. */
export class FreshMachine {
  readonly folder: string
  readonly #root = mkdtempSync(join(tmpdir(), 'agnize-fresh-'))
  readonly #environment: NodeJS.ProcessEnv

  /** @param cache - Folder of npm's cache. */
  constructor(node: NodeVersion, cache: string) {
    const bin = join(this.#root, 'bin')
    const home = join(this.#root, 'home')
    this.folder = join(this.#root, 'project')
    for (const folder of [bin, home, this.folder]) mkdirSync(folder)
    symlinkSync(node.executable, join(bin, 'node'))
    const npm = npmScript()
    for (const [name, script] of [
      ['npm', npm],
      ['npx', npm.replace(/npm-cli\.js$/, 'npx-cli.js')],
    ] as const) {
      writeFileSync(join(bin, name), `#!/bin/sh\nexec node '${script}' "$@"\n`)
      chmodSync(join(bin, name), 0o755)
    }
    for (const program of programs) {
      const path = pathOf(program)
      if (path) symlinkSync(path, join(bin, program))
    }
    // npm's settings (registry, certificates, proxy) are those of the machine; its home and its cache are not.
    const settings = Object.entries(process.env).filter(([name]) =>
      /^(npm_config_(registry|cafile|https?_proxy|noproxy)|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|LANG|TZ)$/i.test(
        name,
      ),
    )
    this.#environment = {
      ...Object.fromEntries(settings),
      PATH: bin,
      HOME: home,
      npm_config_cache: cache,
      npm_config_update_notifier: 'false',
      NO_COLOR: '1',
    }
  }

  /** Runs a program in the folder. @returns Its standard output. @throws Error with its standard error. */
  async run(program: string, ...args: string[]): Promise<string> {
    const options = { cwd: this.folder, env: this.#environment, maxBuffer: 1e8 }
    const { stdout } = await run(join(this.#environment.PATH!, program), args, options)
    return stdout
  }

  /** Starts `agnize serve` in the folder, waits until it is ready, and stops it. */
  async serve(): Promise<void> {
    const port = await freePort()
    const command = ['node_modules/agnize/dist/cli/main.js', 'serve', '--port', String(port)]
    const child = spawn(join(this.#environment.PATH!, 'node'), command, {
      cwd: this.folder,
      env: this.#environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let stderr = ''
    child.stderr.on('data', (chunk) => (stderr += chunk))
    const ended = new Promise<number | null>((done) => child.once('exit', done))
    try {
      while (!(await fetch(`http://127.0.0.1:${port}/v1/ready`).catch(() => undefined))?.ok) {
        if (child.exitCode !== null) throw new Error(stderr)
        await new Promise((done) => setTimeout(done, 50))
      }
      const page = await fetch(`http://127.0.0.1:${port}/`, { headers: { accept: 'text/html' } })
      if (!(await page.text()).includes('<title>')) throw new Error('The console is not there.')
    } finally {
      child.kill('SIGTERM')
      await ended
    }
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true })
  }
}

/** npm's own script: that of the npm that runs this one. */
function npmScript(): string {
  const running = process.env.npm_execpath
  if (running?.endsWith('npm-cli.js')) return running
  const npm = pathOf('npm')
  if (!npm) throw new Error('npm is not in PATH.')
  return join(dirname(realpathSync(npm)), 'npm-cli.js')
}

function pathOf(program: string): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(':')) {
    try {
      return realpathSync(join(folder, program))
    } catch {}
  }
  return undefined
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => done(port))
    })
  })
}
