import type { Schemas } from '../api.js'
import { csvOf } from '../parts/csv.js'

/** Visits as CSV. */
export function visitsCsv(
  head: readonly string[],
  visits: readonly Schemas['Visit'][],
  unknown: string,
): string {
  const rows = visits.map(({ first_at, last_at, subject, camera, similarity }) => [
    ...[first_at, last_at, subject?.name ?? unknown, camera],
    similarity === null ? '' : similarity.toFixed(3),
  ])
  return csvOf([head, ...rows])
}
