import { AgnizeError } from '../base/errors.js'
import type { Agnize } from '../library/agnize.js'
import type { EmbeddingCard } from '../models/card.js'
import { readInitializers } from '../onnx/read.js'
import { headNetwork } from './networks/head.js'
import type { Weights } from './networks/layers.js'
import { exportNetwork, type Network } from './networks/network.js'
import { nn4Small2 } from './networks/nn4-small2.js'
import { siameseSmall } from './networks/siamese-small.js'
import { embeddingSamples, pixelSamples, type Samples } from './samples.js'
import type { Settings } from './training-options.js'

/** Deviations of the noise on embeddings that a head learns from, as a share of their length. */
const headNoise = 0.1

/** A network to be trained, and what it begins from. */
export interface Trainable {
  readonly network: Network
  /** How faces become its inputs. */
  readonly samples: Samples
  /** Weights to begin from. */
  readonly from: Weights | undefined
  /** The model that a head stands on. */
  readonly base: { readonly card: EmbeddingCard; readonly bytes: Uint8Array } | undefined
}

/** The network that the settings name. @throws AgnizeError `model-*`, `wrong-model`. */
export async function trainableFrom(agnize: Agnize, settings: Settings): Promise<Trainable> {
  if (settings.network === 'head') {
    await agnize.models.pull()
    const card = await agnize.embeddingCard()
    const bytes = await agnize.models.read(card)
    return {
      network: headNetwork(card, settings.hidden),
      samples: embeddingSamples(headNoise),
      from: undefined,
      base: { card, bytes },
    }
  }
  const network = settings.network === 'nn4-small2' ? nn4Small2() : siameseSmall(settings.channels)
  const samples = pixelSamples(network.input, settings.augmentation)
  return { network, samples, from: await weightsFrom(agnize, network, settings), base: undefined }
}

async function weightsFrom(
  { models }: Agnize,
  network: Network,
  { from }: Settings,
): Promise<Weights | undefined> {
  if (from === null) return undefined
  const card = await models.embeddingCard(from)
  const weights = readInitializers(await models.read(card))
  const { channels, width } = card.input
  const alike = channels === network.input.channels && width === network.input.width
  // Whatever the shapes are, the network cannot be built from weights that it does not find.
  try {
    if (!alike) throw new RangeError('its input differs')
    exportNetwork(network, weights)
  } catch (cause) {
    throw new AgnizeError(
      'wrong-model',
      `The model "${from}" is not a network of the kind ${network.name} (${(cause as Error).message}): give --from a model of the same --network, or leave it out.`,
      { cause },
    )
  }
  return weights
}
