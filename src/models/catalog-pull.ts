import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { AgnizeError, canceled, diskError } from '../base/errors.js'
import { releasePart, reservePart } from '../base/write-file-atomically.js'
import type { ModelCard } from './card.js'
import { type CatalogEntry, cardOfFile } from './catalog.js'
import { DownloadFailure, downloadPinned, sha256Of } from './download.js'
import { isAccepted, recordAcceptance } from './license-record.js'
import { readNpmSettings } from './npm-settings.js'

/** Where and how a network of the catalog is pulled. */
export interface CatalogPullOptions {
  /** Path of the network's file in the store. */
  readonly path: string
  /** Whether network access is forbidden. */
  readonly offline: boolean
  /** Whether the license is accepted; without it, only a license that was accepted before counts. */
  readonly acceptLicense: boolean
  /** URL or folder that has the file, or the file itself; default its homes. */
  readonly from?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Called with the number of bytes that are on this machine. */
  readonly onBytes?: ((bytes: number) => void) | undefined
}

/** Room for other files of the same network, as a multiple of the size on the card. Judgment. */
const maxSizeRatio = 1.1
/** A transfer without data is given up after this many milliseconds. Judgment. */
const idleTimeoutMs = 60_000

/**
 * Puts the file of a network of the catalog into the store, and records that its license was accepted.
 *
 * @returns The card of the file.
 * @throws AgnizeError `license-not-accepted`, `offline`, `download-failed`, `model-missing`, `model-corrupt`, `read-only`,
 * `disk-full`, `cancelled`.
 */
export async function pullFromCatalog(
  entry: CatalogEntry,
  options: CatalogPullOptions,
): Promise<ModelCard> {
  const { card } = entry
  const { path, offline, from, signal } = options
  const folder = dirname(path)
  const isLocal = from !== undefined && !/^https?:/i.test(from)
  if (offline && !isLocal) throw offlineError(entry)
  if (!options.acceptLicense && !(await isAccepted(folder, entry))) {
    throw new AgnizeError(
      'license-not-accepted',
      `The license of ${card.name} (${card.license}, ${entry.licenseUrl}) was not accepted: read it, and give --accept-license or set AGNIZE_ACCEPT_LICENSE=${card.name}; in a program, acceptLicense: true.`,
    )
  }
  try {
    await mkdir(folder, { recursive: true })
    const found = isLocal ? await copied(entry, from, path) : await downloaded(entry, options)
    await recordAcceptance(folder, entry, isLocal ? resolve(from) : (from ?? entry.urls[0]!))
    return found
  } catch (error) {
    if (signal?.aborted) throw canceled(signal)
    throw diskError(error, folder)
  }
}

async function downloaded(
  entry: CatalogEntry,
  { path, from, signal, onBytes }: CatalogPullOptions,
): Promise<ModelCard> {
  const { card, alsoSha256 = [] } = entry
  const { connection } = await readNpmSettings()
  const file = {
    urls: from === undefined ? entry.urls : [addressIn(from, entry.file)],
    sha256: [card.sha256, ...alsoSha256],
    maxBytes: Math.ceil(card.bytes * maxSizeRatio),
  }
  try {
    const { sha256, bytes } = await downloadPinned(path, file, {
      connection: { ...connection, timeout: idleTimeoutMs },
      ...{ signal, onBytes },
    })
    return cardOfFile(entry, sha256, bytes)!
  } catch (cause) {
    if (!(cause instanceof DownloadFailure)) throw cause
    throw new AgnizeError(
      'download-failed',
      `${card.name} could not be fetched (${cause.message}): check the network and proxy and pull it again, name another home with --from, or bring ${file.urls[0]} and run "agnize models add ${card.name} ${entry.file}".`,
      { cause },
    )
  }
}

/** The address of a file in a folder; an address that names a file is that of the file. */
function addressIn(from: string, file: string): string {
  if (!URL.canParse(from)) {
    throw new AgnizeError('bad-argument', `${from} is not an address: give https://… or a folder.`)
  }
  const url = new URL(from)
  if (!url.pathname.endsWith('.onnx')) url.pathname = `${url.pathname.replace(/\/$/, '')}/${file}`
  return url.href
}

/** Copies the file of an entry from this machine. */
async function copied(entry: CatalogEntry, from: string, path: string): Promise<ModelCard> {
  const given = await stat(from).catch(() => undefined)
  const source = given?.isDirectory() ? join(from, entry.file) : from
  const part = reservePart(path)
  try {
    await copyFile(source, part).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      throw new AgnizeError(
        'model-missing',
        `${source} does not exist: give the folder that ${entry.file} is in, or the file.`,
      )
    })
    const found = await sha256Of(part)
    const card = cardOfFile(entry, found.sha256, found.bytes)
    if (!card) throw anotherFile(entry, source, found.sha256)
    await rename(part, path)
    return card
  } finally {
    await rm(part, { force: true })
    releasePart(part)
  }
}

/** The error for a file that is none of an entry's. */
function anotherFile({ card, file }: CatalogEntry, path: string, sha256: string): AgnizeError {
  return new AgnizeError(
    'model-corrupt',
    `${basename(path)} is not the ${file} of ${card.name} that agnize knows (its SHA-256 is ${sha256}, not ${card.sha256}): copy it again, or add it under another name with --preset.`,
  )
}

function offlineError({ card, file, urls }: CatalogEntry): AgnizeError {
  return new AgnizeError(
    'offline',
    `${card.name} is not on this machine and AGNIZE_OFFLINE forbids fetching it: bring ${file} from ${urls[0]} and run "agnize models add ${card.name} ${file}".`,
  )
}
