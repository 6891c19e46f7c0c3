import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { Link } from 'wouter'
import { api, type Schemas, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { ConfirmButton } from '../parts/confirm.js'
import { TextField } from '../parts/fields.js'
import { Trash2 } from '../parts/icons.js'
import { Loaded } from '../parts/loaded.js'
import { PageHeader } from '../parts/page-header.js'
import { Portrait, pagesOf, WithPictures } from '../parts/portrait.js'
import { EmptyState } from '../parts/states.js'
import { useTimes } from '../parts/times.js'
import { showNotice } from '../parts/toasts.js'
import { useWork } from '../parts/use-work.js'
import { refreshAll } from '../refresh.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'
import { useGallerySettings } from './use-gallery-settings.js'
import { VisitsOff } from './visits-off.js'

/** Visitors, to be given names. */
export default function VisitorsPage() {
  const texts = useTexts()
  const [gallery] = useGallery()
  const settings = useGallerySettings()
  const visitors = useQuery({
    queryKey: ['visitors', gallery],
    queryFn: () =>
      unwrap(api.GET('/v1/galleries/{gallery}/visitors', { params: { path: { gallery } } })),
    refetchInterval: 5000,
  })
  const isOff = settings.data && !settings.data.visits.recording
  return (
    <>
      <PageHeader title={texts.pages.visitors} />
      {isOff && <VisitsOff change={settings.change} />}
      <Loaded query={visitors}>
        {({ items }) =>
          items.length > 0 ? (
            <>
              <p className="hint">
                {texts.visitors.explain(settings.data?.visits.keep_days ?? 30)}
              </p>
              <WithPictures kind="visit" pages={pagesOf(items.map((each) => each.best_visit))}>
                <ul className="cards">
                  {items.map((visitor) => (
                    <VisitorCard key={visitor.id} visitor={visitor} />
                  ))}
                </ul>
              </WithPictures>
            </>
          ) : (
            !isOff && (
              <EmptyState
                title={texts.visitors.none}
                action={
                  <Link href="/live" className="button plain">
                    {texts.pages.live}
                  </Link>
                }
              >
                {texts.visitors.noneHint}
              </EmptyState>
            )
          )
        }
      </Loaded>
    </>
  )
}

function VisitorCard({ visitor }: { readonly visitor: Schemas['Visitor'] }) {
  const texts = useTexts()
  const { visitors: own } = texts
  const times = useTimes()
  const { may } = useSession()
  const [gallery] = useGallery()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const path = { gallery, visitor: visitor.id }

  const { isBusy, error, start } = useWork(async () => {
    const { visits, faces } = await unwrap(
      api.POST('/v1/galleries/{gallery}/visitors/{visitor}/name', {
        params: { path },
        body: { name: name.trim() },
      }),
    )
    showNotice(own.named(name.trim(), faces, visits))
    await refreshAll(queries)
  })

  return (
    <li className="card">
      <Portrait id={visitor.best_visit} alt={own.face} />
      <p>
        {own.seen(times.when(visitor.last_at), visitor.camera)}
        <br />
        <span className="hint">{own.visits(visitor.visits, times.when(visitor.first_at))}</span>
      </p>
      {may('enroll') && (
        <Form
          onSubmit={(event) => {
            event.preventDefault()
            if (name.trim() !== '') start()
          }}
        >
          <TextField
            label={texts.live.who}
            value={name}
            onChange={setName}
            error={error}
            autoComplete="off"
          />
          <div className="buttons">
            <Button kind="primary" type="submit" isPending={isBusy} isDisabled={name.trim() === ''}>
              {own.name}
            </Button>
            <ConfirmButton
              label={own.forget}
              icon={<Trash2 aria-hidden="true" />}
              kind="quiet"
              title={own.forgetTitle}
              confirm={own.forget}
              onConfirm={async () => {
                await unwrap(
                  api.DELETE('/v1/galleries/{gallery}/visitors/{visitor}', { params: { path } }),
                )
                await queries.invalidateQueries({ queryKey: ['visitors'] })
              }}
            >
              <p>{own.forgetMeans(visitor.visits)}</p>
            </ConfirmButton>
          </div>
        </Form>
      )}
    </li>
  )
}
