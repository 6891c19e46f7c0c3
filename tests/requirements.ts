import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pythonEnvironment } from '../scripts/python-environment.js'
import { chromiumPath, hasCamera } from './chromium.js'
import { firefoxPath } from './firefox.js'
import {
  canMount,
  facesFolder,
  hasFaces,
  hasStockPhotos,
  minifasFile,
  yunetFile,
} from './fixtures.js'

/** The file in which a run records the requirements that it lacks; tests/setup.ts sets and reads it. */
export const lacksFile = 'AGNIZE_TEST_LACKS'

const starts = (program: string, ...args: string[]) => spawnSync(program, args).status === 0

/** What some suites need, whether it is there, and how to get it. */
export const requirements = {
  faces: {
    isThere: () => hasFaces,
    how: 'the face sets in AGNIZE_TEST_FACES: Labeled Faces in the Wild and the AT&T faces (npm run faces:fetch)',
  },
  photos: {
    isThere: () => hasStockPhotos,
    how: 'the folder "photos" in AGNIZE_TEST_FACES: stock photos with the noses of their faces; they are not public',
  },
  utk: {
    isThere: () => existsSync(join(facesFolder, 'utk')),
    how: 'the folder "utk" in AGNIZE_TEST_FACES: cropped faces of UTKFace, which its authors give for research',
  },
  pad: {
    isThere: () => existsSync(join(facesFolder, 'pad/print-nuaa')),
    how: 'the folder "pad/print-nuaa" in AGNIZE_TEST_FACES: live and printed photos of the NUAA Photograph Imposter Database, for research',
  },
  minifas: {
    isThere: () => existsSync(minifasFile),
    how: 'minifas_9820.onnx (best_model.onnx of face-antispoof-onnx), in "models" beside the face sets',
  },
  cases: {
    isThere: () => existsSync(resolve(facesFolder, '../cases')),
    how: 'the photos of past mistakes, in "cases" beside the face sets; they are not public',
  },
  facenet: {
    isThere: () => existsSync(join(facesFolder, '../facenet/golden.json')),
    how: 'the weights and golden vectors of FaceNet, in "facenet" beside the face sets',
  },
  yunet: {
    isThere: () => existsSync(yunetFile),
    how: 'face_detection_yunet_2026may.onnx of OpenCV Zoo, in "models" beside the face sets',
  },
  chromium: {
    isThere: () => chromiumPath !== undefined,
    how: 'Chromium, Chrome or Edge, or one that CHROMIUM names (apt install chromium)',
  },
  firefox: {
    isThere: () => firefoxPath !== undefined,
    how: 'Firefox, or one that FIREFOX names (apt install firefox-esr)',
  },
  camera: {
    isThere: () => hasCamera,
    how: 'Chromium and ffmpeg, which makes its camera (apt install chromium ffmpeg)',
  },
  certutil: {
    isThere: () =>
      process.platform === 'linux' &&
      chromiumPath !== undefined &&
      spawnSync('certutil', ['-H']).error === undefined,
    how: 'Chromium on Linux, and certutil, which fills its trust store (apt install libnss3-tools)',
  },
  'python-sdk': {
    isThere: () => pythonEnvironment('compreface') !== undefined,
    how: "Python with venv and pip, and compreface-sdk from PyPI, which is fetched once into the user's cache",
  },
  'python-client': {
    isThere: () => pythonEnvironment('client') !== undefined,
    how: "Python with venv and pip, and openapi-python-client from PyPI, which is fetched once into the user's cache",
  },
  mount: { isThere: () => canMount, how: 'root on Linux, which may mount a small disk' },
  processes: {
    isThere: () => process.platform === 'linux',
    how: 'Linux, whose /proc shows processes',
  },
  posix: {
    isThere: () => process.platform !== 'win32',
    how: 'a system with pipes and raw file names',
  },
  systemd: { isThere: () => starts('systemd-analyze', '--version'), how: 'systemd-analyze' },
  postgres: {
    isThere: () => process.env.AGNIZE_TEST_POSTGRES_URL !== undefined,
    how: 'a PostgreSQL server with pgvector, or these suites run in PGlite: AGNIZE_TEST_POSTGRES_URL names one, or apt install postgresql-17-pgvector, or run as root with debootstrap (apt install debootstrap)',
  },
  nginx: {
    isThere: () => starts('nginx', '-v'),
    how: 'nginx, a proxy (apt install nginx-light)',
  },
  pgbouncer: {
    isThere: () => starts('pgbouncer', '--version'),
    how: 'PgBouncer, a pooler of connections to PostgreSQL (apt install pgbouncer)',
  },
  strace: {
    isThere: () => starts('strace', '-f', '-o', '/dev/null', 'true'),
    how: 'strace, which shows the addresses that a process contacts (apt install strace)',
  },
} as const

/** Name of a requirement, as AGNIZE_SKIP lists it. */
export type Requirement = keyof typeof requirements

/** Whether a requirement is missing, so that its suite is skipped. It is recorded: the run fails unless AGNIZE_SKIP names it. */
export function lacks(name: Requirement): boolean {
  if (requirements[name].isThere()) return false
  const file = process.env[lacksFile]
  if (file) appendFileSync(file, `${name}\n`)
  return true
}

/**
 * Reports the requirements that a run lacked.
 *
 * @param skip - Value of AGNIZE_SKIP: names, separated by commas.
 * @returns Lines for the end of the run, and whether it fails.
 */
export function reportLacking(
  lacking: readonly Requirement[],
  skip: string,
): { lines: string[]; fails: boolean } {
  const allowed = skip.split(',').map((name) => name.trim())
  const names = [...new Set(lacking)].sort()
  const unexpected = names.filter((name) => !allowed.includes(name))
  const lines = names.map(
    (name) =>
      `${unexpected.includes(name) ? 'NOT RUN' : 'skipped'}  ${name}: needs ${requirements[name].how}`,
  )
  if (unexpected.length > 0) {
    lines.push(
      `Suites were not run. Install what they need, or run with AGNIZE_SKIP=${names.join(',')} to skip them.`,
    )
  }
  return { lines, fails: unexpected.length > 0 }
}
