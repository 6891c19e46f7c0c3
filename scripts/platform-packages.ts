import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A package with a library's binaries for one platform. */
export interface PlatformPackage {
  readonly name: string
  readonly version: string
  /** Folder with its files. */
  readonly folder: string
}

/** A native library of which a clone installs the original package, with the binaries of all platforms. */
interface NativeLibrary {
  readonly title: string
  readonly original: string
  /** Name of the packages, without the platform. */
  readonly name: string
  readonly main: string
  /** Files for all platforms, relative to the original package; others are left out. */
  readonly shared: readonly string[]
  /** Folder of the binaries for a platform. */
  readonly binaries: (os: string, cpu: string) => string
  readonly platforms: readonly (readonly [os: string, cpu: string])[]
  /** Dependencies that are kept. */
  readonly dependencies: readonly string[]
  /** Whether the binaries for Linux need glibc. */
  readonly needsGlibc: boolean
  /** Folder of license and notices that the original package leaves out. */
  readonly notices?: string
}

const libraries: readonly NativeLibrary[] = [
  {
    title: 'ONNX Runtime',
    original: 'onnxruntime-node',
    name: '@agnize/onnxruntime',
    main: 'dist/index.js',
    shared: ['dist'],
    binaries: (os, cpu) => `bin/napi-v6/${os}/${cpu}`,
    platforms: [
      ['darwin', 'arm64'],
      ['linux', 'arm64'],
      ['linux', 'x64'],
      ['win32', 'arm64'],
      ['win32', 'x64'],
    ],
    dependencies: ['onnxruntime-common'],
    needsGlibc: true,
    notices: 'third-party/onnxruntime',
  },
  {
    title: 'SQLite',
    original: '@photostructure/sqlite',
    name: '@agnize/sqlite',
    main: 'dist/index.cjs',
    shared: ['dist/index.cjs', 'LICENSE'],
    binaries: (os, cpu) => `prebuilds/${os}-${cpu}`,
    platforms: [
      ['darwin', 'arm64'],
      ['darwin', 'x64'],
      ['linux', 'arm64'],
      ['linux', 'x64'],
      ['win32', 'arm64'],
      ['win32', 'x64'],
    ],
    dependencies: ['node-gyp-build'],
    needsGlibc: false,
  },
  {
    title: 'USearch',
    original: 'usearch',
    name: '@agnize/usearch',
    main: 'javascript/dist/cjs/usearch.js',
    shared: ['javascript/dist/cjs', 'LICENSE'],
    binaries: (os, cpu) => `prebuilds/${os === 'darwin' ? 'darwin-arm64+x64' : `${os}-${cpu}`}`,
    platforms: [
      ['darwin', 'arm64'],
      ['darwin', 'x64'],
      ['linux', 'arm64'],
      ['linux', 'x64'],
    ],
    dependencies: ['bindings', 'node-gyp-build'],
    needsGlibc: true,
  },
]

/**
 * Makes a package for each native library and platform from the original packages, which are development dependencies: those have
 * the binaries of all platforms (ONNX Runtime 294 MB, of which one platform needs 25 to 70) and install scripts. npm has checked
 * them against the hashes in package-lock.json. The packages have the same JavaScript, the binaries of one platform, the license
 * and the notices, and no script.
 *
 * @param target - Folder for the packages' folders.
 */
export async function makePlatformPackages(target: string): Promise<PlatformPackage[]> {
  const packages: PlatformPackage[] = []
  for (const library of libraries) {
    for (const [os, cpu] of library.platforms) {
      packages.push(await makePackage(library, os, cpu, target))
    }
  }
  return packages
}

async function makePackage(
  library: NativeLibrary,
  os: string,
  cpu: string,
  target: string,
): Promise<PlatformPackage> {
  const source = join('node_modules', library.original)
  const original = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'))
  const { version, license, author, repository } = original
  const name = `${library.name}-${os}-${cpu}`
  const folder = join(target, name.replace('@agnize/', ''))
  const binaries = library.binaries(os, cpu)
  if ((await readdir(join(source, binaries))).length === 0) throw new Error(`${name} is empty.`)
  for (const path of [...library.shared, binaries]) {
    await cp(join(source, path), join(folder, path), { recursive: true, filter: isNeeded })
  }
  if (library.notices) await addNotices(library.notices, `${library.title} ${version}`, folder)
  if (!existsSync(join(folder, 'LICENSE'))) throw new Error(`${name} has no license.`)
  const description = `${library.title} for Node.js on ${os} ${cpu}: the files of ${library.original} ${version} for this platform.`
  const dependencies = library.dependencies.map((name) => [name, original.dependencies[name]])
  const manifest = {
    ...{ name, version, description, license, author, repository },
    ...{ main: library.main, os: [os], cpu: [cpu] },
    ...(os === 'linux' && library.needsGlibc && { libc: ['glibc'] }),
    dependencies: Object.fromEntries(dependencies),
  }
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  await writeFile(
    join(folder, 'README.md'),
    `# ${name}\n\n${description} Packed for agnize, under the library's own license.\n`,
  )
  return { name, version, folder }
}

/** No type declarations, and no second copy of macOS's library: the binding loads it by its short name. */
const isNeeded = (path: string) =>
  !/\.map$|\.d\.c?ts$|libonnxruntime\.\d+\.\d+\.\d+\.dylib$/.test(path)

async function addNotices(notices: string, of: string, folder: string): Promise<void> {
  const origin = await readFile(join(notices, 'README.md'), 'utf8')
  if (!origin.includes(`${of},`)) throw new Error(`${notices} is not of ${of}: renew the notices.`)
  for (const file of await readdir(notices)) {
    if (file !== 'README.md') await cp(join(notices, file), join(folder, file))
  }
}
