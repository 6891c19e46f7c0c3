import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from 'wouter'
import { api, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { ConfirmButton } from '../parts/confirm.js'
import { Trash2 } from '../parts/icons.js'
import { Loaded } from '../parts/loaded.js'
import { PageHeader } from '../parts/page-header.js'
import { Portrait, pagesOf, WithPictures } from '../parts/portrait.js'
import { Scroll } from '../parts/scroll.js'
import { EmptyState } from '../parts/states.js'
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
              <Scroll label={texts.pages.corrections}>
                <table>
                  <thead>
                    <tr>
                      <th scope="col">{own.face}</th>
                      <th scope="col">{own.said}</th>
                      <th scope="col">{own.photo}</th>
                      <th scope="col">{own.when}</th>
                      <td />
                    </tr>
                  </thead>
                  <tbody>
                    {items.map(({ id, kind, subject, photo, created_at }) => (
                      <tr key={id}>
                        <td>
                          <Portrait id={id} alt={own.faceOf(photo)} isSmall />
                        </td>
                        <th scope="row">{own[kind](subject.name)}</th>
                        <td>{photo}</td>
                        <td>{times.when(created_at)}</td>
                        <td>
                          {may('enroll') && (
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
                          )}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Scroll>
            </WithPictures>
          )
        }
      </Loaded>
    </>
  )
}
