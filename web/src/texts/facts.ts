import type { Schemas } from '../api.js'

/** The values of a check of the server, for its text. */
export type Facts = Schemas['DiagnosticCheck']['facts']

/** What a check found, and what to do about it where something is to be done. */
export type Finding = (facts: Facts) => readonly [found: string, todo?: string]

/** Findings by their codes, which every language has alike. */
export const findings = <Code extends string>(all: Readonly<Record<Code, Finding>>) => all

/** Names in a list of values. */
export const named = (value: Facts[string] | undefined) =>
  Array.isArray(value) ? value.join(', ') : ''

/** Writes numbers of bytes in a language, in megabytes, gigabytes or (of memory) gibibytes. */
export function bytesIn(tag: string) {
  const [whole, tenth] = [0, 1].map(
    (digits) =>
      new Intl.NumberFormat(tag, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  ) as [Intl.NumberFormat, Intl.NumberFormat]
  return {
    mb: (bytes: Facts[string] | undefined) => tenth.format(Number(bytes) / 1e6),
    gb: (bytes: Facts[string] | undefined) => tenth.format(Number(bytes) / 1e9),
    gib: (bytes: Facts[string] | undefined) => whole.format(Number(bytes) / 2 ** 30),
  }
}
