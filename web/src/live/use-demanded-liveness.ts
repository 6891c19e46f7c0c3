import { useQuery } from '@tanstack/react-query'
import type { Schemas } from '../../../src/client/index.js'
import { api, Problem, unwrap } from '../api.js'

/** What liveness the server demands before this camera; undefined until it is known, with the reason where it is refused. */
export function useDemandedLiveness(gallery: string): {
  readonly demanded: Schemas['DemandedLiveness'] | undefined
  readonly refusal: { readonly code: string; readonly detail: string } | null
} {
  const { data, error } = useQuery({
    queryKey: ['liveness', gallery],
    queryFn: () =>
      unwrap(api.GET('/v1/galleries/{gallery}/liveness', { params: { path: { gallery } } })),
    refetchInterval: ({ state }) => (state.status === 'error' ? 3000 : 60_000),
  })
  const refusal =
    data === undefined && error
      ? { code: error instanceof Problem ? error.code : 'internal', detail: error.message }
      : null
  return { demanded: data, refusal }
}
