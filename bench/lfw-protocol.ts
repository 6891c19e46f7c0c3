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

/**
 * Names of Labeled Faces in the Wild that show one person under two names (a name spelled in two ways, one photo under both, a player
 * in two teams' shirts), or twins: the pairs of the most similar faces of two names that were looked at and found to be such. Brothers and
 * look-alikes are not among them.
 */
export const twoNames: readonly (readonly [string, string])[] = [
  ['Bison_Dele', 'Brian_Williams'],
  ['Choi_Sung-hong', 'Sung_Hong_Choi'],
  ['Emmy_Rossum', 'Eva_Amurri'],
  ['Harold_Scott', 'Jeff_Roehm'],
  ['James_Phelps', 'Oliver_Phelps'],
  ['Carlos_Beltran', 'Raul_Ibanez'],
  ['Jason_Kapono', 'Ray_Young'],
  ['John_Barnett', 'John_Burnett'],
  ['Mireya_Elisa_Moscoso_Rodriguez', 'Mireya_Moscoso'],
  ['Noer_Moeis', 'Noer_Muis'],
  ['Ruano_Pascual', 'Virgina_Ruano_Pascal'],
  ['Stephan_Eberharter', 'Stephen_Ebberharter'],
  ['Tamara_Mowry', 'Tia_Mowry'],
]

/** The other name of each of {@link twoNames}. */
export const otherName: ReadonlyMap<string, string> = new Map(
  twoNames.flatMap(([a, b]): [string, string][] => [
    [a, b],
    [b, a],
  ]),
)
