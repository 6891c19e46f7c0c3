import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import {
  api,
  ifUnchanged,
  isChangedMeanwhile,
  isGone,
  type Schemas,
  type Tagged,
  unwrap,
  unwrapTagged,
} from '../api.js'
import { useGallery } from '../gallery.js'
import { VisitList } from '../pages/visit-list.js'
import { Button } from '../parts/button.js'
import { ConfirmButton } from '../parts/confirm.js'
import { Plus, Trash2 } from '../parts/icons.js'
import { Loaded } from '../parts/loaded.js'
import { PageHeader } from '../parts/page-header.js'
import { Portrait, WithPictures } from '../parts/portrait.js'
import { EmptyState, explain } from '../parts/states.js'
import { useTimes } from '../parts/times.js'
import { showError, showNotice } from '../parts/toasts.js'
import { refreshAll } from '../refresh.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'
import { AddPersonDialog } from './add-person-dialog.js'
import { ChoosePersonButton } from './choose-person.js'
import { forgetPerson } from './forget-person.js'
import { PersonForm } from './person-form.js'

/** One person: their fields, photos and visits. */
export function PersonPage({ id }: { readonly id: string }) {
  const [gallery] = useGallery()
  const query = useQuery({
    queryKey: ['person', gallery, id],
    queryFn: () =>
      unwrapTagged(
        api.GET('/v1/galleries/{gallery}/subjects/{subject}', {
          params: { path: { gallery, subject: id } },
        }),
      ),
  })
  if (isGone(query.error)) return <GonePerson />
  return <Loaded query={query}>{(tagged) => <Person tagged={tagged} />}</Loaded>
}

function GonePerson() {
  const texts = useTexts()
  return (
    <EmptyState
      title={texts.people.gone}
      action={
        <Link href="/" className="button plain">
          {texts.pages.people}
        </Link>
      }
    >
      {texts.people.goneHint}
    </EmptyState>
  )
}

function Person({ tagged }: { readonly tagged: Tagged<Schemas['Subject']> }) {
  const person = tagged.value
  const texts = useTexts()
  const { people: own } = texts
  const { may } = useSession()
  const [gallery] = useGallery()
  const queries = useQueryClient()
  const [, go] = useLocation()
  const [isAdding, setAdding] = useState(false)
  const path = { gallery, subject: person.id }

  return (
    <>
      <p>
        <Link href="/">← {texts.pages.people}</Link>
      </p>
      <PageHeader title={person.name}>
        {may('enroll') && (
          <>
            <Button kind="primary" onPress={() => setAdding(true)}>
              <Plus aria-hidden="true" /> {own.addPhotos}
            </Button>
            <ChoosePersonButton
              label={own.merge}
              title={own.mergeTitle(person.name)}
              explain={own.mergeMeans(person.name)}
              except={person.id}
              isDangerous
              onChoose={async ({ id }) => {
                const merged = await unwrap(
                  api.POST('/v1/galleries/{gallery}/subjects/{subject}/merge', {
                    params: { path },
                    body: { into: id },
                  }),
                )
                showNotice(own.merged(person.name, merged.name))
                forgetPerson(queries, gallery, person.id)
                await refreshAll(queries)
                go(`/${merged.id}`)
              }}
            />
            <ConfirmButton
              label={own.remove}
              title={own.removeTitle(person.name)}
              confirm={own.remove}
              onConfirm={async () => {
                await unwrap(
                  api.DELETE('/v1/galleries/{gallery}/subjects/{subject}', {
                    params: { path },
                    headers: ifUnchanged(tagged),
                  }),
                ).catch(async (error: unknown) => {
                  // The dialog then tells what would be deleted now.
                  if (isChangedMeanwhile(error)) await refreshAll(queries)
                  throw error
                })
                showNotice(own.removed(person.name))
                forgetPerson(queries, gallery, person.id)
                go('/')
                await refreshAll(queries)
              }}
            >
              <p>{own.removeMeans(person.templates)}</p>
              {may('admin') && <p className="hint">{own.removeReceipt}</p>}
            </ConfirmButton>
          </>
        )}
      </PageHeader>
      <PersonForm tagged={tagged} isReadOnly={!may('enroll')} />
      <section aria-labelledby="photos">
        <h2 id="photos">{own.photosTitle}</h2>
        <Photos tagged={tagged} />
      </section>
      <section aria-labelledby="visits">
        <h2 id="visits">{own.visitsTitle}</h2>
        <VisitList subjectId={person.id} />
      </section>
      {isAdding && <AddPersonDialog name={person.name} onClose={() => setAdding(false)} />}
    </>
  )
}

