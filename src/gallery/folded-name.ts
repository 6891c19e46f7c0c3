/**
 * A name as searches compare it: in lower case, without accents, so that "muller" finds Müller. Letters that have no accent of
 * their own are written out.
 */
export function foldedName(text: string): string {
  return text
    .normalize('NFKD')
    .replace(accents, '')
    .toLowerCase()
    .replace(/[øłđðıßæœþ]/g, (letter) => plainLetters[letter]!)
}

/** The words of a search, each of which has to be in the name. */
export const searchedWords = (search: string): string[] =>
  foldedName(search).split(/\s+/).filter(Boolean)

/** Combining diacritical marks. */
const accents = /[\u0300-\u036f]/g

/** Letters that Unicode does not decompose, and what is typed in their place. */
export const plainLetters: Readonly<Record<string, string>> = {
  ...{ ø: 'o', ł: 'l', đ: 'd', ð: 'd', ı: 'i' },
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th' },
}
