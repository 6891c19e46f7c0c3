import type { EmbeddingCard } from '../../models/card.js'
import { extendModel } from '../../onnx/read.js'
import type { OnnxNode, OnnxTensor } from '../../onnx/write.js'
import { add } from '../graph/arithmetic.js'
import type { Weights } from './layers.js'
import type { Network } from './network.js'

/**
 * A projection behind another model's embeddings: embedding + W · embedding, or with a hidden layer embedding +
 * W₂ · ReLU(W₁ · embedding), normalized. It begins as what it stands on, and weight decay pulls it back there.
 *
 * @param base - The model whose embeddings come in.
 * @param hidden - Width of the hidden layer; 0 for none.
 */
export function headNetwork(base: EmbeddingCard, hidden: number): Network {
  const { dimensions, input, alignment } = base
  return {
    name: 'head',
    input,
    alignment,
    inputShape: [dimensions],
    dimensions,
    stages: ['head'],
    stageOf: () => 'head',
    build(layers, x) {
      const inner = hidden === 0 ? x : layers.relu(layers.dense(x, 'hidden', hidden))
      const change = layers.dense(layers.dropout(inner, 0.1), 'out', dimensions, 'zeros')
      return layers.l2Normalize(add(layers.graph, x, change))
    },
  }
}

/** The base model with the head behind it, as one ONNX file. */
export function exportHead(
  base: Uint8Array,
  { dimensions }: Pick<EmbeddingCard, 'dimensions'>,
  weights: Weights,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const initializers: OnnxTensor[] = [...weights].map(([name, { data, shape }]) => ({
    name: `head.${name}`,
    shape,
    data,
  }))
  // Operators that mean the same in every version of ONNX, whichever the base is written in.
  const dense = (input: string, layer: string, output: string): OnnxNode => ({
    type: 'Gemm',
    inputs: [input, `head.${layer}.weight`, `head.${layer}.bias`],
    outputs: [output],
    attributes: { transB: 1 },
  })
  const normalize = (input: string, output: string): OnnxNode => ({
    type: 'LpNormalization',
    inputs: [input],
    outputs: [output],
    attributes: { axis: 1, p: 2 },
  })
  return extendModel(base, {
    nodes: (output) => [
      normalize(output, 'head.base'),
      ...(weights.has('hidden.weight')
        ? [
            dense('head.base', 'hidden', 'head.hidden'),
            { type: 'Relu', inputs: ['head.hidden'], outputs: ['head.inner'] },
            dense('head.inner', 'out', 'head.change'),
          ]
        : [dense('head.base', 'out', 'head.change')]),
      { type: 'Add', inputs: ['head.base', 'head.change'], outputs: ['head.sum'] },
      normalize('head.sum', 'head.embedding'),
    ],
    initializers,
    output: { name: 'head.embedding', shape: [1, dimensions] },
    metadata,
  })
}
