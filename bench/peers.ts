/**
 * agnize beside face_recognition (dlib) on the same photos, one thread each, for docs/reference/benchmarks.md:
 * `npm run bench:peers`. The first run makes a Python environment in .cache/peers. Linux only.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { defaultHome, openAgnize } from '../dist/index.js'
import { median, photosOf } from './face-sets.js'
import { mosaic } from './mosaics.js'
import {
  faceRecognitionVersions,
  installFaceRecognition,
  openFaceRecognition,
} from './peers/face-recognition.js'
import { processorTime } from './processor-time.js'

installFaceRecognition()
const agnize = await openAgnize({ home: resolve(defaultHome()), store: ':memory:', threads: 1 })
const folder = mkdtempSync(join(tmpdir(), 'agnize-bench-'))

/** The photos of a line of the table, and how many times agnize analyzes each: time is counted in steps of 10 ms. */
interface Sample {
  readonly name: string
  readonly paths: readonly string[]
  readonly repeats: number
  readonly faces: number
}

const small = (await photosOf('lfw')).map(({ photo }) => photo)
const samples: Sample[] = [
  { name: `250 × 250 (${small.length} LFW photos)`, paths: small, repeats: 10, faces: 1 },
]
for (const size of ['2 MP', '12 MP', '24 MP'] as const) {
  const { name, bytes, faces, faceWidth } = await mosaic(size, 5)
  const path = join(folder, `${size}.jpg`)
  writeFileSync(path, bytes)
  samples.push({ name: `${name} of ${faceWidth} pixels`, paths: [path], repeats: 10, faces })
}

console.log(
  `${cpus()[0]?.model}, Node ${process.versions.node}, ${faceRecognitionVersions()}; medians of milliseconds of processor time a photo\n`,
)
console.log('| photos | agnize | face_recognition | times faster | faces found, of all |')
console.log('| --- | --- | --- | --- | --- |')
const dlib = openFaceRecognition()
for (const { name, paths, repeats, faces } of samples) {
  const own: number[] = []
  const others: number[] = []
  const found = { own: 0, others: 0 }
  for (const [i, path] of [paths[0]!, ...paths].entries()) {
    // dlib idles meanwhile: the time of all processes is agnize's.
    const before = processorTime()
    let count = 0
    for (let again = 0; again < repeats; again++) count = (await agnize.analyze(path)).length
    const ms = (processorTime() - before) / repeats
    const answer = await dlib.describe(path)
    // The first photo warms both up.
    if (i === 0) continue
    own.push(ms)
    others.push(answer.ms)
    found.own += count
    found.others += answer.faces
  }
  const times = median(others) / median(own)
  console.log(
    `| ${name} | ${median(own).toFixed(1)} | ${median(others).toFixed(0)} | **${times.toFixed(1)}** | ${found.own} and ${found.others}, of ${faces * paths.length} |`,
  )
}

dlib.close()
await agnize.close()
rmSync(folder, { recursive: true })
process.exit(0)
