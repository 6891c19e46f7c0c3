import { AgnizeError } from '../base/errors.js'
import { foldedName, nearestName } from '../base/nearest-name.js'
import { subjectName } from '../gallery/subject-name.js'
import type { Agnize } from '../library/agnize.js'

/** A question that suggests the most similar name, with a space before it; empty where none is similar enough. */
export function didYouMean(misspelled: string, names: readonly string[]): string {
  const suggestion = nearestName(misspelled, names)
  return suggestion === undefined ? '' : ` Did you mean ${JSON.stringify(suggestion)}?`
}

/**
 * The name that is the same as the given one but for case and Unicode form; undefined where there is none.
 *
 * @param what - What has the names, for the error: `people` or `galleries`.
 * @throws AgnizeError `bad-argument` where several names are.
 */
export function sameName(
  given: string,
  names: readonly string[],
  what: string,
): string | undefined {
  if (names.includes(given)) return given
  const folded = foldedName(given)
  const same = names.filter((name) => foldedName(name) === folded)
  if (same.length < 2) return same[0]
  throw new AgnizeError(
    'bad-argument',
    `Several ${what} are named like ${JSON.stringify(given)}: give one of ${same.map((name) => JSON.stringify(name)).join(', ')} exactly.`,
  )
}

/**
 * Name of the person that an argument means, regardless of case and Unicode form.
 *
 * @throws AgnizeError `unknown-subject`, which suggests the most similar name.
 */
export async function personNamed({ people }: Agnize, given: string): Promise<string> {
  try {
    return (await people.get(given)).name
  } catch (error) {
    if (!(error instanceof AgnizeError) || error.code !== 'unknown-subject') throw error
    const names = (await people.list()).map(({ name }) => name)
    const same = sameName(given, names, 'people')
    if (same !== undefined) return same
    const suggestion = didYouMean(given, names)
    throw new AgnizeError(
      'unknown-subject',
      `There is nobody named ${JSON.stringify(given)} in the gallery${suggestion ? `.${suggestion}` : ': "agnize people list" shows its people.'}`,
      { cause: error },
    )
  }
}

/**
 * Names of new or enrolled people: each the name of the person whose name differs in case and Unicode form only, else as
 * given.
 *
 * @throws AgnizeError `bad-name`; `bad-argument` where several people are named like one of them.
 */
export async function newOrKnownPeople(
  { people }: Agnize,
  given: readonly string[],
): Promise<string[]> {
  const wanted = given.map(subjectName)
  const byFolded = new Map<string, string[]>()
  for (const { name } of await people.list()) {
    const folded = foldedName(name)
    byFolded.set(folded, [...(byFolded.get(folded) ?? []), name])
  }
  return wanted.map(
    (name) => sameName(name, byFolded.get(foldedName(name)) ?? [], 'people') ?? name,
  )
}
