import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { defaultHome } from '../dist/index.js'

/** A server in a separate process with a temporary home. */
export interface ServerProcess {
  readonly url: string
  readonly key: string
  readonly home: string
  readonly child: ChildProcess
  /** Resident memory in MB. */
  rss(): number
  /** Everything that it has written to standard error. */
  stderr(): string
  stop(): Promise<number | null>
}

/** Starts `agnize serve` with the models of the default home. */
export async function startServerProcess(args: readonly string[] = []): Promise<ServerProcess> {
  const home = mkdtempSync(join(tmpdir(), 'agnize-server-'))
  symlinkSync(join(resolve(defaultHome()), 'models'), join(home, 'models'))
  const child = spawn(
    process.execPath,
    [resolve('dist/cli/main.js'), 'serve', '--port', '0', '--log-level', 'warn', ...args],
    {
      env: { ...process.env, NO_COLOR: '1', AGNIZE_HOME: home },
      stdio: ['ignore', 'inherit', 'pipe'],
    },
  )
  let stderr = ''
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)))
  const found = (pattern: RegExp) => pattern.exec(stderr)?.[1]
  while (!found(/listening on (\S+?),/)) {
    if (child.exitCode !== null) throw new Error(stderr)
    await new Promise((done) => setTimeout(done, 50))
  }
  return {
    url: found(/listening on (\S+?),/)!,
    key: found(/shown only once: {2}(\S+)/)!,
    home,
    child,
    stderr: () => stderr,
    rss: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1000,
    async stop() {
      child.kill('SIGTERM')
      const code = await ended
      rmSync(home, { recursive: true, force: true })
      return code
    },
  }
}
