import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { agnize as command, sample, testHome } from '../fixtures.js'

const run = promisify(execFile)

interface Seen {
  readonly kind: string
  readonly vectors: number[][]
}

/** Analyzes a photo in a process of its own. */
async function analyzed(runtime: string, threads: number): Promise<Seen> {
  const program = `
    import { openAgnize } from ${JSON.stringify(resolve('dist/index.js'))}
    import { onnxRuntime } from ${JSON.stringify(resolve('dist/models/runtime.node.js'))}
    const agnize = await openAgnize({ home: ${JSON.stringify(testHome())}, threads: ${threads} })
    const faces = await agnize.analyze(${JSON.stringify(sample(3))})
    const vectors = faces.map(({ embedding }) => [...embedding.vector])
    await agnize.close()
    console.log(JSON.stringify({ kind: (await onnxRuntime()).kind, vectors }))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, AGNIZE_ONNX_RUNTIME: runtime },
  })
  return JSON.parse(stdout)
}

const cosine = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)

test('WebAssembly gives the embeddings of the native build, in workers and without', async () => {
  const native = await analyzed('native', 1)
  expect(native).toMatchObject({ kind: 'native', vectors: { length: 3 } })
  for (const threads of [0, 1]) {
    const wasm = await analyzed('wasm', threads)
    expect(wasm).toMatchObject({ kind: 'wasm', vectors: { length: 3 } })
    for (const [i, vector] of wasm.vectors.entries()) {
      expect(cosine(vector, native.vectors[i]!)).toBeGreaterThan(0.9999)
    }
  }
})

test('an unknown build is refused in one sentence, in workers and without', async () => {
  for (const threads of ['0', '1']) {
    const run = await command(['detect', sample(1), '--threads', threads], {
      home: testHome(),
      env: { AGNIZE_ONNX_RUNTIME: 'gpu' },
    })
    expect(run.code).toBe(2)
    expect(run.stderr).toMatch(
      /error AGNIZE_ONNX_RUNTIME is "gpu": set it to native, wasm or the full path of an onnxruntime-node package, or not at all\. \[bad-argument\]/,
    )
  }
})

test('doctor says which build is used, and why', async () => {
  const { stdout } = await command(['doctor', '--json'], {
    home: testHome(),
    env: { AGNIZE_ONNX_RUNTIME: 'wasm' },
  })
  const { checks } = JSON.parse(stdout)
  expect(checks).toContainEqual(
    expect.objectContaining({
      ...{ name: 'runtime', state: 'ok', ok: true },
      detail: expect.stringMatching(/^ONNX Runtime \d.* \(WebAssembly, slower: /),
    }),
  )
})
