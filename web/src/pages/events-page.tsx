import { useInfiniteQuery } from '@tanstack/react-query'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import { Link } from 'wouter'
import { api, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { PageHeader } from '../parts/page-header.js'
import { EmptyState, Failure } from '../parts/states.js'
import { Table } from '../parts/table.js'
import { useTimes } from '../parts/times.js'
import { useAddressText, useShownPages } from '../parts/use-address.js'
import { useDecimal } from '../parts/use-decimal.js'
import { addressOf } from '../root.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'
import { useGallerySettings } from './use-gallery-settings.js'
import { VisitSearch } from './visit-search.js'

/** Visits and recorded decisions. */
export default function EventsPage() {
  const texts = useTexts()
  const [tab, setTab] = useAddressText('tab')
  return (
    <>
      <PageHeader title={texts.pages.events} />
      <Tabs
        selectedKey={tab === 'decisions' ? tab : 'visits'}
        onSelectionChange={(key) => setTab(key === 'decisions' ? key : '')}
      >
        <TabList aria-label={texts.pages.events} className="tabs">
          <Tab id="visits" className="tab">
            {texts.events.visits}
          </Tab>
          <Tab id="decisions" className="tab">
            {texts.events.decisions}
          </Tab>
        </TabList>
        <TabPanel id="visits">
          <VisitSearch />
        </TabPanel>
        <TabPanel id="decisions">
          <Decisions />
        </TabPanel>
      </Tabs>
    </>
  )
}

/** The recorded decisions about faces in photos, with their reasons. */
function Decisions() {
  const texts = useTexts()
  const { events: own } = texts
  const times = useTimes()
  const decimal = useDecimal()
  const { may } = useSession()
  const [gallery] = useGallery()
  const settings = useGallerySettings()
  const query = useInfiniteQuery({
    queryKey: ['events', gallery],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/v1/galleries/{gallery}/events', {
          params: {
            path: { gallery },
            query: { order: 'newest', limit: 50, ...(pageParam && { cursor: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  })
  const more = useShownPages(query)
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />
  const items = query.data?.pages.flatMap((page) => page.items) ?? []
  if (query.data && items.length === 0) {
    const isOff = settings.data && !settings.data.events.recording
    return (
      <EmptyState
        title={isOff ? own.off : own.noDecisions}
        action={
          isOff ? (
            may('admin') && (
              <Button
                kind="primary"
                onPress={() => void settings.change({ events: { recording: true } })}
              >
                {own.switchOn}
              </Button>
            )
          ) : (
            <Link href="/identify" className="button plain">
              {texts.pages.identify}
            </Link>
          )
        }
      >
        {isOff ? own.offHint : own.noDecisionsHint}
      </EmptyState>
    )
  }
  return (
    <>
      <Table
        label={own.decisions}
        columns={[own.when, own.who, own.why]}
        items={items}
        keyOf={({ number }) => number}
        heading={1}
        cells={(event) => [
          times.when(event.at),
          <>
            {event.has_face && (
              <img
                className="portrait small"
                src={addressOf(`/v1/galleries/${gallery}/events/${event.number}/face`)}
                alt=""
                loading="lazy"
              />
            )}{' '}
            {event.erased
              ? own.erased
              : (event.subject?.name ??
                (event.answer === 'unknown' ? texts.live.unknown : texts.live.notJudgeable))}
          </>,
          <>
            {event.similarity !== null && event.threshold
              ? texts.identify.compared(
                  decimal(event.similarity, 3),
                  decimal(event.threshold.value, 3),
                  event.answer === 'match',
                )
              : null}{' '}
            {event.reason && texts.identify.because(texts.reasons[event.reason] ?? event.reason)}
          </>,
        ]}
      />
      {query.hasNextPage && <Button onPress={more}>{texts.app.more}</Button>}
    </>
  )
}
