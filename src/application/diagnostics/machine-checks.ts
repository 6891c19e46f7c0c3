import { constants } from 'node:fs'
import { access, stat, statfs } from 'node:fs/promises'
import { availableParallelism, platform, release, totalmem } from 'node:os'
import { dirname } from 'node:path'
import { counted } from '../../base/counted.js'
import { version } from '../../base/version.js'
import type { DiagnosticCheck } from './check.js'

/**
 * Free space of a disk below which somebody should look after it, and below which work fails, in bytes. Judgment: an erasure rewrites the
 * file of a gallery, which takes as much space again.
 */
const [scarceBytes, tooFewBytes] = [2e9, 2e8]

/** Versions of this program and of what it is made of. */
export async function checkVersions(): Promise<DiagnosticCheck> {
  const { sharp } = await import('../../image/loaders.node.js')
  const { node } = process.versions
  const { sharp: sharpVersion = '', vips = '' } = sharp.versions
  return {
    name: 'versions',
    state: 'ok',
    code: 'versions',
    facts: { agnize: version, node, sharp: sharpVersion, libvips: vips },
    detail: `agnize ${version}, Node ${node}, sharp ${sharpVersion}, libvips ${vips}`,
  }
}

/** Operating system, processor and memory. */
export function checkMachine(): DiagnosticCheck {
  const [system, memory] = [platform(), totalmem()]
  const cores = availableParallelism()
  return {
    name: 'machine',
    state: 'ok',
    code: 'machine',
    facts: { system, release: release(), processor: process.arch, cores, memory_bytes: memory },
    detail: `${system} ${release()} ${process.arch}, ${counted(cores, 'core')}, ${(memory / 2 ** 30).toFixed(0)} GiB memory`,
  }
}

/** Which build of ONNX Runtime is used, and the devices that it has. */
export async function checkRuntime(): Promise<DiagnosticCheck> {
  const name = 'runtime'
  try {
    const { listDevices, onnxRuntime } = await import('../../models/runtime.node.js')
    const { kind, version, reason } = await onnxRuntime()
    const all = await listDevices()
    const named = (isBundled: boolean) =>
      all.filter(({ bundled }) => bundled === isBundled).map(({ name }) => name)
    const [devices, without] = [named(true), named(false)]
    const isNative = kind === 'native'
    const build = isNative ? 'native build' : `WebAssembly, slower: ${reason}`
    const rest = without.length > 0 ? `; without their files: ${without.join(', ')}` : ''
    return {
      name,
      state: 'ok',
      code: isNative ? 'runtime' : 'runtime-slow',
      facts: { version, devices, devices_without_files: without },
      detail: `ONNX Runtime ${version} (${build}); devices: ${devices.join(', ')}${rest}`,
    }
  } catch (error) {
    return {
      name,
      state: 'wrong',
      code: 'runtime-failed',
      facts: {},
      detail: (error as Error).message,
    }
  }
}

/** Whether the folder of models and gallery can be written. */
export async function checkHome(home: string): Promise<DiagnosticCheck> {
  const name = 'home'
  const at = await existing(home)
  try {
    await access(at, constants.W_OK)
    return at === home
      ? { name, state: 'ok', code: 'home', facts: {}, detail: home }
      : { name, state: 'ok', code: 'home-new', facts: {}, detail: `${home} (will be created)` }
  } catch {
    return {
      name,
      state: 'wrong',
      code: 'home-readonly',
      facts: {},
      detail: `${home} cannot be written: change its permissions or set AGNIZE_HOME.`,
    }
  }
}

/** Free space where the home and the file of the store are. */
export async function checkDisk(
  home: string,
  storePath: string | null,
): Promise<DiagnosticCheck[]> {
  const places = await Promise.all([home, ...(storePath ? [storePath] : [])].map(existing))
  const disks = new Map<number, string>()
  for (const place of places) disks.set((await stat(place)).dev, place)
  return Promise.all([...disks.values()].map(diskAt))
}

async function diskAt(place: string): Promise<DiagnosticCheck> {
  const { bavail, blocks, bsize } = await statfs(place)
  const [free, total] = [bavail * bsize, blocks * bsize]
  const isScarce = free < scarceBytes
  const found = `${gigabytes(free)} GB of ${gigabytes(total)} GB free`
  return {
    name: 'disk',
    state: free < tooFewBytes ? 'wrong' : isScarce ? 'warning' : 'ok',
    code: isScarce ? 'disk-low' : 'disk',
    facts: { free_bytes: free, total_bytes: total },
    detail: isScarce
      ? `${found} at ${place}: delete what is not needed, since a full disk ends every change, and an erasure needs as much space as the gallery takes.`
      : found,
  }
}

const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1)

/** A path, or the nearest folder above it that exists. */
async function existing(path: string): Promise<string> {
  let at = path
  while (!(await stat(at).catch(() => undefined)) && dirname(at) !== at) at = dirname(at)
  return at
}
