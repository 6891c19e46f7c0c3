import type { Schemas } from '../api.js'

/** A field of RFC 4180. Spreadsheets run texts that begin like formulas, so that an apostrophe goes before these. */
function field(value: string): string {
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Visits as CSV, with a byte order mark, by which spreadsheets know that it is UTF-8. */
export function csvOf(
  head: readonly string[],
  visits: readonly Schemas['Visit'][],
  unknown: string,
): string {
  const rows = visits.map(({ first_at, last_at, subject, camera, similarity }) => [
    ...[first_at, last_at, subject?.name ?? unknown, camera],
    similarity === null ? '' : similarity.toFixed(3),
  ])
  return `\uFEFF${[head, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('')}`
}
