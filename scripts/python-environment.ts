import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Pinned packages of PyPI that tests and scripts run, by what they are for. */
const packages = {
  /** CompreFace's own client; it imports a module that urllib3 2 has not. */
  compreface: ['compreface-sdk==0.6.0', 'urllib3<2'],
  /** Requests made from an OpenAPI document; with these versions a seed makes the same ones everywhere. */
  schemathesis: ['schemathesis==4.32.5', 'hypothesis==6.170.17', 'jsonschema_rs==0.60.3'],
  /** A generator of clients in Python. */
  client: ['openapi-python-client==0.29.1'],
} as const

/** Name of a set of Python packages. */
export type PythonPackages = keyof typeof packages

/**
 * A virtual environment with packages from PyPI, in the user's cache folder; made at the first use, which takes up to a minute.
 *
 * @returns Its folder of programs; undefined where it is not there and cannot be made: no Python with venv and pip, or no PyPI.
 */
export function pythonEnvironment(name: PythonPackages): string | undefined {
  const wanted = packages[name]
  const hash = createHash('sha256').update(wanted.join('\n')).digest('hex').slice(0, 12)
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'agnize-test')
  const folder = join(cache, `python-${name}-${hash}`)
  const bin = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin')
  const mark = join(folder, 'complete')
  if (existsSync(mark)) return bin
  mkdirSync(cache, { recursive: true })
  rmSync(folder, { recursive: true, force: true })
  const run = (program: string, ...args: string[]) =>
    spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
  const isMade =
    run('python3', '-m', 'venv', folder) &&
    run(join(bin, 'python'), '-m', 'pip', 'install', '--quiet', ...wanted)
  if (!isMade) return undefined
  // Last, so that one that was broken off is made again.
  writeFileSync(mark, '')
  return bin
}
