import { AgnizeError } from '../base/errors.js'
import { suggestionFor } from '../base/nearest-name.js'
import type { DetectionCard, EmbeddingCard, ModelCard } from './card.js'
import { presets } from './presets.js'

/** A network that can be pulled by its name: its card, its homes, and the text of its license. */
export interface CatalogEntry {
  /** The card; the network is stored under its name. */
  readonly card: ModelCard
  /** The name as its authors write it. */
  readonly title: string
  /** Name of the file at its homes. */
  readonly file: string
  /** Addresses of the same file, in the order of the tries. */
  readonly urls: readonly string[]
  /** Address of the text of the license. */
  readonly licenseUrl: string
  /** SHA-256 of other files of the same network that are accepted too. */
  readonly alsoSha256?: readonly string[]
}

/** The commit of OpenCV Zoo that its files are pinned to. */
const zooCommit = '47534e27c9851bb1128ccc0102f1145e27f23f98'

/** Addresses of a file of OpenCV Zoo: its large files are in Git LFS, which GitHub serves from another host. */
function zooUrls(folder: string, file: string): readonly string[] {
  const path = `${zooCommit}/models/${folder}/${file}`
  return [
    `https://media.githubusercontent.com/media/opencv/opencv_zoo/${path}`,
    `https://github.com/opencv/opencv_zoo/raw/${path}`,
    `https://huggingface.co/opencv/${folder}/resolve/main/${file}`,
  ]
}

const zooLicense = (folder: string) =>
  `https://github.com/opencv/opencv_zoo/blob/${zooCommit}/models/${folder}/LICENSE`

const yunetFile = 'face_detection_yunet_2026may.onnx'
const yunetUrls = zooUrls('face_detection_yunet', yunetFile)

/** YuNet: a small face detector with five points, for pictures of any size. */
export const yunetCard: DetectionCard = {
  name: 'yunet',
  task: 'detection',
  sha256: 'ebafce4e3c118d6554634be5c27ab333b4c047a9a8c3faf1d7cf93101c22f0f0',
  bytes: 229738,
  ...presets.yunet,
  source: { from: yunetUrls[0]! },
  license: 'MIT',
  use: 'Trained on WIDER FACE, whose photos come from web searches; the license covers the network, not those photos.',
  permittedUses: ['commercial', 'research'],
}

const sfaceFile = 'face_recognition_sface_2021dec.onnx'
const sfaceUrls = zooUrls('face_recognition_sface', sfaceFile)

/** SFace: 128 dimensions. */
const sfaceCard: EmbeddingCard = {
  name: 'sface',
  task: 'embedding',
  sha256: '0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79',
  bytes: 38696353,
  ...presets['sface-112'],
  dimensions: 128,
  visibility: null,
  calibration: null,
  source: { from: sfaceUrls[0]! },
  license: 'Apache-2.0',
  use: 'Its repository does not name the training data. OpenCV publishes a cosine threshold of 0.363, found on LFW; agnize has measured none: "agnize calibrate" does.',
  permittedUses: ['commercial', 'research'],
}

const aurafaceUrl =
  'https://huggingface.co/fal/AuraFace-v1/resolve/af6d057c9b0ec4071d4c49c80e3539258798b609/glintr100.onnx'

/** AuraFace: a ResNet-100 with 512 dimensions. */
const aurafaceCard: EmbeddingCard = {
  name: 'auraface',
  task: 'embedding',
  sha256: 'a7933ea5330113b01c9b60351d8f4c33003f145d8470ac5f0e52ee2effe25c60',
  bytes: 260694151,
  ...presets['arcface-112'],
  dimensions: 512,
  visibility: null,
  calibration: null,
  source: { from: aurafaceUrl },
  license: 'Apache-2.0',
  use: 'Its publisher says that it was trained for commercial use, and does not list the data. agnize has measured no thresholds: "agnize calibrate" does.',
  permittedUses: ['commercial', 'research'],
}

/** The networks that "agnize models pull NAME" fetches from their homes. */
export const catalog: readonly CatalogEntry[] = [
  {
    card: yunetCard,
    title: 'YuNet',
    file: yunetFile,
    urls: yunetUrls,
    licenseUrl: zooLicense('face_detection_yunet'),
  },
  {
    card: sfaceCard,
    title: 'SFace',
    file: sfaceFile,
    urls: sfaceUrls,
    licenseUrl: zooLicense('face_recognition_sface'),
  },
  {
    card: aurafaceCard,
    title: 'AuraFace',
    file: 'glintr100.onnx',
    urls: [aurafaceUrl],
    licenseUrl: 'https://huggingface.co/fal/AuraFace-v1',
    // The project's plan names this hash; the one of the card is that of the file at the public home.
    alsoSha256: ['d2c9d76203c75749d9fee70353eb7698894f751cd9b6f762552596c553222c01'],
  },
]

/** Names that "agnize models pull" takes. */
export const catalogNames: readonly string[] = catalog.map(({ card }) => card.name)

/** The entry of a name, regardless of case; undefined without one. */
export function findInCatalog(name: string): CatalogEntry | undefined {
  return catalog.find(({ card }) => card.name === name.toLowerCase())
}

/**
 * The entry of a name, regardless of case.
 *
 * @throws AgnizeError `model-unknown`.
 */
export function catalogEntry(name: string, others: readonly string[] = []): CatalogEntry {
  const entry = findInCatalog(name)
  if (entry) return entry
  const names = [...catalogNames, ...others]
  throw new AgnizeError(
    'model-unknown',
    `There is no model "${name}" to pull${suggestionFor(name, names)}: leave out the name for the default models, or give ${names.slice(0, -1).join(', ')} or ${names.at(-1)}.`,
  )
}

/** Whether a stored card is one of the catalog, and not one that the user added under the same name, from a file. */
export function isFromCatalog({ name, source }: ModelCard): boolean {
  return findInCatalog(name)?.card.name === name && source.from.startsWith('https://')
}

/** The card of this version of agnize for a stored card of the catalog with the same file; else the stored card. */
export function currentCard(stored: ModelCard): ModelCard {
  const entry = isFromCatalog(stored) ? findInCatalog(stored.name) : undefined
  return (entry && cardOfFile(entry, stored.sha256, stored.bytes)) ?? stored
}

/** The card of an entry for a file with this hash; undefined where the file is not one of the entry's. */
export function cardOfFile(
  { card, alsoSha256 = [] }: CatalogEntry,
  sha256: string,
  bytes: number,
): ModelCard | undefined {
  if (sha256 === card.sha256) return card
  return alsoSha256.includes(sha256) ? { ...card, sha256, bytes } : undefined
}
