import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import type { Schemas } from '../api.js'

/** Two people who are probably one. */
export interface Pair {
  readonly subjects: readonly Schemas['NamedSubject'][]
  readonly similarity: number
}

interface Page {
  readonly items: readonly Pair[]
  readonly total: number
}

/** Tells pairs apart. */
export const keyOf = ({ subjects }: Pair) => subjects.map(({ id }) => id).join()

/** Takes pairs that are settled off the list, which is read again only in seconds. */
export function forgetPairs(
  queries: QueryClient,
  gallery: string,
  isSettled: (pair: Pair) => boolean,
): void {
  queries.setQueriesData<InfiniteData<Page>>({ queryKey: ['duplicates', gallery] }, (data) => {
    if (!data) return data
    const settled = data.pages.flatMap(({ items }) => items).filter(isSettled).length
    const pages = data.pages.map((page) => ({
      ...page,
      items: page.items.filter((pair) => !isSettled(pair)),
      total: page.total - settled,
    }))
    return { ...data, pages }
  })
}
