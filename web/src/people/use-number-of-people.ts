import { useQuery } from '@tanstack/react-query'
import { api, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { useSession } from '../session.js'

/** How many people the gallery holds; unknown to a key that may not read. */
export function useNumberOfPeople() {
  const [gallery] = useGallery()
  const { may } = useSession()
  return useQuery({
    // Among the lists of people, which are asked for again when one changes.
    queryKey: ['people', gallery, 'count'],
    queryFn: async () => {
      const { subjects } = await unwrap(
        api.GET('/v1/galleries/{gallery}', { params: { path: { gallery } } }),
      )
      return { items: [], subjects }
    },
    enabled: may('read'),
    refetchOnMount: 'always',
  })
}
