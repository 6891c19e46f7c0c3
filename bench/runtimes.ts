/**
 * Compares the builds of ONNX Runtime that agnize runs on, side by side: `npm run bench:runtimes`. Each round analyzes the same
 * LFW photos on one core with the native build and with WebAssembly, in processes of their own.
 */
import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { resolve } from 'node:path'
import { median, photosOf } from './face-sets.js'

const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const builds = ['native', 'wasm'] as const
const photos = (await photosOf('lfw')).slice(0, 25).map(({ photo }) => resolve(photo))

/** Milliseconds a photo, without the time that the networks take to open. */
function measured(build: (typeof builds)[number]): number {
  const program = `
    import { openAgnize } from ${JSON.stringify(resolve('dist/index.js'))}
    const agnize = await openAgnize({ threads: 0 })
    const photos = ${JSON.stringify(photos)}
    await agnize.analyze(photos[0])
    const start = performance.now()
    for (const photo of photos) await agnize.analyze(photo)
    console.log((performance.now() - start) / photos.length)
    await agnize.close()`
  const env = { ...process.env, AGNIZE_ONNX_RUNTIME: build }
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      env,
      encoding: 'utf8',
    }),
  )
}

const times = { native: [] as number[], wasm: [] as number[] }
for (let round = 0; round < rounds; round++) {
  for (const build of builds) times[build].push(measured(build))
}
const [native, wasm] = [median(times.native), median(times.wasm)]
console.log(
  `${cpus()[0]?.model}, one core, Node ${process.versions.node}, ${photos.length} LFW photos`,
)
console.log(
  `native ${native.toFixed(0)} ms a photo, WebAssembly ${wasm.toFixed(0)} ms: ${(wasm / native).toFixed(1)} times as long`,
)
