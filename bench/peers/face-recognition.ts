import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'

/** The Python environment of the peers, which git ignores. */
const folder = resolve('.cache/peers')
const python = resolve(folder, 'bin/python')

/** What face_recognition found in a photo, and the processor time that it took. */
export interface DlibAnswer {
  readonly ms: number
  readonly faces: number
  /** Encoding of the face nearest to the center; null without a face. */
  readonly central: readonly number[] | null
}

/** Whether {@link installFaceRecognition} has run. */
export const hasFaceRecognition = () => existsSync(resolve(folder, 'installed'))

/** Makes the Python environment with face_recognition, if it is not there. @throws Error with the output of what failed. */
export function installFaceRecognition(): void {
  if (hasFaceRecognition()) return
  // dlib-bin has dlib compiled; face-recognition asks for dlib by its own name, and is installed without what it asks for.
  run('python3', ['-m', 'venv', folder])
  const libraries = ['dlib-bin', 'face-recognition-models', 'numpy', 'pillow', 'setuptools<80']
  run(python, ['-m', 'pip', 'install', '--quiet', ...libraries])
  run(python, ['-m', 'pip', 'install', '--quiet', '--no-deps', 'face-recognition'])
  run(python, [
    '-c',
    `import face_recognition; open(${JSON.stringify(resolve(folder, 'installed'))}, 'w')`,
  ])
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`)
}

/** Versions of what is compared. */
export function faceRecognitionVersions(): string {
  const print =
    'import dlib, face_recognition; print(face_recognition.__version__, dlib.__version__)'
  const [library, dlib] = spawnSync(python, ['-c', print], { encoding: 'utf8' })
    .stdout.trim()
    .split(' ')
  return `face_recognition ${library}, dlib ${dlib}`
}

/** Starts face_recognition in a process with one thread. */
export function openFaceRecognition() {
  const threads = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' }
  const child = spawn(python, ['bench/peers/face_recognition_times.py'], {
    env: { ...process.env, ...threads, PYTHONWARNINGS: 'ignore' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    /** Finds and describes the faces of a photo. */
    async describe(path: string): Promise<DlibAnswer> {
      child.stdin.write(`${path}\n`)
      const { value, done } = await answers.next()
      if (done) throw new Error('face_recognition ended: its message is above.')
      return JSON.parse(value) as DlibAnswer
    },
    close: () => child.stdin.end(),
  }
}
