import { execFile, execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import sharp from 'sharp'
import { onTestFinished } from 'vitest'
import type { NewTemplate } from '../dist/gallery/template.js'
import type { Agnize, OpenOptions } from '../dist/index.js'
import { agnizeOf } from '../dist/library/agnize.js'
import type { GallerySession } from '../dist/session/gallery-session.js'
import { openSession } from '../dist/session/open-session.js'

/** Folder of the face sets for development; tests that need them are skipped where it is absent. */
export const facesFolder = resolve(process.env.AGNIZE_TEST_FACES ?? '../shared/faces')
export const hasFaces = ['lfw', 'orl'].every((set) => existsSync(join(facesFolder, set)))
export const hasStockPhotos = existsSync(join(facesFolder, 'photos/truth.json'))

/** The file of YuNet, which is not public beside the tests; see `requirements.ts`. */
export const yunetFile = resolve(facesFolder, '../models/face_detection_yunet_2026may.onnx')
/** A MiniFASNet, which users add by its file. */
export const minifasFile = resolve(facesFolder, '../models/minifas_9820.onnx')
/** The same network with an input of 640 × 640 only. */
export const yunetFixedFile = resolve(facesFolder, '../models/face_detection_yunet_2023mar.onnx')

const samples = join(
  dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'demo',
)

/** A stock photo of the dev dependency @vladmandic/face-api: 1 and 3 show the same woman. */
export function sample(n: 1 | 2 | 3 | 4 | 5 | 6): string {
  return join(samples, `sample${n}.jpg`)
}

/** Point in the woman's face in sample 1. */
export const inSample1 = [1560, 320] as const

/** A photo of one person: the woman in sample 1. @param width - In pixels; smaller ones are blurred. */
export function annaPhoto(width = 500): Promise<Buffer> {
  const [x, y] = inSample1
  return sharp(sample(1))
    .extract({ left: x - 260, top: y - 260, width: 500, height: 520 })
    .resize(width)
    .jpeg()
    .toBuffer()
}

/** An empty folder, deleted when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'agnize-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A home of agnize with the models in it and nobody enrolled. */
export async function homeWithModels(): Promise<string> {
  const home = await temporaryFolder()
  await symlink(join(testHome(), 'models'), join(home, 'models'))
  return home
}

/** A home with the default models, to which others can be added. */
export async function homeWithOwnModels(): Promise<string> {
  const home = await temporaryFolder()
  await mkdir(join(home, 'models'))
  for (const name of await readdir(join(testHome(), 'models'))) {
    await symlink(join(testHome(), 'models', name), join(home, 'models', name))
  }
  return home
}

/** The home that the tests' models were pulled into. */
export function testHome(): string {
  return process.env.AGNIZE_TEST_HOME!
}

const sessions = new WeakMap<Agnize, GallerySession>()

/** Opens agnize as users do; {@link sessionOf} gives tests access to its session. */
export async function openWithSession(options: OpenOptions): Promise<Agnize> {
  const session = openSession(options)
  const agnize = agnizeOf(session)
  sessions.set(agnize, session)
  return agnize
}

/** The session of an agnize that {@link openWithSession} opened. */
export const sessionOf = (agnize: Agnize): GallerySession => sessions.get(agnize)!

/** Whether this process can mount a small file system to fill, which needs root on Linux. */
export const canMount = process.platform === 'linux' && process.getuid?.() === 0

/** Mounts a file system of this many kilobytes, to fill it up. */
export async function smallDisk(kilobytes: number): Promise<string> {
  const folder = await temporaryFolder()
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder])
  onTestFinished(() => {
    execFileSync('umount', ['-l', folder])
  })
  return folder
}

/** Exit status and output of a run of the command. */
export interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the built command as a child process. */
export async function agnize(
  args: readonly string[],
  {
    home,
    stdin,
    env,
    uid,
    cwd,
  }: {
    home: string
    stdin?: Uint8Array
    env?: Record<string, string>
    uid?: number
    cwd?: string
  },
): Promise<Run> {
  await mkdir(home, { recursive: true }).catch(() => {})
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [resolve('dist/cli/main.js'), ...args],
      {
        env: { ...process.env, NO_COLOR: '1', AGNIZE_HOME: home, ...env },
        maxBuffer: 64 * 1024 * 1024,
        ...(uid !== undefined && { uid, gid: uid }),
        ...(cwd !== undefined && { cwd }),
      },
      (error, stdout, stderr) => done({ code: error ? Number(error.code) : 0, stdout, stderr }),
    )
    child.stdin?.end(stdin)
  })
}

/** A synthetic template: a unit vector from a seed. */
export function template(seed: number, change: Partial<NewTemplate> = {}): NewTemplate {
  return {
    model: 'test@1',
    vector: unitVector(seed),
    quality: 0.9,
    photo: `photo-${seed}.jpg`,
    photoHash: `hash-${seed}`,
    box: { x: 10, y: 20, width: 30, height: 40 },
    crop: Uint8Array.of(4, 5, 6),
    ...change,
  }
}

/** A unit vector from a seed. */
export function unitVector(seed: number, length = 16): Float32Array {
  const random = seeded(seed)
  const vector = Float32Array.from({ length }, () => random() - 0.5)
  const norm = Math.hypot(...vector)
  return vector.map((x) => x / norm)
}

/** A pseudo-random generator of numbers 0…1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed * 2654435761
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
