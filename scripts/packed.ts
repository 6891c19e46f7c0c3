import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Packs agnize and the native libraries of this platform from the present build. @returns Paths of the tarballs. */
export function packForThisPlatform(): string[] {
  const folder = resolve('.cache/packages')
  execFileSync('npx', ['tsx', 'scripts/pack.ts', '--here', folder])
  return readdirSync(folder).map((file) => join(folder, file))
}
