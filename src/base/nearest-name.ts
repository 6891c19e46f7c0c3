/** A name as names are compared: without differences of case and of Unicode form. */
export function foldedName(name: string): string {
  return name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFC').trim()
}

/**
 * The name most similar to a misspelled one, ignoring case, with at most a third of its letters wrong.
 *
 * @returns The name; undefined where none is similar enough.
 */
export function nearestName(misspelled: string, names: readonly string[]): string | undefined {
  const wanted = [...foldedName(misspelled)]
  let best: { readonly name: string; readonly edits: number } | undefined
  for (const name of names) {
    const edits = editsBetween(wanted, [...foldedName(name)])
    if (edits <= Math.ceil(wanted.length / 3) && edits < (best?.edits ?? Infinity)) {
      best = { name, edits }
    }
  }
  return best?.name
}

/** A question in parentheses that suggests the most similar name, with a space before it; empty where none is similar enough. */
export function suggestionFor(misspelled: string, names: readonly string[]): string {
  const nearest = nearestName(misspelled, names)
  return nearest === undefined ? '' : ` (did you mean ${JSON.stringify(nearest)}?)`
}

/** Number of insertions, deletions and substitutions that turn one word into the other (Levenshtein distance). */
function editsBetween(a: readonly string[], b: readonly string[]): number {
  let before = b.map((_, i) => i + 1)
  before.unshift(0)
  for (const [i, letter] of a.entries()) {
    const row = [i + 1]
    for (const [j, other] of b.entries()) {
      row.push(Math.min(before[j + 1]! + 1, row[j]! + 1, before[j]! + (letter === other ? 0 : 1)))
    }
    before = row
  }
  return before.at(-1)!
}
