import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { explain } from '../parts/states.js'
import { showError, showNotice } from '../parts/toasts.js'
import { useTexts } from '../texts/index.js'

/** A change to a gallery's settings. */
export interface SettingsChange {
  readonly purpose?: string | null
  readonly keep_days?: number | null
  readonly events?: {
    readonly recording?: boolean
    readonly keep_days?: number | null
    readonly faces?: boolean
  }
  readonly visits?: { readonly recording?: boolean; readonly keep_days?: number }
}

/** The settings of the current gallery and a function to change them. @param enabled - Whether the key may read them. */
export function useGallerySettings(enabled = true) {
  const { app } = useTexts()
  const [gallery] = useGallery()
  const queries = useQueryClient()
  const params = { path: { gallery } }
  const query = useQuery({
    queryKey: ['settings', gallery],
    queryFn: () => unwrap(api.GET('/v1/galleries/{gallery}/settings', { params })),
    enabled,
  })

  async function change(body: SettingsChange): Promise<void> {
    try {
      const settings = await unwrap(api.PATCH('/v1/galleries/{gallery}/settings', { params, body }))
      queries.setQueryData(['settings', gallery], settings)
      showNotice(app.saved)
    } catch (error) {
      showError(explain(error, app))
    }
  }

  return { ...query, change }
}
