import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { onTestFinished } from 'vitest'

/** `agnize serve` as a process of its own, once it listens. */
export async function serve(home: string, args: readonly string[], node: readonly string[] = []) {
  const child = spawn(
    process.execPath,
    [...node, resolve('dist/cli/main.js'), 'serve', '--threads', '1', ...args],
    { env: { ...process.env, NO_COLOR: '1', AGNIZE_HOME: home, AGNIZE_OFFLINE: '1' } },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  let log = ''
  let said = ''
  child.stdout.on('data', (chunk) => (log += chunk))
  const url = await new Promise<string>((done, fail) => {
    child.once('exit', () => fail(new Error(said)))
    child.stderr.on('data', (chunk) => {
      said += chunk
      const listening = /listening on (\S+?),/.exec(said)
      if (listening) done(listening[1]!)
    })
  })
  const key = /shown only once: {2}(\S+)/.exec(said)?.[1] ?? ''
  return { child, url, key, log: () => log }
}
