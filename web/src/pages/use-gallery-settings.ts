import { useQuery, useQueryClient } from '@tanstack/react-query'
import {
  api,
  ifUnchanged,
  isChangedMeanwhile,
  type Schemas,
  type Tagged,
  unwrap,
  unwrapTagged,
} from '../api.js'
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
  const texts = useTexts()
  const { app } = texts
  const [gallery] = useGallery()
  const queries = useQueryClient()
  const params = { path: { gallery } }
  const queryKey = ['settings', gallery]
  const query = useQuery({
    queryKey,
    queryFn: () => unwrapTagged(api.GET('/v1/galleries/{gallery}/settings', { params })),
    select: ({ value }) => value,
    // Whether anything is recorded may have been changed elsewhere.
    refetchOnMount: 'always',
    enabled,
  })

  /** Changes the version of the settings that this page knows. @returns The settings now, also where others changed them. */
  async function change(body: SettingsChange): Promise<Schemas['GallerySettings'] | undefined> {
    const known = () => queries.getQueryData<Tagged<Schemas['GallerySettings']>>(queryKey)
    const before = known()
    try {
      await unwrap(
        api.PATCH('/v1/galleries/{gallery}/settings', {
          params,
          body,
          headers: before ? ifUnchanged(before) : {},
        }),
      )
      showNotice(app.saved)
    } catch (error) {
      showError(explain(error, texts))
      if (!isChangedMeanwhile(error)) return undefined
    }
    await queries.invalidateQueries({ queryKey })
    return known()?.value
  }

  return { ...query, change }
}
