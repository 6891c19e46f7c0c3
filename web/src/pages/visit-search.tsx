import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { FileTrigger } from 'react-aria-components'
import { photoForm } from '../../../src/client/index.js'
import { api, type Schemas, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { Select, Switch, TextField } from '../parts/fields.js'
import { pagesOf } from '../parts/portrait.js'
import { save } from '../parts/save.js'
import { EmptyState, explain } from '../parts/states.js'
import { showError, showNotice } from '../parts/toasts.js'
import { useAddressText } from '../parts/use-address.js'
import { useTexts } from '../texts/index.js'
import { useGallerySettings } from './use-gallery-settings.js'
import { type VisitFilter, VisitItems, VisitList, visitQuery } from './visit-list.js'
import { visitsCsv } from './visits-csv.js'
import { VisitsOff } from './visits-off.js'

/** Search for visits: by camera, of unknown visitors only, or by a photo. */
export function VisitSearch() {
  const texts = useTexts()
  const { events: own } = texts
  const [gallery] = useGallery()
  const [camera, setCamera] = useAddressText('camera')
  const [who, setWho] = useAddressText('who')
  const [from, setFrom] = useAddressText('from')
  const [until, setUntil] = useAddressText('until')
  const unknown = who === 'unknown'
  const filter: VisitFilter = { camera, unknown, from, until }
  const cameras = useQuery({
    queryKey: ['cameras', gallery],
    queryFn: () =>
      unwrap(api.GET('/v1/galleries/{gallery}/cameras', { params: { path: { gallery } } })),
  })
  const settings = useGallerySettings()
  const names = new Set(cameras.data?.items.map((each) => each.camera))
  if (camera !== '') names.add(camera)
  const [found, setFound] = useState<readonly Schemas['Visit'][] | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [isSaving, setSaving] = useState(false)

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
      showError(explain(failure, texts))
    } finally {
      setBusy(false)
    }
  }

  async function saveAsCsv(): Promise<void> {
    setSaving(true)
    try {
      const visits = await allVisits(gallery, filter)
      const text = visitsCsv(own.csvHead, visits, texts.live.unknown)
      save('visits.csv', new Blob([text], { type: 'text/csv' }))
      showNotice(own.csvSaved(visits.length))
    } catch (failure) {
      showError(explain(failure, texts))
    } finally {
      setSaving(false)
    }
  }

  // Without a single visit there is nothing to search. What an unreachable server said before does not count.
  const isUnused =
    settings.data?.visits.recording === false && names.size === 0 && !unknown && !from && !until
  if (isUnused && cameras.isSuccess && settings.isSuccess)
    return <VisitsOff change={settings.change} />
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
            <Select
              label={own.camera}
              value={camera}
              onChange={setCamera}
              options={[['', own.allCameras], ...[...names].map((name) => [name, name] as const)]}
            />
            <TextField label={own.from} type="date" value={from} onChange={setFrom} />
            <TextField label={own.until} type="date" value={until} onChange={setUntil} />
            <Switch
              isSelected={unknown}
              onChange={(isSelected) => setWho(isSelected ? 'unknown' : '')}
            >
              {own.onlyUnknown}
            </Switch>
            <Button onPress={() => void saveAsCsv()} isPending={isSaving}>
              {own.csv}
            </Button>
          </>
        )}
      </div>
      {!found ? (
        <VisitList {...filter} />
      ) : found.length > 0 ? (
        <VisitItems pages={pagesOf(found)} />
      ) : (
        <EmptyState title={own.notSeen}>{own.notSeenHint}</EmptyState>
      )}
    </>
  )
}

/** Every visit of a filter, newest first. */
async function allVisits(gallery: string, filter: VisitFilter): Promise<Schemas['Visit'][]> {
  const visits: Schemas['Visit'][] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { items, next }: { items: Schemas['Visit'][]; next: string | null } = await unwrap(
      api.GET('/v1/galleries/{gallery}/visits', {
        params: {
          path: { gallery },
          query: { limit: 1000, ...(cursor && { cursor }), ...visitQuery(filter) },
        },
      }),
    )
    visits.push(...items)
    cursor = next
  }
  return visits
}
