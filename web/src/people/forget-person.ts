import type { QueryClient } from '@tanstack/react-query'
import { forgetPairs } from './pairs.js'

interface Listed {
  readonly items: readonly { readonly id: string }[]
}

/** Drops what is cached of a person who is no longer there, so that no page shows them while it asks again. */
export function forgetPerson(queries: QueryClient, gallery: string, id: string): void {
  const without = <T extends Listed>(list: T): T => ({
    ...list,
    items: list.items.filter((each) => each.id !== id),
  })
  queries.setQueriesData<Listed | { readonly pages: readonly Listed[] }>(
    { queryKey: ['people', gallery] },
    (data) => {
      if (!data) return data
      return 'pages' in data ? { ...data, pages: data.pages.map(without) } : without(data)
    },
  )
  forgetPairs(queries, gallery, ({ subjects }) => subjects.some((each) => each.id === id))
  for (const about of ['person', 'faces', 'visits']) {
    queries.removeQueries({ queryKey: [about, gallery, id] })
  }
}
