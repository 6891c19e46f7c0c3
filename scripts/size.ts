/**
 * Installs the packed packages in an empty folder and prints what they take on disk: `npm run size`. Fails when that is more
 * than allowed, or when a package has an install script.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packForThisPlatform } from './packed.js'

/** Allowed size in MB and allowed number of packages, agnize included, with the binaries of one platform. */
const allowed = { megabytes: 180, packages: 200 }

const tarballs = packForThisPlatform()
const folder = mkdtempSync(join(tmpdir(), 'agnize-size-'))
try {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const flags = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent']
  execFileSync('npm', [...flags, ...tarballs], { cwd: folder, stdio: ['ignore', 'ignore', 2] })
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { hasInstallScript?: boolean }>
  }
  const installed = Object.entries(lock.packages).filter(
    ([path]) => path !== '' && statSync(join(folder, path), { throwIfNoEntry: false }),
  )
  const sizes = installed.map(([path]) => ({
    name: path.replace(/^.*node_modules\//, ''),
    bytes: ownSize(join(folder, path)),
  }))
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6
  for (const { name, bytes } of sizes.sort((a, b) => b.bytes - a.bytes).slice(0, 12)) {
    console.log(`${(bytes / 1e6).toFixed(1).padStart(7)} MB  ${name}`)
  }
  const scripts = installed.filter(([, { hasInstallScript }]) => hasInstallScript)
  console.log(
    `\n${total.toFixed(0)} MB (${allowed.megabytes} allowed) in ${installed.length} packages (${allowed.packages} allowed) for ${process.platform} ${process.arch}; install scripts: ${scripts.map(([path]) => path).join(', ') || 'none'}`,
  )
  const isWithin =
    total <= allowed.megabytes && installed.length <= allowed.packages && scripts.length === 0
  process.exitCode = isWithin ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Bytes of a package on disk in blocks of 4 KiB, without the packages inside it. */
function ownSize(path: string): number {
  let size = 0
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inside = join(path, entry.name)
    if (entry.isDirectory()) size += entry.name === 'node_modules' ? 0 : ownSize(inside) + 4096
    else size += Math.ceil(statSync(inside).size / 4096) * 4096
  }
  return size
}
