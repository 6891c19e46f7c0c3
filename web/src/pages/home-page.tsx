import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { api, type Schemas, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { CameraState } from '../parts/camera-state.js'
import { PageHeader } from '../parts/page-header.js'
import { Portrait, WithPictures } from '../parts/portrait.js'
import { EmptyState, Failure } from '../parts/states.js'
import { useTimes } from '../parts/times.js'
import { useNumberOfPeople } from '../people/use-number-of-people.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'
import { useCameras } from './use-cameras.js'
import { useGallerySettings } from './use-gallery-settings.js'
import { VisitsOff } from './visits-off.js'

/** Interval at which the page asks what is new, in milliseconds. Judgment. */
const refetchInterval = 10_000
/** Most visits of a day that are read, and most unknown visitors shown. Judgment. */
const [maxVisits, maxVisitors] = [500, 6]

/** Who came today, which unknown visitors wait for a name, how the cameras are, and what needs care. */
export default function HomePage() {
  const texts = useTexts()
  const settings = useGallerySettings()
  const count = useNumberOfPeople()
  if (count.error) return <Failure error={count.error} retry={() => void count.refetch()} />
  const isOff = settings.data && !settings.data.visits.recording
  return (
    <>
      <PageHeader title={texts.pages.home} />
      <div className="home">
        {count.data?.subjects === 0 && <FirstSteps />}
        <Care />
        {isOff ? (
          <>
            {count.data?.subjects !== 0 && <VisitsOff change={settings.change} />}
            <Cameras isOptional />
          </>
        ) : (
          <>
            <Today />
            <UnknownVisitors />
            <Cameras />
          </>
        )}
      </div>
    </>
  )
}

function Section({
  id,
  title,
  to,
  more,
  children,
}: {
  readonly id: string
  readonly title: string
  readonly to?: string
  readonly more?: string
  readonly children: ReactNode
}) {
  return (
    <section className="panel" aria-labelledby={id}>
      <div className="panel-header">
        <h2 id={id}>{title}</h2>
        {to && <Link href={to}>{more}</Link>}
      </div>
      {children}
    </section>
  )
}

/** The way from an empty gallery to the first greeting. */
function FirstSteps() {
  const { home: own, live } = useTexts()
  const { may } = useSession()
  if (!may('enroll')) return <EmptyState title={live.emptyGallery}>{own.firstNoRight}</EmptyState>
  return (
    <Section id="first" title={own.first}>
      <ol className="steps">
        <li>
          <p>{own.firstLive}</p>
          <Link href="/live" className="button primary">
            {own.startCamera}
          </Link>
        </li>
        <li>
          <p>{own.firstName}</p>
        </li>
        <li>
          <p>{own.firstGreeting}</p>
        </li>
      </ol>
      <p className="hint">
        {own.orPhotos} <Link href="/people?add=folder">{own.addPhotos}</Link>
      </p>
    </Section>
  )
}

/** Midnight of today in this browser, ISO 8601. */
const midnight = () => new Date(new Date().setHours(0, 0, 0, 0)).toISOString()

function Today() {
  const { home: own } = useTexts()
  const times = useTimes()
  const [gallery] = useGallery()
  const since = midnight()
  const query = useQuery({
    queryKey: ['visits', gallery, 'today', since],
    queryFn: () =>
      unwrap(
        api.GET('/v1/galleries/{gallery}/visits', {
          params: { path: { gallery }, query: { since, limit: maxVisits } },
        }),
      ),
    refetchInterval,
  })
  // Newest first: of each person the last visit counts.
  const people = new Map<string, Schemas['Visit']>()
  for (const visit of query.data?.items ?? []) {
    if (visit.subject && !people.has(visit.subject.id)) people.set(visit.subject.id, visit)
  }
  const visits = [...people.values()]
  return (
    <Section id="today" title={own.today(visits.length)} to="/events" more={own.allVisits}>
      {visits.length === 0 ? (
        <p className="hint">{own.nobodyToday}</p>
      ) : (
        <WithPictures
          kind="visit"
          pages={[
            visits
              .filter(({ has_face }) => has_face)
              .slice(0, 60)
              .map(({ id }) => id),
          ]}
        >
          <ul className="faces">
            {visits.slice(0, 60).map((visit) => (
              <li key={visit.id}>
                <Link href={`/people/${visit.subject!.id}`}>
                  <Portrait id={visit.id} />
                  <strong>{visit.subject!.name}</strong>
                </Link>
                <span className="hint">{times.when(visit.last_at)}</span>
              </li>
            ))}
          </ul>
        </WithPictures>
      )}
    </Section>
  )
}

function UnknownVisitors() {
  const { home: own, visitors } = useTexts()
  const times = useTimes()
  const [gallery] = useGallery()
  const query = useQuery({
    queryKey: ['visitors', gallery],
    queryFn: () =>
      unwrap(api.GET('/v1/galleries/{gallery}/visitors', { params: { path: { gallery } } })),
    refetchInterval,
  })
  const items = query.data?.items ?? []
  const shown = items.slice(0, maxVisitors)
  return (
    <Section
      id="visitors"
      title={own.visitors(items.length)}
      {...(items.length > 0 && { to: '/visitors', more: own.giveNames })}
    >
      {items.length === 0 ? (
        <p className="hint">{own.noVisitors}</p>
      ) : (
        <WithPictures kind="visit" pages={[shown.map(({ best_visit }) => best_visit)]}>
          <ul className="faces">
            {shown.map((each) => (
              <li key={each.id}>
                <Link href="/visitors">
                  <Portrait id={each.best_visit} alt={visitors.face} />
                </Link>
                <span className="hint">{times.when(each.last_at)}</span>
              </li>
            ))}
          </ul>
        </WithPictures>
      )}
    </Section>
  )
}

function Cameras({ isOptional = false }: { readonly isOptional?: boolean }) {
  const { home: own, cameras: texts } = useTexts()
  const times = useTimes()
  const items = useCameras().data?.items ?? []
  if (isOptional && items.length === 0) return null
  return (
    <Section id="cameras" title={own.cameras} to="/cameras" more={own.allCameras}>
      {items.length === 0 ? (
        <p className="hint">{own.noCameras}</p>
      ) : (
        <ul className="rows">
          {items.map(({ camera, visits, last_at, watch }) => (
            <li key={camera} className="wrapping">
              <Link href={`/events?camera=${encodeURIComponent(camera)}`}>{camera}</Link>
              {watch && <CameraState watch={watch} />}
              {last_at !== null && (
                <span className="hint">{texts.lastVisit(times.when(last_at), visits)}</span>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

/** What somebody should look after; nothing where all is well. */
function Care() {
  const { home: own } = useTexts()
  const { may } = useSession()
  const [gallery] = useGallery()
  const path = { gallery }
  const due = useQuery({
    queryKey: ['due', gallery],
    queryFn: () => unwrap(api.GET('/v1/galleries/{gallery}/due', { params: { path } })),
    enabled: may('admin'),
  })
  const models = useQuery({
    queryKey: ['models'],
    queryFn: () => unwrap(api.GET('/v1/models')),
    staleTime: 60_000,
  })
  const jobs = useQuery({
    queryKey: ['jobs', gallery],
    queryFn: () =>
      unwrap(api.GET('/v1/galleries/{gallery}/jobs', { params: { path, query: { limit: 100 } } })),
  })
  const broken = (models.data?.items ?? []).filter(
    ({ in_use, state }) => in_use && state !== 'ready',
  )
  const failed = (jobs.data?.items ?? []).filter(({ state }) => state === 'failed')
  const cares: [to: string, text: string][] = []
  if (due.data && due.data.items.length > 0) {
    cares.push(['/privacy', own.due(due.data.items.length)])
  }
  if (broken.length > 0) cares.push(['/models', own.broken(broken.map(({ name }) => name))])
  if (failed.length > 0) cares.push(['/reports', own.failed(failed.length)])
  if (cares.length === 0) return null
  return (
    <Section id="care" title={own.care}>
      <ul className="rows">
        {cares.map(([to, text]) => (
          <li key={to}>
            <Link href={to}>{text}</Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}
