import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { weightFiles } from '../../dist/training/facenet/csv-weights.js'
import { sizeOf } from '../../dist/training/graph/graph.js'

const facenetFolder = resolve(process.env.AGNIZE_TEST_FACES ?? '../shared/faces', '../facenet')
/** Whether OpenFace's weights are present; tests that need them are skipped otherwise. */
export const hasFacenet = existsSync(join(facenetFolder, 'golden.json'))

/** Outputs of another implementation for the same weights. */
export interface Golden {
  readonly filled: readonly string[]
  readonly variants: Record<
    'openface' | 'tutorial',
    {
      readonly embedding: number[]
      readonly stages: Record<
        string,
        { shape: number[]; mean: number; std: number; first: number[] }
      >
    }
  >
}

export async function golden(): Promise<Golden> {
  return JSON.parse(await readFile(join(facenetFolder, 'golden.json'), 'utf8')) as Golden
}

/** The input of the golden outputs: 1 × 3 × 96 × 96. */
export const goldenInput = Float32Array.from(
  { length: 3 * 96 * 96 },
  (_, i) => ((i * 37) % 256) / 255,
)

/** Fills a folder with the real weight files; missing ones are made by the formula of the golden outputs. */
export async function fillWeightsFolder(folder: string): Promise<void> {
  execFileSync('tar', [
    'xzf',
    join(facenetFolder, 'openface-csv-partial.tar.gz'),
    '-C',
    folder,
    '--strip-components=1',
  ])
  for (const { file, shape } of weightFiles()) {
    const path = join(folder, file)
    if (existsSync(path)) continue
    const inputs = shape.slice(1).reduce((product, size) => product * size, 1)
    const numbers = Array.from(
      { length: sizeOf(shape) },
      (_, i) => Math.sin(0.7 * i + 1) * Math.sqrt(6 / inputs),
    )
    await writeFile(path, numbers.join(','))
  }
  // Fetched like the others, though no layer reads them.
  for (const file of ['inception_5a_3x3_conv2_m.csv', 'inception_5a_3x3_conv2_v.csv']) {
    if (!existsSync(join(folder, file))) await writeFile(join(folder, file), '0')
  }
}
