import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { api, type Schemas, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { Portrait, WithPictures } from '../parts/portrait.js'
import { EmptyState, Failure } from '../parts/states.js'
import { useTimes } from '../parts/times.js'
import { useShownPages } from '../parts/use-address.js'
import { useDecimal } from '../parts/use-decimal.js'
import { useTexts } from '../texts/index.js'
import { useGallerySettings } from './use-gallery-settings.js'
import { VisitsOff } from './visits-off.js'

/** A filter for visits. */
export interface VisitFilter {
  readonly subjectId?: string
  readonly camera?: string
  readonly unknown?: boolean
  /** First and last day, such as 2026-11-01. */
  readonly from?: string
  readonly until?: string
}

/** A filter as the API takes it; days are those of this browser. */
export function visitQuery({ subjectId, camera, unknown, from, until }: VisitFilter) {
  const begin = from ? new Date(`${from}T00:00:00`) : undefined
  const end = until ? new Date(`${until}T00:00:00`) : undefined
  end?.setDate(end.getDate() + 1)
  const isDay = (date: Date | undefined) => date !== undefined && !Number.isNaN(date.getTime())
  return {
    ...(subjectId && { subject_id: subjectId }),
    ...(camera && { camera }),
    ...(unknown && { unknown }),
    ...(isDay(begin) && { since: begin!.toISOString() }),
    ...(isDay(end) && { until: end!.toISOString() }),
  }
}

/** A live list of visits, newest first. */
export function VisitList(filter: VisitFilter) {
  const { subjectId, camera, unknown, from, until } = filter
  const texts = useTexts()
  const { events: own } = texts
  const [gallery] = useGallery()
  const settings = useGallerySettings()
  const query = useInfiniteQuery({
    queryKey: ['visits', gallery, subjectId, camera, unknown, from, until],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/v1/galleries/{gallery}/visits', {
          params: {
            path: { gallery },
            query: {
              limit: 50,
              ...(pageParam && { cursor: pageParam }),
              ...visitQuery(filter),
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    refetchInterval: 5000,
  })
  const more = useShownPages(query)
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />
  const items = query.data?.pages.flatMap((page) => page.items) ?? []
  if (settings.data && !settings.data.visits.recording && items.length === 0) {
    return <VisitsOff change={settings.change} />
  }
  if (query.data && items.length === 0) {
    const isFiltered = camera || unknown || from || until
    return (
      <EmptyState
        title={isFiltered ? own.noneFound : own.noVisits}
        action={
          !isFiltered && (
            <Link href="/live" className="button plain">
              {texts.pages.live}
            </Link>
          )
        }
      >
        {isFiltered ? own.noneFoundHint : own.noVisitsHint}
      </EmptyState>
    )
  }
  return (
    <>
      <VisitItems pages={query.data?.pages.map((page) => page.items) ?? []} />
      {query.hasNextPage && <Button onPress={more}>{texts.app.more}</Button>}
    </>
  )
}

/** Visits, each with its best face and the evidence for the answer. */
export function VisitItems({
  pages,
}: {
  readonly pages: readonly (readonly Schemas['Visit'][])[]
}) {
  const texts = useTexts()
  const times = useTimes()
  const decimal = useDecimal()
  const withFaces = pages.map((visits) =>
    visits.filter(({ has_face }) => has_face).map(({ id }) => id),
  )
  return (
    <WithPictures kind="visit" pages={withFaces}>
      <ul className="visits">
        {pages.flat().map((visit) => (
          <li key={visit.id}>
            {visit.has_face && <Portrait id={visit.id} isSmall />}
            <span className="visit-name">
              {visit.subject?.name ?? texts.live.unknown}
              <span className="hint">
                {times.when(visit.first_at)} · {texts.events.lasted(seconds(visit))} ·{' '}
                {visit.camera}
              </span>
              {visit.similarity !== null && visit.explanation?.threshold && (
                <span className="hint">
                  {texts.identify.compared(
                    decimal(visit.similarity, 2),
                    decimal(visit.explanation.threshold, 2),
                    true,
                  )}
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </WithPictures>
  )
}

const seconds = ({ first_at, last_at }: Schemas['Visit']) =>
  Math.max(1, Math.round((Date.parse(last_at) - Date.parse(first_at)) / 1000))
