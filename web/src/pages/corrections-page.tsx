import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from 'wouter'
import { api, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { ConfirmButton } from '../parts/confirm.js'
import { Trash2 } from '../parts/icons.js'
import { Loaded } from '../parts/loaded.js'
import { PageHeader } from '../parts/page-header.js'
import { Portrait, pagesOf, WithPictures } from '../parts/portrait.js'
import { EmptyState } from '../parts/states.js'
import { Table } from '../parts/table.js'
import { useTimes } from '../parts/times.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'

/** The corrections that users made to answers. */
export default function CorrectionsPage() {
  const texts = useTexts()
  const { corrections: own } = texts
  const times = useTimes()
  const { may } = useSession()
  const [gallery] = useGallery()
  const queries = useQueryClient()
  const query = useQuery({
    queryKey: ['corrections', gallery],
    queryFn: () =>
      unwrap(api.GET('/v1/galleries/{gallery}/corrections', { params: { path: { gallery } } })),
  })
  return (
    <>
      <PageHeader title={texts.pages.corrections} />
      <p className="hint">{own.explain}</p>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState
              title={own.none}
              action={
                <Link href="/identify" className="button plain">
                  {texts.pages.identify}
                </Link>
              }
            >
              {own.noneHint}
            </EmptyState>
          ) : (
            <WithPictures kind="correction" pages={pagesOf(items.map(({ id }) => id))}>
              <Table
                label={texts.pages.corrections}
                columns={[own.face, own.said, own.photo, own.when]}
                items={items}
                keyOf={({ id }) => id}
                heading={1}
                cells={({ id, kind, subject, photo, created_at }) => [
                  <Portrait key={id} id={id} alt={own.faceOf(photo)} isSmall />,
                  own[kind](subject.name),
                  photo,
                  times.when(created_at),
                ]}
                buttons={({ id, subject }) =>
                  may('enroll') && (
                    <ConfirmButton
                      label={own.takeBack}
                      icon={<Trash2 aria-hidden="true" />}
                      kind="quiet"
                      title={own.takeBack}
                      confirm={own.takeBack}
                      onConfirm={async () => {
                        await unwrap(
                          api.DELETE('/v1/galleries/{gallery}/corrections/{correction}', {
                            params: { path: { gallery, correction: id } },
                          }),
                        )
                        await queries.invalidateQueries({ queryKey: ['corrections'] })
                      }}
                    >
                      <p>{own.takeBackMeans(subject.name)}</p>
                    </ConfirmButton>
                  )
                }
              />
            </WithPictures>
          )
        }
      </Loaded>
    </>
  )
}
