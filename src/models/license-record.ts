import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomically } from '../base/write-file-atomically.js'
import type { CatalogEntry } from './catalog.js'

/** What is recorded when the license of a network is accepted. */
export interface LicenseRecord {
  readonly name: string
  readonly license: string
  /** Address of the text of the license. */
  readonly licenseUrl: string
  /** The words on the permitted use that were shown. */
  readonly use: string
  /** When it was accepted, ISO 8601, UTC. */
  readonly acceptedAt: string
  /** Where the file came from. */
  readonly from: string
}

const recordPath = (folder: string) => join(folder, 'license.json')

/** The terms of a network of the catalog, in lines for people. */
export function termsInWords({ card, title, urls, licenseUrl }: CatalogEntry): string {
  return [
    `${title} (${card.name}, ${(card.bytes / 1e6).toFixed(1)} MB, ${card.task}) from ${urls[0]}`,
    `License: ${card.license}, ${licenseUrl}`,
    `Use: ${card.use}`,
  ].join('\n')
}

/** Whether the terms of an entry, in their present words, were accepted for the network in a folder. */
export async function isAccepted(
  folder: string,
  { card, licenseUrl }: CatalogEntry,
): Promise<boolean> {
  try {
    const record = JSON.parse(await readFile(recordPath(folder), 'utf8')) as LicenseRecord
    return (
      record.license === card.license && record.licenseUrl === licenseUrl && record.use === card.use
    )
  } catch {
    return false
  }
}

/** Records that the terms of an entry were accepted now. */
export async function recordAcceptance(
  folder: string,
  { card, licenseUrl }: CatalogEntry,
  from: string,
): Promise<void> {
  const record: LicenseRecord = {
    name: card.name,
    license: card.license,
    licenseUrl,
    use: card.use,
    acceptedAt: new Date().toISOString(),
    from,
  }
  await writeFileAtomically(recordPath(folder), Buffer.from(`${JSON.stringify(record, null, 2)}\n`))
}
