import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { SearchField as AriaSearchField, Input, Label, ToggleButton } from 'react-aria-components'
import { Route, Switch } from 'wouter'
import { api, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { Plus, Upload } from '../parts/icons.js'
import { PageHeader } from '../parts/page-header.js'
import { EmptyState, Failure } from '../parts/states.js'
import { useAddressList, useAddressText, useShownPages } from '../parts/use-address.js'
import { AddPersonDialog } from '../people/add-person-dialog.js'
import { FolderImport } from '../people/folder-import.js'
import { PeopleCards } from '../people/people-cards.js'
import { PersonPage } from '../people/person-page.js'
import { SamePerson } from '../people/same-person.js'
import { SelectionBar } from '../people/selection-bar.js'
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
  const [search, setSearch] = useAddressText('search')
  const [tags, setTags] = useAddressList('tag')
  const [isAdding, setAdding] = useState(false)
  const [add, setAdd] = useAddressText('add')
  const isImporting = add === 'folder'
  const [selected, setSelected] = useState<ReadonlySet<string> | null>(null)
  const wanted = useDeferredValue(search.trim())
  const path = { gallery }
  const count = useQuery({
    queryKey: ['people', gallery, 'count'],
    queryFn: async () => {
      const { subjects } = await unwrap(api.GET('/v1/galleries/{gallery}', { params: { path } }))
      return { items: [], subjects }
    },
  })
  const query = useInfiniteQuery({
    queryKey: ['people', gallery, wanted, ...tags],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/v1/galleries/{gallery}/subjects', {
          params: {
            path,
            query: {
              limit: 60,
              ...(wanted && { search: wanted }),
              ...(tags.length > 0 && { tag: tags }),
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
  const more = useShownPages(query)
  const pages = query.data?.pages ?? []
  const items = pages.flatMap((page) => page.items)
  const isEmpty = query.data !== undefined && items.length === 0
  const isFiltered = wanted !== '' || tags.length > 0
  return (
    <>
      <PageHeader title={texts.pages.people}>
        {may('enroll') && (
          <>
            <Button kind="primary" onPress={() => setAdding(true)}>
              <Plus aria-hidden="true" /> {own.add}
            </Button>
            <Button onPress={() => setAdd(isImporting ? '' : 'folder')} aria-expanded={isImporting}>
              <Upload aria-hidden="true" /> {own.addFolder}
            </Button>
            {(!isEmpty || selected) && (
              <Button onPress={() => setSelected(selected ? null : new Set())}>
                {selected ? own.selectEnd : own.select}
              </Button>
            )}
          </>
        )}
      </PageHeader>
      {isImporting && <FolderImport />}
      {may('enroll') && may('read') && !isFiltered && !selected && !isImporting && (
        <SamePerson key={gallery} />
      )}
      {(!isEmpty || isFiltered) && (
        <div className="filters">
          <AriaSearchField className="field search" value={search} onChange={setSearch}>
            <Label>{own.search}</Label>
            <Input />
          </AriaSearchField>
          <TagFilter chosen={tags} onChange={setTags} />
          {count.data && (
            <p className="hint count" role="status">
              {own.count(count.data.subjects)}
            </p>
          )}
        </div>
      )}
      {selected && (
        <SelectionBar
          people={items.filter(({ id }) => selected.has(id))}
          onDone={() => setSelected(null)}
        />
      )}
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      {isEmpty &&
        (!isFiltered ? (
          <EmptyState title={own.none}>{may('enroll') ? own.noneHint : own.noneNoRight}</EmptyState>
        ) : (
          <EmptyState
            title={wanted === '' ? own.noneTagged : own.notFound(wanted)}
            action={
              <Button
                onPress={() => {
                  setSearch('')
                  setTags([])
                }}
              >
                {own.showAll}
              </Button>
            }
          />
        ))}
      <PeopleCards
        pages={pages.map((page) => page.items)}
        isBusy={query.isFetching}
        selected={selected}
        onSelect={(id, isSelected) => {
          const next = new Set(selected)
          if (isSelected) next.add(id)
          else next.delete(id)
          setSelected(next)
        }}
      />
      {query.hasNextPage && <Button onPress={more}>{texts.app.more}</Button>}
      {isAdding && <AddPersonDialog onClose={() => setAdding(false)} />}
    </>
  )
}

/** The tags in use, of which a person has to have all that are chosen. */
function TagFilter({
  chosen,
  onChange,
}: {
  readonly chosen: readonly string[]
  readonly onChange: (tags: readonly string[]) => void
}) {
  const { people: own } = useTexts()
  const [gallery] = useGallery()
  const { data } = useQuery({
    queryKey: ['tags', gallery],
    queryFn: () =>
      unwrap(api.GET('/v1/galleries/{gallery}/tags', { params: { path: { gallery } } })),
  })
  const known = data?.items ?? []
  // A tag of a link that nobody has any more can still be taken away.
  const gone = chosen.filter((tag) => data && !known.some((each) => each.tag === tag))
  const all = [...known, ...gone.map((tag) => ({ tag, subjects: 0 }))]
  if (all.length === 0) return null
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is not needed for a row of toggle buttons.
    <div className="tag-filter" role="group" aria-label={own.tags}>
      {all.map(({ tag, subjects }) => (
        <ToggleButton
          key={tag}
          className="chip"
          isSelected={chosen.includes(tag)}
          onChange={(isChosen) =>
            onChange(isChosen ? [...chosen, tag] : chosen.filter((each) => each !== tag))
          }
        >
          {tag} <span className="number">{subjects}</span>
        </ToggleButton>
      ))}
    </div>
  )
}
