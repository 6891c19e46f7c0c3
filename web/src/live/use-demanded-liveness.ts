import { useQuery } from '@tanstack/react-query'
import type { Schemas } from '../../../src/client/index.js'
import { api, unwrap } from '../api.js'

/** What liveness the server demands before this camera; undefined until it is known. */
export function useDemandedLiveness(gallery: string): Schemas['DemandedLiveness'] | undefined {
  const { data } = useQuery({
    queryKey: ['liveness', gallery],
    queryFn: () =>
      unwrap(api.GET('/v1/galleries/{gallery}/liveness', { params: { path: { gallery } } })),
    refetchInterval: ({ state }) => (state.status === 'error' ? 3000 : 60_000),
  })
  return data
}
