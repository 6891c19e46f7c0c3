import { useQuery } from '@tanstack/react-query'
import { api, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'

/** Interval at which the cameras are asked for, in milliseconds: as often as they report. */
const refetchInterval = 10_000

/** The cameras of the gallery, those that are watched and those at which visits were recorded. */
export function useCameras() {
  const [gallery] = useGallery()
  return useQuery({
    queryKey: ['cameras', gallery],
    queryFn: () =>
      unwrap(api.GET('/v1/galleries/{gallery}/cameras', { params: { path: { gallery } } })),
    refetchInterval,
  })
}
