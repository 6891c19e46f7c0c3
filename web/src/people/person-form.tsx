import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { api, ifUnchanged, isChangedMeanwhile, type Schemas, type Tagged, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { Conflict } from '../parts/conflict.js'
import { TextField } from '../parts/fields.js'
import { explain, FormError } from '../parts/states.js'
import { showNotice } from '../parts/toasts.js'
import { useDraft } from '../parts/use-draft.js'
import { refreshAll } from '../refresh.js'
import { useTexts } from '../texts/index.js'

type Person = Schemas['Subject']

/** The editable fields of a person. */
type Fields = {
  readonly name: string
  readonly tags: string
  readonly greeting: string
  readonly external_id: string
  readonly keep_until: string
}

const fieldsOf = ({ name, tags, metadata, external_id, keep_until }: Person): Fields => ({
  name,
  tags: tags.join(', '),
  greeting: typeof metadata.greeting === 'string' ? metadata.greeting : '',
  external_id: external_id ?? '',
  keep_until: keep_until?.slice(0, 10) ?? '',
})

/** A form for a person's name, tags, greeting, external id and retention date. */
export function PersonForm({
  tagged,
  isReadOnly,
}: {
  readonly tagged: Tagged<Person>
  readonly isReadOnly: boolean
}) {
  const person = tagged.value
  const texts = useTexts()
  const { people: own } = texts
  const [gallery] = useGallery()
  const queries = useQueryClient()
  const draft = useDraft(fieldsOf(person))
  const { fields, isChanged, conflict } = draft
  const [error, setError] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const labels: Record<keyof Fields, string> = {
    name: texts.enroll.name,
    tags: own.tags,
    greeting: own.greeting,
    external_id: own.externalId,
    keep_until: own.keepUntil,
  }
  const field = (name: keyof Fields) => ({
    label: labels[name],
    value: fields[name],
    onChange: (value: string) => draft.set(name, value),
  })
  const key = ['person', gallery, person.id]
  /** The person as the server has them now. */
  const current = () => queries.getQueryData<Tagged<Person>>(key) ?? tagged

  /** Changes the version of the person that this page knows. */
  async function write(to: Fields): Promise<void> {
    const before = current()
    const { greeting: _, ...metadata } = before.value.metadata
    const phrase = to.greeting.trim()
    await unwrap(
      api.PATCH('/v1/galleries/{gallery}/subjects/{subject}', {
        params: { path: { gallery, subject: person.id } },
        headers: ifUnchanged(before),
        body: {
          name: to.name.trim(),
          tags: to.tags
            .split(',')
            .map((tag) => tag.trim())
            .filter((tag) => tag !== ''),
          metadata: { ...metadata, ...(phrase && { greeting: phrase }) },
          external_id: to.external_id.trim() || null,
          keep_until: to.keep_until === '' ? null : `${to.keep_until}T00:00:00.000Z`,
        },
      }),
    )
    await refreshAll(queries)
    draft.adopt(fieldsOf(current().value))
  }

  async function save(): Promise<void> {
    setBusy(true)
    setError(undefined)
    const before = fieldsOf(current().value)
    try {
      await write(draft.merged)
      showNotice(texts.app.saved, () => write(before))
    } catch (failure) {
      // Both versions are shown once this page knows the other one.
      if (isChangedMeanwhile(failure)) await queries.invalidateQueries({ queryKey: key })
      else setError(explain(failure, texts))
    } finally {
      setBusy(false)
    }
  }

  if (isReadOnly) {
    return person.tags.length > 0 ? <p className="hint">{person.tags.join(', ')}</p> : null
  }
  return (
    <Form
      className="panel grid-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (isChanged && !conflict && fields.name.trim() !== '') void save()
      }}
    >
      <TextField isRequired autoComplete="off" {...field('name')} />
      <TextField hint={own.tagsHint} autoComplete="off" {...field('tags')} />
      <TextField hint={own.greetingHint} autoComplete="off" {...field('greeting')} />
      <TextField autoComplete="off" {...field('external_id')} />
      <TextField hint={own.keepUntilHint} type="date" {...field('keep_until')} />
      <Conflict draft={draft} labels={labels} isBusy={isBusy} onMine={() => void save()}>
        <Button
          kind="primary"
          type="submit"
          isPending={isBusy}
          isDisabled={!isChanged || fields.name.trim() === ''}
        >
          {texts.app.save}
        </Button>
      </Conflict>
      <FormError text={error} />
    </Form>
  )
}
