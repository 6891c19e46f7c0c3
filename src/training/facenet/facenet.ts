import { createHash } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { createGunzip } from 'node:zlib'
import { AgnizeError, diskError } from '../../base/errors.js'
import { type Connection, getFollowing } from '../../base/http-request.js'
import { mapConcurrently } from '../../base/map-concurrently.js'
import { writeFileAtomically } from '../../base/write-file-atomically.js'
import type { EmbeddingCard } from '../../models/card.js'
import { facenetName, type ModelStore } from '../../models/model-store.js'
import { readNpmSettings } from '../../models/npm-settings.js'
import { type CardWithoutFile, cardMetadata, completeCard } from '../model-file.js'
import { exportNetwork } from '../networks/network.js'
import { type Nn4Variant, nn4Small2 } from '../networks/nn4-small2.js'
import { weightBlobs, weightsHome } from './blobs.js'
import { readCsvWeights } from './csv-weights.js'

/** Progress of pulling FaceNet's weights. */
export interface FacenetProgress {
  /** Number of verified files. */
  readonly done: number
  /** Number of all files. */
  readonly total: number
}

/** Files on their way at a time. */
const concurrency = 6
/** No weight file is as large as this, in bytes. */
const maxFileBytes = 20e6
/** Tries of a file whose transfer breaks. */
const maxAttempts = 3

/**
 * Downloads the weights of OpenFace (Amos et al. 2016), verifies each file by its git blob SHA-1, and adds them as the
 * model `facenet`. An interrupted pull resumes.
 *
 * @returns The model's card.
 * @throws AgnizeError `offline`, `download-failed`, `disk-full`, `read-only`, `cancelled`.
 * @example
 * ```ts
 * import { openAgnize } from 'agnize'
 * import { pullFacenet } from 'agnize/training'
 *
 * await using agnize = await openAgnize()
 * await pullFacenet(agnize.models)
 * ```
 */
export function pullFacenet(
  models: ModelStore,
  options: FacenetPullOptions = {},
): Promise<EmbeddingCard> {
  return pullPinned(models, weightBlobs, options)
}

/** Options of {@link pullFacenet}. */
export interface FacenetPullOptions {
  /** Folder URL of a mirror; default the repository that the weights were published in. */
  readonly from?: string
  /** Variant of the network; default `openface`. */
  readonly variant?: Nn4Variant
  /** Aborts the pull; downloaded files are kept. */
  readonly signal?: AbortSignal
  /** Called after each file. */
  readonly onProgress?: (progress: FacenetProgress) => void
}

/** {@link pullFacenet} with the git blob SHA-1 of each file. */
export async function pullPinned(
  models: ModelStore,
  pins: Readonly<Record<string, string>>,
  { from = weightsHome, variant, signal, onProgress }: FacenetPullOptions,
): Promise<EmbeddingCard> {
  if (models.offline) {
    throw new AgnizeError(
      'offline',
      'FaceNet’s weights are not on this machine and AGNIZE_OFFLINE forbids fetching them: add them with "agnize models add facenet --weights FOLDER".',
    )
  }
  const folder = models.workFolder(facenetName)
  const files = Object.entries(pins)
  const { connection } = await readNpmSettings()
  let done = 0
  try {
    await mkdir(folder, { recursive: true })
    for await (const _ of mapConcurrently(files, concurrency, ([file, blob]) =>
      fetchFile(file, blob),
    )) {
      onProgress?.({ done: ++done, total: files.length })
    }
  } catch (error) {
    throw diskError(error, folder)
  }
  const card = await addFacenet(models, folder, { variant })
  await rm(folder, { recursive: true, force: true })
  return card

  async function fetchFile(file: string, blob: string): Promise<void> {
    const path = join(folder, file)
    const before = await readFile(path).catch(() => undefined)
    if (before && blobSha1(before) === blob) return
    const bytes = await download(`${from.replace(/\/$/, '')}/${file}`, connection, signal)
    if (blobSha1(bytes) !== blob) {
      throw new AgnizeError(
        'download-failed',
        `The file ${file} downloaded from ${from} is not the expected one: run "agnize models pull facenet" again, or give another --from.`,
      )
    }
    await writeFileAtomically(path, bytes)
  }
}

