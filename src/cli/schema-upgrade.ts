import { printNote } from './terminal.js'

/** Reports that a store is upgraded before it is opened: the command prints nothing else meanwhile. */
export function reportSchemaUpgrade(place: string): void {
  printNote(
    `Upgrading the gallery ${place} to this version of agnize; a large gallery takes minutes. Do not interrupt it: it would start again.`,
  )
}
