import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AgnizeError } from '../../base/errors.js'
import { Graph, type Shape, sizeOf } from '../graph/graph.js'
import { TrainingLayers, type Weights } from '../networks/layers.js'
import { nn4Small2 } from '../networks/nn4-small2.js'

/** A weight file and the tensor that it holds. */
export interface WeightFile {
  /** `conv1_w.csv` and so on. */
  readonly file: string
  /** Name of the tensor in {@link Weights}. */
  readonly name: string
  readonly shape: Shape
}

/** The files that nn4.small2 is read from, each a line of numbers separated by commas. */
export function weightFiles(): WeightFile[] {
  const network = nn4Small2()
  const graph = new Graph()
  const layers = new TrainingLayers(graph, false)
  network.build(layers, graph.input('faces', [1, ...network.inputShape]))
  const files = layers.parameters.flatMap(({ name, shape }): WeightFile[] => {
    const [layer, part] = name.split('.') as [string, string]
    if (part === 'bias') return [{ file: `${layer}_b.csv`, name, shape }]
    if (part === 'scale') return [{ file: `${layer}_w.csv`, name, shape }]
    if (part === 'shift') return [{ file: `${layer}_b.csv`, name, shape }]
    const weight = { file: `${layer}_w.csv`, name, shape }
    // A convolution's bias is in the files, though the normalization behind it makes it idle in training.
    return layer === 'dense'
      ? [weight]
      : [weight, { file: `${layer}_b.csv`, name: `${layer}.bias`, shape: [shape[0]!] }]
  })
  for (const { name, channels } of layers.norms) {
    files.push(
      { file: `${name}_m.csv`, name: `${name}.mean`, shape: [channels] },
      { file: `${name}_v.csv`, name: `${name}.variance`, shape: [channels] },
    )
  }
  return files
}

/**
 * Reads OpenFace's weights from a folder of CSV files.
 *
 * @throws AgnizeError `model-invalid`, naming the file that is missing, short or not numeric.
 */
export async function readCsvWeights(folder: string): Promise<Weights> {
  const weights = new Map<string, { data: Float32Array; shape: Shape }>()
  for (const { file, name, shape } of weightFiles()) {
    weights.set(name, { data: await readNumbers(join(folder, file), sizeOf(shape)), shape })
  }
  return weights
}

async function readNumbers(path: string, count: number): Promise<Float32Array> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    throw invalid(path, missing ? 'is missing' : 'cannot be read', cause)
  })
  const cells = text.trim().split(/[,\s]+/)
  if (cells.length !== count) {
    throw invalid(
      path,
      `holds ${text.trim() === '' ? 0 : cells.length} numbers instead of ${count}`,
    )
  }
  return Float32Array.from(cells, (cell, i) => {
    const value = Number(cell)
    if (cell === '' || !Number.isFinite(value)) {
      throw invalid(path, `is not numeric: number ${i + 1} is ${JSON.stringify(cell.slice(0, 20))}`)
    }
    return value
  })
}

function invalid(path: string, what: string, cause?: unknown): AgnizeError {
  return new AgnizeError(
    'model-invalid',
    `The weight file ${path} ${what}: get the complete folder of CSV files, or run "agnize models pull facenet".`,
    { cause },
  )
}