/**
 * Adds the weights of OpenFace (Amos et al. 2016), a folder of CSV files, as the model `facenet`: one ONNX file with
 * folded normalizations.
 *
 * @param folder - Folder with `conv1_w.csv` and the other files.
 * @param variant - `openface`, as they were trained (default), or `tutorial`, as a well-known tutorial's code computes
 * them.
 * @returns The model's card.
 * @throws AgnizeError `model-invalid`, naming the file that is missing, short or not numeric; `disk-full`, `read-only`.
 * @example
 * ```ts
 * import { openAgnize } from 'agnize'
 * import { addFacenet } from 'agnize/training'
 *
 * await using agnize = await openAgnize()
 * await addFacenet(agnize.models, 'weights/')
 * ```
 */
export async function addFacenet(
  models: ModelStore,
  folder: string,
  {
    name = facenetName,
    variant = 'openface',
  }: { name?: string | undefined; variant?: Nn4Variant | undefined } = {},
): Promise<EmbeddingCard> {
  const weights = await readCsvWeights(folder)
  const network = nn4Small2(variant)
  const about: CardWithoutFile = {
    name,
    task: 'embedding',
    input: network.input,
    dimensions: network.dimensions,
    alignment: network.alignment,
    visibility: null,
    calibration: null,
    source: { from: 'github:Skuldur/facenet-face-recognition' },
    license: 'Apache-2.0',
    use: 'OpenFace’s nn4.small2.v1 (Amos et al. 2016), trained on CASIA-WebFace and FaceScrub, which are for research: decide yourself whether that matters for your use.',
    permittedUses: ['commercial', 'research'],
  }
  const bytes = exportNetwork(network, weights, { metadata: cardMetadata(about) })
  const card = completeCard(about, bytes)
  await models.add(card, bytes)
  return card
}

/** SHA-1 as git names contents. */
function blobSha1(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

async function download(
  url: string,
  connection: Connection,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  for (let attempt = 1; ; attempt++) {
    try {
      signal?.throwIfAborted()
      const response = await getFollowing(new URL(url), {
        ...connection,
        ...{ headers: { 'accept-encoding': 'gzip' }, timeout: 60_000, signal },
      })
      if (response.statusCode !== 200) {
        response.resume()
        throw new Refused(`HTTP ${response.statusCode}`)
      }
      const body =
        response.headers['content-encoding'] === 'gzip'
          ? pipeline(response, createGunzip(), () => {})
          : response
      const chunks: Buffer[] = []
      let bytes = 0
      for await (const chunk of body as AsyncIterable<Buffer>) {
        bytes += chunk.length
        if (bytes > maxFileBytes) throw new Refused('it is larger than any weight file')
        chunks.push(chunk)
      }
      return Buffer.concat(chunks)
    } catch (cause) {
      if (signal?.aborted) {
        throw new AgnizeError(
          'cancelled',
          'The download was stopped, and the files downloaded so far are kept: run "agnize models pull facenet" to continue.',
        )
      }
      if (attempt < maxAttempts && !(cause instanceof Refused)) {
        await wait(200 * attempt)
        continue
      }
      const { code, message } = cause as NodeJS.ErrnoException
      const why = cause instanceof Refused ? message : (code ?? message.split('\n')[0])
      throw new AgnizeError(
        'download-failed',
        `${url} could not be fetched (${why}): check the network and run "agnize models pull facenet" again. The files downloaded so far are kept.`,
        { cause },
      )
    }
  }
}

/** The server answered, and trying again would not help. */
class Refused extends Error {}