function Photos({ tagged }: { readonly tagged: Tagged<Schemas['Subject']> }) {
  const person = tagged.value
  const texts = useTexts()
  const { people: own } = texts
  const [gallery] = useGallery()
  const query = useInfiniteQuery({
    queryKey: ['faces', gallery, person.id],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/v1/galleries/{gallery}/subjects/{subject}/faces', {
          params: {
            path: { gallery, subject: person.id },
            query: { limit: 50, ...(pageParam && { cursor: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  })
  const pages = query.data?.pages ?? []
  const faces = pages.flatMap((page) => page.items)
  if (query.data && faces.length === 0) {
    return <EmptyState title={own.noPhotos}>{own.noPhotosHint}</EmptyState>
  }
  return (
    <>
      <WithPictures kind="face" pages={pages.map(({ items }) => items.map(({ id }) => id))}>
        <ul className="cards">
          {faces.map((face) => (
            <PhotoCard key={face.id} face={face} tagged={tagged} />
          ))}
        </ul>
      </WithPictures>
      {query.hasNextPage && (
        <Button onPress={() => void query.fetchNextPage()}>{texts.app.more}</Button>
      )}
    </>
  )
}

function PhotoCard({
  face,
  tagged,
}: {
  readonly face: Schemas['EnrolledFace']
  readonly tagged: Tagged<Schemas['Subject']>
}) {
  const texts = useTexts()
  const { people: own } = texts
  const times = useTimes()
  const { may } = useSession()
  const [gallery] = useGallery()
  const queries = useQueryClient()
  const { subject } = face
  const path = { gallery, subject: subject.id, face: face.id }
  const refresh = () => refreshAll(queries)
  /** Changes the photo, and shows the page as it is then, also where somebody else was faster. */
  const change = <Result,>(work: () => Promise<Result>) => work().finally(refresh)

  /** Moves the photo to another person. */
  const move = (from: string, to: string) =>
    unwrap(
      api.POST('/v1/galleries/{gallery}/subjects/{subject}/faces/{face}/move', {
        params: { path: { ...path, subject: from } },
        body: { to },
      }),
    )

  const isPortrait = tagged.value.metadata.portrait === face.id

  async function makePortrait(): Promise<void> {
    try {
      await unwrap(
        api.PATCH('/v1/galleries/{gallery}/subjects/{subject}', {
          params: { path: { gallery, subject: subject.id } },
          headers: ifUnchanged(tagged),
          body: { metadata: { ...tagged.value.metadata, portrait: face.id } },
        }),
      )
      showNotice(own.portraitSet)
    } catch (error) {
      showError(explain(error, texts))
    }
    await refresh()
  }

  async function disown(): Promise<void> {
    try {
      await unwrap(
        api.POST('/v1/galleries/{gallery}/subjects/{subject}/faces/{face}/disown', {
          params: { path },
        }),
      )
      showNotice(texts.identify.denied(subject.name))
    } catch (error) {
      showError(explain(error, texts))
    }
    await refresh()
  }

  return (
    <li className="card">
      <Portrait id={face.id} alt={own.photoOf(subject.name)} />
      <span className="hint">
        {[face.photo, times.day(face.created_at)].filter(Boolean).join(' · ')}
        <br />
        {own.quality(Math.round(100 * face.quality))}
      </span>
      {isPortrait && <span className="tag">{own.isPortrait}</span>}
      {may('enroll') && (
        <div className="buttons">
          {!isPortrait && <Button onPress={() => void makePortrait()}>{own.portrait}</Button>}
          <ChoosePersonButton
            label={own.move}
            title={own.moveTitle}
            explain={own.moveMeans(subject.name)}
            except={subject.id}
            mayBeNew
            onChoose={async ({ id, name }) => {
              const moved = await change(() => move(subject.id, id ?? name))
              showNotice(own.moved(name), async () => {
                await change(() => move(moved.subject.id, subject.id))
              })
            }}
          />
          <ConfirmButton
            label={own.notThem(subject.name)}
            title={own.notThem(subject.name)}
            confirm={own.notThem(subject.name)}
            onConfirm={disown}
          >
            <p>{own.notThemMeans(subject.name)}</p>
          </ConfirmButton>
          <ConfirmButton
            label={own.removePhoto}
            icon={<Trash2 aria-hidden="true" />}
            kind="quiet"
            title={own.removePhoto}
            confirm={own.removePhoto}
            onConfirm={() =>
              change(() =>
                unwrap(
                  api.DELETE('/v1/galleries/{gallery}/subjects/{subject}/faces/{face}', {
                    params: { path },
                  }),
                ),
              )
            }
          >
            <p>{own.removePhotoMeans}</p>
          </ConfirmButton>
        </div>
      )}
    </li>
  )
}
