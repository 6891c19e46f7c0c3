import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { api, type Schemas, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'

/** A long-running job on the server. */
export type Job = Schemas['Job']

/** Jobs of the given kinds, newest first, polled while they run. */
export function useJobs(kinds: readonly Job['kind'][]) {
  const [gallery] = useGallery()
  const queries = useQueryClient()
  const query = useQuery({
    queryKey: ['jobs', gallery],
    queryFn: () =>
      unwrap(
        api.GET('/v1/galleries/{gallery}/jobs', {
          params: { path: { gallery }, query: { limit: 100 } },
        }),
      ),
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ finished_at }) => finished_at === null) ? 1000 : 15_000,
  })
  const refresh = useCallback(
    () => queries.invalidateQueries({ queryKey: ['jobs', gallery] }),
    [queries, gallery],
  )
  const jobs = query.data?.items.filter(({ kind }) => kinds.includes(kind)) ?? []
  return { jobs, query, refresh }
}
