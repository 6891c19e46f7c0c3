import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { embeddingCard } from '../../dist/models/builtin.js'
import { type OnnxNode, writeModel } from '../../dist/onnx/write.js'

/**
 * Adds an embedding network to a home that computes for minutes on a face, in a single uninterruptible run: a hundred
 * products of matrices of 5,376 × 5,376.
 *
 * @returns Name of the model.
 */
export async function addHangingModel(home: string): Promise<string> {
  const name = 'hanging'
  const nodes: OnnxNode[] = [
    { type: 'Flatten', inputs: ['face'], outputs: ['rows'], attributes: { axis: 3 } },
    {
      type: 'Gemm',
      inputs: ['rows', 'rows'],
      outputs: ['square0'],
      attributes: { transB: 1 },
    },
  ]
  for (let i = 0; i < 4; i++) {
    const [from, wide, to] = [`square${i}`, `wide${i}`, `square${i + 1}`]
    nodes.push(
      { type: 'Concat', inputs: [from, from], outputs: [wide], attributes: { axis: 1 } },
      { type: 'Concat', inputs: [wide, wide], outputs: [to], attributes: { axis: 0 } },
    )
  }
  for (let i = 0; i < 100; i++) {
    nodes.push({
      type: 'MatMul',
      inputs: [`square${i + 4}`, `square${i + 4}`],
      outputs: [`square${i + 5}`],
    })
  }
  const bytes = writeModel({
    name,
    inputs: [{ name: 'face', shape: [1, 3, 112, 112] }],
    outputs: [{ name: 'square104', shape: [5376, 5376] }],
    nodes,
    initializers: [],
  })
  const card = {
    ...embeddingCard,
    name,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    source: { from: 'made by a test' },
  }
  const folder = join(home, 'models', name)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${name}.onnx`), bytes)
  await writeFile(join(folder, 'card.json'), JSON.stringify(card))
  return name
}
