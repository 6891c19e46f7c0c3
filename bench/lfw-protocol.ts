import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { facesFolder } from './face-sets.js'

/** A pair of the standard protocol of Labeled Faces in the Wild. */
export interface ProtocolPair {
  /** Path below the folder of the photos. */
  readonly a: string
  readonly b: string
  readonly same: boolean
  readonly fold: number
}

/** The pairs of folds 4 to 10. */
export function protocolPairs(): ProtocolPair[] {
  const lines = readFileSync(join(facesFolder, 'protocols/lfw-folds-4-10.csv'), 'utf8')
  const [head, ...rows] = lines.trim().split(/\r?\n/)
  const columns = head!.split(',')
  const at = (name: string) => columns.indexOf(name)
  return rows.map((row) => {
    const cells = row.split(',')
    return {
      a: cells[at('a')]!,
      b: cells[at('b')]!,
      same: cells[at('same')] === '1',
      fold: Number(cells[at('fold')]),
    }
  })
}
