import type { QueryClient } from '@tanstack/react-query'

/**
 * Reads again all that is shown. The comparison of all people takes seconds in a large gallery, so it is read again too, but nobody
 * waits for it.
 */
export async function refreshAll(queries: QueryClient): Promise<void> {
  void queries.invalidateQueries({ queryKey: ['duplicates'] })
  await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'duplicates' })
}
