import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { api, type Schemas, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { TextField } from '../parts/fields.js'
import { explain } from '../parts/states.js'
import { showNotice } from '../parts/toasts.js'
import { useTexts } from '../texts/index.js'

type Person = Schemas['Subject']

/** The editable fields of a person. */
interface Fields {
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
  person,
  isReadOnly,
}: {
  readonly person: Person
  readonly isReadOnly: boolean
}) {
  const texts = useTexts()
  const { people: own } = texts
  const [gallery] = useGallery()
  const queries = useQueryClient()
  const before = fieldsOf(person)
  const [fields, setFields] = useState(before)
  const [error, setError] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const isChanged = JSON.stringify(fields) !== JSON.stringify(before)
  const field = (name: keyof Fields) => ({
    value: fields[name],
    onChange: (value: string) => setFields((all) => ({ ...all, [name]: value })),
  })

  async function write(to: Fields): Promise<void> {
    const { greeting: _, ...metadata } = person.metadata
    const phrase = to.greeting.trim()
    await unwrap(
      api.PATCH('/v1/galleries/{gallery}/subjects/{subject}', {
        params: { path: { gallery, subject: person.id } },
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
    await queries.invalidateQueries()
  }

  async function save(): Promise<void> {
    setBusy(true)
    setError(undefined)
    try {
      await write(fields)
      showNotice(texts.app.saved, async () => {
        await write(before)
        setFields(before)
      })
    } catch (failure) {
      setError(explain(failure, texts.app))
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
        if (isChanged && fields.name.trim() !== '') void save()
      }}
    >
      <TextField label={texts.enroll.name} isRequired autoComplete="off" {...field('name')} />
      <TextField label={own.tags} hint={own.tagsHint} autoComplete="off" {...field('tags')} />
      <TextField
        label={own.greeting}
        hint={own.greetingHint}
        autoComplete="off"
        {...field('greeting')}
      />
      <TextField label={own.externalId} autoComplete="off" {...field('external_id')} />
      <TextField
        label={own.keepUntil}
        hint={own.keepUntilHint}
        type="date"
        {...field('keep_until')}
      />
      <div className="buttons">
        <Button
          kind="primary"
          type="submit"
          isPending={isBusy}
          isDisabled={!isChanged || fields.name.trim() === ''}
        >
          {texts.app.save}
        </Button>
      </div>
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
    </Form>
  )
}
