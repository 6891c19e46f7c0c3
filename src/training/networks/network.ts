import type { EmbeddingCard } from '../../models/card.js'
import { Graph, type Shape, type Value } from '../graph/graph.js'
import { InferenceLayers, type Layers, type Weights } from './layers.js'

/** A network that makes embeddings: how it is fed and how it is built. */
export interface Network {
  readonly name: string
  /** Pixels and channels, and the scale that they come in. */
  readonly input: EmbeddingCard['input']
  readonly alignment: EmbeddingCard['alignment']
  /** Of one input: channels × height × width of pixels, or the length of another model's embedding. */
  readonly inputShape: Shape
  /** Length of the embedding. */
  readonly dimensions: number
  /** In order; fine-tuning may freeze the first ones. */
  readonly stages: readonly string[]
  /** The stage that a weight belongs to, by its name. */
  stageOf(weight: string): string
  /** From n inputs to n embeddings (n × dimensions) of length 1. */
  build(layers: Layers, x: Value): Value
}

/**
 * The network with its weights as an ONNX file: one input in, its embedding out, normalizations folded.
 *
 * @param stages - Gives the output of every stage too, for comparison with another implementation.
 */
export function exportNetwork(
  network: Network,
  weights: Weights,
  {
    stages = false,
    batch = 1,
    metadata,
  }: { stages?: boolean; batch?: number; metadata?: Readonly<Record<string, string>> } = {},
): Uint8Array {
  const graph = new Graph()
  const layers = new InferenceLayers(graph, weights)
  const input = graph.input('faces', [batch, ...network.inputShape])
  const embedding = graph.named(network.build(layers, input), 'embedding')
  const outputs = [embedding]
  if (stages)
    for (const [name, value] of layers.stages) outputs.push(graph.named(value, `stage_${name}`))
  return graph.model(network.name, outputs, metadata)
}
