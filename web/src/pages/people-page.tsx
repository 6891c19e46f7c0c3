import { useInfiniteQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { SearchField as AriaSearchField, Input, Label } from 'react-aria-components'
import { Link, Route, Switch } from 'wouter'
import { api, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { Plus, Upload } from '../parts/icons.js'
import { PageHeader } from '../parts/page-header.js'
import { Portrait, WithPictures } from '../parts/portrait.js'
import { EmptyState, Failure } from '../parts/states.js'
import { AddPersonDialog } from '../people/add-person-dialog.js'
import { FolderImport } from '../people/folder-import.js'
import { PersonPage } from '../people/person-page.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'

/** The list of people in a gallery, and the page of each. */
export default function PeoplePage() {
  return (
    <Switch>
      <Route path="/:id">{({ id }) => <PersonPage key={id} id={id} />}</Route>
      <Route>
        <People />
      </Route>
    </Switch>
  )
}

function People() {
  const texts = useTexts()
  const { people: own } = texts
  const { may } = useSession()
  const [gallery] = useGallery()
  const [search, setSearch] = useState('')
  const [isAdding, setAdding] = useState(false)
  const [isImporting, setImporting] = useState(false)
  const wanted = useDeferredValue(search.trim())
  const query = useInfiniteQuery({
    queryKey: ['people', gallery, wanted],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/v1/galleries/{gallery}/subjects', {
          params: {
            path: { gallery },
            query: {
              limit: 60,
              ...(wanted && { search: wanted }),
              ...(pageParam && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
  })
  const pages = query.data?.pages ?? []
  const items = pages.flatMap((page) => page.items)
  const isEmpty = query.data !== undefined && items.length === 0
  return (
    <>
      <PageHeader title={texts.pages.people}>
        {may('enroll') && (
          <>
            <Button kind="primary" onPress={() => setAdding(true)}>
              <Plus aria-hidden="true" /> {own.add}
            </Button>
            <Button onPress={() => setImporting(!isImporting)} aria-expanded={isImporting}>
              <Upload aria-hidden="true" /> {own.addFolder}
            </Button>
          </>
        )}
      </PageHeader>
      {isImporting && <FolderImport />}
      {(!isEmpty || wanted !== '') && (
        <AriaSearchField className="field search" value={search} onChange={setSearch}>
          <Label>{own.search}</Label>
          <Input />
        </AriaSearchField>
      )}
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      {isEmpty &&
        (wanted === '' ? (
          <EmptyState title={own.none}>{may('enroll') ? own.noneHint : own.noneNoRight}</EmptyState>
        ) : (
          <EmptyState title={own.notFound(wanted)} />
        ))}
      <WithPictures
        kind="subject"
        pages={pages.map((page) =>
          page.items.filter(({ templates }) => templates > 0).map(({ id }) => id),
        )}
      >
        <ul className="cards people" aria-busy={query.isFetching}>
          {items.map(({ id, name, templates, tags }) => (
            <li key={id} className="card">
              <Link href={`/${id}`}>
                <Portrait id={id} />
                <span className="card-name">{name}</span>
              </Link>
              <span className="hint">{own.photos(templates)}</span>
              {tags.length > 0 && <span className="hint">{tags.join(', ')}</span>}
            </li>
          ))}
        </ul>
      </WithPictures>
      {query.hasNextPage && (
        <Button onPress={() => void query.fetchNextPage()}>{texts.app.more}</Button>
      )}
      {isAdding && <AddPersonDialog onClose={() => setAdding(false)} />}
    </>
  )
}
