/** How names are written in files and folders. */
export type NamePattern = 'asWritten' | 'idLastFirst' | 'lastFirst' | 'firstLast'

/** All patterns, in the order of the choice. */
export const namePatterns: readonly NamePattern[] = [
  'asWritten',
  'idLastFirst',
  'lastFirst',
  'firstLast',
]

/** What a file or folder says about a person. */
export interface ProposedName {
  readonly name: string
  /** Such as the number of a badge. */
  readonly externalId: string | null
}

/** Words of a name, without the number that tells photos of one person apart. */
function wordsOf(text: string): string[] {
  const words = text.split(/[_,\s]+/).filter((word) => word !== '')
  const last = words.at(-1)
  return words.length > 2 && last !== undefined && /^\(?\d+\)?$/.test(last)
    ? words.slice(0, -1)
    : words
}

/** The person that a text names by a pattern; the words as written where it does not fit. */
export function proposedName(text: string, pattern: NamePattern): ProposedName {
  if (pattern === 'asWritten') return { name: text.trim(), externalId: null }
  const words = wordsOf(text)
  const hasId = pattern === 'idLastFirst' && words.length > 1 && /\d/.test(words[0]!)
  const externalId = hasId ? words.shift()! : null
  const isTurned = pattern !== 'firstLast' && words.length > 1
  const name = isTurned ? [...words.slice(1), words[0]!] : words
  return { name: name.join(' '), externalId }
}

/** The pattern that most texts follow; as written, where nothing tells that a text is another thing than a name. */
export function guessPattern(texts: readonly string[]): NamePattern {
  const numbered = texts.filter((text) => /^\d+[_\s]+\D+[_,\s]+\D/.test(text)).length
  if (numbered > texts.length / 2) return 'idLastFirst'
  // Photos side by side, such as Anna_Miller_0001 and Anna_Miller_0002.
  const counted = texts.filter((text) => /^\D+[_\s]\D+[_\s]\(?\d+\)?$/.test(text)).length
  return counted > texts.length / 2 ? 'firstLast' : 'asWritten'
}
