import { useState } from 'react'
import { useUnsaved } from './unsaved.js'

type Fields = Readonly<Record<string, string>>

const isSame = (a: Fields, b: Fields) => Object.keys(a).every((name) => a[name] === b[name])

/** A field that both sides changed, or that only the draft changed. */
export interface Difference<F> {
  readonly field: keyof F & string
  readonly theirs: string
  readonly mine: string
}

/** The fields of a form over a resource that others may change at the same time. */
export interface Draft<F extends Fields> {
  readonly fields: F
  /** The fields as they were when the form began. */
  readonly base: F
  readonly isChanged: boolean
  /** Where somebody else changed the resource since: the fields that saving would overwrite. */
  readonly conflict: readonly Difference<F>[] | null
  readonly set: (name: keyof F & string, value: string) => void
  /** Begins again with the fields of the server. */
  readonly adopt: (fields: F) => void
  /** Begins again with what the server has now. */
  readonly takeTheirs: () => void
  /** Fields to save: the draft's where it changed them, otherwise those of the server. */
  readonly merged: F
}

/**
 * A draft of the fields that the server has. Without changes it follows the server; with changes it keeps them, and tells the
 * fields in which the server's now differ. Before changes are lost, the person is asked.
 */
export function useDraft<F extends Fields>(server: F): Draft<F> {
  const [base, setBase] = useState(server)
  const [fields, setFields] = useState(server)
  const isChanged = !isSame(fields, base)
  useUnsaved(isChanged)
  const adopt = (to: F) => {
    setBase(to)
    setFields(to)
  }
  // What others changed appears at once where nothing would be lost.
  if (!isSame(server, base) && (!isChanged || isSame(server, fields))) adopt(server)
  const names = Object.keys(server) as (keyof F & string)[]
  const merged = Object.fromEntries(
    names.map((name) => [name, fields[name] === base[name] ? server[name] : fields[name]]),
  ) as unknown as F
  const differences = names
    .filter((name) => merged[name] !== server[name])
    .map((field) => ({ field, theirs: server[field]!, mine: merged[field]! }))
  const isOvertaken = isChanged && !isSame(server, base) && differences.length > 0
  return {
    fields,
    base,
    isChanged,
    conflict: isOvertaken ? differences : null,
    set: (name, value) => setFields((all) => ({ ...all, [name]: value })),
    adopt,
    takeTheirs: () => adopt(server),
    merged,
  }
}
