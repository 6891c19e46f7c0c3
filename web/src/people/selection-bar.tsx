import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Form } from 'react-aria-components'
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
import { Select, TextField } from '../parts/fields.js'
import { explain } from '../parts/states.js'
import { showError, showNotice } from '../parts/toasts.js'
import { refreshAll } from '../refresh.js'
import { useTexts } from '../texts/index.js'
import { forgetPerson } from './forget-person.js'

type Person = Schemas['Subject']

/** What can be done with several people at once: a tag, a merge, a deletion. */
export function SelectionBar({
  people,
  onDone,
}: {
  readonly people: readonly Person[]
  readonly onDone: () => void
}) {
  const texts = useTexts()
  const { people: own } = texts
  const [gallery] = useGallery()
  const queries = useQueryClient()
  const [tag, setTag] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [kept, setKept] = useState<string>()
  const into = people.find(({ id }) => id === kept) ?? people[0]
  const pathOf = ({ id }: Person) => ({ gallery, subject: id })

  async function addTag(): Promise<void> {
    setBusy(true)
    try {
      for (const person of people) {
        const path = pathOf(person)
        // The tags of the list may be old.
        const now = await unwrapTagged(
          api.GET('/v1/galleries/{gallery}/subjects/{subject}', { params: { path } }),
        )
        await unwrap(
          api.PATCH('/v1/galleries/{gallery}/subjects/{subject}', {
            params: { path },
            headers: ifUnchanged(now),
            body: { tags: [...new Set([...now.value.tags, tag.trim()])] },
          }),
        )
      }
      showNotice(own.tagged(people.length, tag.trim()))
      setTag('')
    } catch (error) {
      showError(explain(error, texts))
    } finally {
      setBusy(false)
      await refreshAll(queries)
    }
  }

  /** A person with their version, if they still are what the list shows. @throws Problem `changed-meanwhile`. */
  async function asShown(person: Person): Promise<Tagged<Person>> {
    const now = await unwrapTagged(
      api.GET('/v1/galleries/{gallery}/subjects/{subject}', { params: { path: pathOf(person) } }),
    )
    if (JSON.stringify(now.value) !== JSON.stringify(person)) {
      throw new Problem('changed-meanwhile', texts.errors['changed-meanwhile']!)
    }
    return now
  }

  /** Does something to one person after the other; what was done before a failure stays done, and is shown. */
  async function each(
    some: readonly Person[],
    act: (person: Person) => Promise<unknown>,
    before?: () => Promise<unknown>,
  ) {
    try {
      await before?.()
      for (const person of some) {
        await act(person)
        forgetPerson(queries, gallery, person.id)
      }
      onDone()
    } finally {
      await refreshAll(queries)
    }
  }

  return (
    <section className="panel selection" aria-label={own.select}>
      <p role="status">{own.selected(people.length)}</p>
      <Form
        className="inline-form"
        onSubmit={(event) => {
          event.preventDefault()
          if (people.length > 0 && tag.trim() !== '') void addTag()
        }}
      >
        <TextField label={own.newTag} value={tag} onChange={setTag} autoComplete="off" />
        <Button
          type="submit"
          isPending={isBusy}
          isDisabled={people.length === 0 || tag.trim() === ''}
        >
          {own.addTag}
        </Button>
      </Form>
      <div className="buttons">
        {into && people.length > 1 && (
          <ConfirmButton
            label={own.merge}
            title={own.mergeMany(people.length)}
            confirm={own.merge}
            onConfirm={() =>
              each(
                people.filter((person) => person !== into),
                async (person) => {
                  await asShown(person)
                  await unwrap(
                    api.POST('/v1/galleries/{gallery}/subjects/{subject}/merge', {
                      params: { path: pathOf(person) },
                      body: { into: into.id },
                    }),
                  )
                },
                // Only before the first: each merge changes the person who stays.
                () => asShown(into),
              )
            }
          >
            <Select
              label={own.mergeKeeps}
              value={into.id}
              onChange={setKept}
              options={people.map(({ id, name }) => [id, name])}
            />
            <p>{own.mergeManyMeans(into.name)}</p>
          </ConfirmButton>
        )}
        {people.length > 0 && (
          <ConfirmButton
            label={own.remove}
            title={own.removeMany(people.length)}
            confirm={own.remove}
            onConfirm={() =>
              each(people, async (person) => {
                const headers = ifUnchanged(await asShown(person))
                await unwrap(
                  api.DELETE('/v1/galleries/{gallery}/subjects/{subject}', {
                    params: { path: pathOf(person) },
                    headers,
                  }),
                )
              })
            }
          >
            <p>{people.map(({ name }) => name).join(', ')}</p>
            <p>{own.removeMeans(people.reduce((sum, { templates }) => sum + templates, 0))}</p>
          </ConfirmButton>
        )}
      </div>
    </section>
  )
}
