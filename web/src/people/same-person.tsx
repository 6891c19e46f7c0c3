import { useInfiniteQuery, useQueries, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import {
  api,
  ifUnchanged,
  Problem,
  type Schemas,
  type Tagged,
  unwrap,
  unwrapTagged,
} from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { ConfirmButton } from '../parts/confirm.js'
import { Select } from '../parts/fields.js'
import { Portrait, WithPictures } from '../parts/portrait.js'
import { explain } from '../parts/states.js'
import { showError, showNotice } from '../parts/toasts.js'
import { refreshAll } from '../refresh.js'
import { useTexts } from '../texts/index.js'
import { forgetPerson } from './forget-person.js'
import { forgetPairs, keyOf, type Pair } from './pairs.js'

type Person = Schemas['Subject']

/** Asks of pairs of people who are probably enrolled twice, one at a time; shows nothing where there is none. */
export function SamePerson() {
  const { same: own } = useTexts()
  const [gallery] = useGallery()
  const [skipped, setSkipped] = useState<ReadonlySet<string>>(new Set())
  const [hasAnswered, setAnswered] = useState(false)
  const query = useInfiniteQuery({
    queryKey: ['duplicates', gallery],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/v1/galleries/{gallery}/duplicates', {
          params: { path: { gallery }, query: { ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    // A very large gallery takes minutes to compare, and the rest of the page does not depend on it.
    retry: (_, error) => error instanceof Problem && error.code === 'overloaded',
    retryDelay: 10_000,
  })
  const pairs = query.data?.pages.flatMap(({ items }) => items) ?? []
  const open = pairs.filter((pair) => !skipped.has(keyOf(pair)))
  const [pair] = open
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query
  // While the last pair is shown, so that another follows it without a pause.
  const isNextDue = hasNextPage && open.length < 2 && !isFetching && !isFetchNextPageError
  useEffect(() => {
    if (isNextDue) void fetchNextPage()
  }, [isNextDue, fetchNextPage])
  if (!pair) return hasAnswered && query.data && !hasNextPage ? <Done /> : null
  const { total, likeness } = query.data!.pages.at(-1)!
  // Of those that were skipped, some may be gone.
  const left = total - (pairs.length - open.length) - 1
  return (
    <section className="panel same-person" aria-labelledby="same-person">
      <h2 id="same-person">{own.question}</h2>
      <Question
        pair={pair}
        isVeryAlike={pair.similarity >= (1 + likeness) / 2}
        left={Math.max(0, left)}
        onAnswered={() => setAnswered(true)}
        onSkip={() => {
          setAnswered(true)
          setSkipped(new Set([...skipped, keyOf(pair)]))
        }}
      />
    </section>
  )
}

/** Takes the focus of the button that went with the last pair. */
function Done() {
  const { same: own } = useTexts()
  const place = useRef<HTMLParagraphElement>(null)
  useEffect(() => place.current?.focus(), [])
  return (
    <p ref={place} className="hint" role="status" tabIndex={-1}>
      {own.done}
    </p>
  )
}

function Question({
  pair,
  isVeryAlike,
  left,
  onAnswered,
  onSkip,
}: {
  readonly pair: Pair
  readonly isVeryAlike: boolean
  readonly left: number
  readonly onAnswered: () => void
  readonly onSkip: () => void
}) {
  const texts = useTexts()
  const { same: own, people } = texts
  const [gallery] = useGallery()
  const queries = useQueryClient()
  const [kept, setKept] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const ids = pair.subjects.map(({ id }) => id)
  const read = (id: string) =>
    unwrapTagged(
      api.GET('/v1/galleries/{gallery}/subjects/{subject}', {
        params: { path: { gallery, subject: id } },
      }),
    )
  const shown = useQueries({
    queries: ids.map((id) => ({
      queryKey: ['person', gallery, id],
      queryFn: () => read(id),
    })),
  }).map(({ data }) => data as Tagged<Person> | undefined)
  const [one, other] = pair.subjects as [Schemas['NamedSubject'], Schemas['NamedSubject']]
  const into = kept === other.id ? other : one
  const from = into === one ? other : one

  async function merge(): Promise<void> {
    const tagged = (id: string) => shown.find((each) => each?.value.id === id)
    const source = tagged(from.id)
    // Whoever remains has to be as shown, too.
    if (!source || (await read(into.id)).etag !== tagged(into.id)?.etag) {
      await queries.invalidateQueries({ queryKey: ['person', gallery] })
      throw new Problem('changed-meanwhile', texts.errors['changed-meanwhile']!)
    }
    await unwrap(
      api.POST('/v1/galleries/{gallery}/subjects/{subject}/merge', {
        params: { path: { gallery, subject: from.id } },
        headers: ifUnchanged(source),
        body: { into: into.id },
      }),
    )
    onAnswered()
    forgetPerson(queries, gallery, from.id)
    showNotice(people.merged(from.name, into.name))
    await refreshAll(queries)
  }

  async function differ(): Promise<void> {
    const params = { path: { gallery, subject: one.id, other: other.id } }
    const path = '/v1/galleries/{gallery}/subjects/{subject}/different-from/{other}'
    const refresh = () => void queries.invalidateQueries({ queryKey: ['duplicates', gallery] })
    setBusy(true)
    try {
      await unwrap(api.PUT(path, { params }))
      onAnswered()
      forgetPairs(queries, gallery, (each) => keyOf(each) === keyOf(pair))
      showNotice(own.noted(one.name, other.name), async () => {
        await unwrap(api.DELETE(path, { params }))
        refresh()
      })
      refresh()
    } catch (error) {
      showError(explain(error, texts))
      await refreshAll(queries)
    } finally {
      setBusy(false)
    }
  }

  return (
    <>
      <p role="status">
        {own.alike(one.name, other.name, isVeryAlike)} {own.left(left)}
      </p>
      <WithPictures kind="subject" pages={[ids]}>
        <ul className="cards people">
          {pair.subjects.map(({ id, name }, i) => (
            <li key={id} className="card">
              <Link href={`/${id}`}>
                <Portrait id={id} />
                <span className="card-name">{name}</span>
              </Link>
              {shown[i] && <span className="hint">{people.photos(shown[i].value.templates)}</span>}
            </li>
          ))}
        </ul>
      </WithPictures>
      <div className="buttons">
        <ConfirmButton
          label={own.same}
          title={people.mergeMany(2)}
          confirm={people.merge}
          // The merge says which versions of the two it is about.
          isDisabled={shown.some((each) => each === undefined)}
          onConfirm={merge}
        >
          <Select
            label={people.mergeKeeps}
            value={into.id}
            onChange={setKept}
            options={pair.subjects.map(({ id, name }) => [id, name])}
          />
          <p>{people.mergeManyMeans(into.name)}</p>
        </ConfirmButton>
        <Button onPress={() => void differ()} isPending={isBusy}>
          {own.different}
        </Button>
        <Button kind="quiet" onPress={onSkip}>
          {own.skip}
        </Button>
      </div>
    </>
  )
}
