import { AgnizeError } from '../../base/errors.js'
import type { Agnize } from '../../library/agnize.js'
import { refusals } from './refusal.js'

const folded = (text: string) => text.normalize('NFC').trim().toLowerCase()

/** A subject's stored name, looked up without regard to case; undefined where there is none. */
export async function knownName(agnize: Agnize, name: string): Promise<string | undefined> {
  try {
    return (await agnize.people.get(name)).name
  } catch (error) {
    if (!(error instanceof AgnizeError)) throw error
    if (error.code === 'bad-name') return undefined
    if (error.code !== 'unknown-subject') throw error
  }
  const alike = await agnize.people.list({ search: name.trim() })
  return alike.find((person) => folded(person.name) === folded(name))?.name
}

/** {@link knownName} for a subject that must exist. @throws CompreFaceError */
export async function requireName(agnize: Agnize, name: string): Promise<string> {
  const known = await knownName(agnize, name)
  if (known !== undefined) return known
  throw refusals.unknownSubject(name)
}
