import { useState } from 'react'
import { FileTrigger } from 'react-aria-components'
import { photoForm } from '../../../src/client/index.js'
import { api, type Schemas, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { Switch, TextField } from '../parts/fields.js'
import { pagesOf } from '../parts/portrait.js'
import { EmptyState, explain } from '../parts/states.js'
import { showError } from '../parts/toasts.js'
import { useTexts } from '../texts/index.js'
import { VisitItems, VisitList } from './visit-list.js'

/** Search for visits: by camera, of strangers only, or by a photo. */
export function VisitSearch() {
  const texts = useTexts()
  const { events: own } = texts
  const [gallery] = useGallery()
  const [camera, setCamera] = useState('')
  const [unknown, setUnknown] = useState(false)
  const [found, setFound] = useState<readonly Schemas['Visit'][] | null>(null)
  const [isBusy, setBusy] = useState(false)

  async function search(photo: File): Promise<void> {
    setBusy(true)
    try {
      const { items } = await unwrap(
        api.POST('/v1/galleries/{gallery}/visits/search', {
          params: { path: { gallery } },
          ...photoForm({ photo }),
        }),
      )
      setFound(items.map(({ visit }) => visit))
    } catch (failure) {
      showError(explain(failure, texts.app))
    } finally {
      setBusy(false)
    }
  }

  return (
    <>
      <div className="filters">
        <FileTrigger
          acceptedFileTypes={['image/*']}
          onSelect={(files) => files?.[0] && void search(files[0])}
        >
          <Button isPending={isBusy}>{own.byPhoto}</Button>
        </FileTrigger>
        {found ? (
          <Button kind="quiet" onPress={() => setFound(null)}>
            {own.all}
          </Button>
        ) : (
          <>
            <TextField
              label={own.camera}
              value={camera}
              onChange={setCamera}
              type="search"
              autoComplete="off"
            />
            <Switch isSelected={unknown} onChange={setUnknown}>
              {own.onlyUnknown}
            </Switch>
          </>
        )}
      </div>
      {!found ? (
        <VisitList camera={camera.trim()} unknown={unknown} />
      ) : found.length > 0 ? (
        <VisitItems pages={pagesOf(found)} />
      ) : (
        <EmptyState title={own.notSeen}>{own.notSeenHint}</EmptyState>
      )}
    </>
  )
}
