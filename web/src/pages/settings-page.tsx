import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { greetingFor } from '../../../src/greeting/phrase.js'
import {
  api,
  ifUnchanged,
  isChangedMeanwhile,
  type Schemas,
  type Tagged,
  unwrap,
  unwrapTagged,
} from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { ConfirmButton } from '../parts/confirm.js'
import { Conflict } from '../parts/conflict.js'
import { Select, Switch, TextField } from '../parts/fields.js'
import { Loaded } from '../parts/loaded.js'
import { PageHeader } from '../parts/page-header.js'
import { explain } from '../parts/states.js'
import { showError, showNotice } from '../parts/toasts.js'
import { useDraft } from '../parts/use-draft.js'
import { useWork } from '../parts/use-work.js'
import { usePreference } from '../preferences.js'
import { refreshAll } from '../refresh.js'
import { addressOf } from '../root.js'
import { useSession } from '../session.js'
import { useFailedLanguage, useTexts } from '../texts/index.js'
import { languages } from '../texts/load.js'

/** Language, appearance, greeting and galleries. */
export default function SettingsPage() {
  const texts = useTexts()
  const { may } = useSession()
  return (
    <>
      <PageHeader title={texts.pages.settings} />
      <Console />
      {may('identify') && <Greeting />}
      {may('admin') && <Galleries />}
      <About />
    </>
  )
}

function Console() {
  const { settings: own, live } = useTexts()
  const [language, setLanguage] = usePreference('language')
  const [theme, setTheme] = usePreference('theme')
  const [sound, setSound] = usePreference('sound')
  const failed = useFailedLanguage()
  return (
    <section className="panel" aria-labelledby="console">
      <h2 id="console">{own.console}</h2>
      <p className="hint">{own.consoleHint}</p>
      <div className="grid-form">
        <Select
          label={own.language}
          value={language}
          onChange={setLanguage}
          options={[['auto', own.auto], ...Object.entries(languages)]}
        />
        <Select
          label={own.theme}
          value={theme}
          onChange={setTheme}
          options={[
            ['auto', own.auto],
            ['light', own.light],
            ['dark', own.dark],
          ]}
        />
        <Switch isSelected={sound} onChange={setSound}>
          {live.sound}
        </Switch>
      </div>
      {failed && (
        <p className="field-error" role="alert">
          {own.languageFailed(failed)}
        </p>
      )}
    </section>
  )
}

function Greeting() {
  const [gallery] = useGallery()
  const query = useQuery({
    queryKey: ['greeting', gallery, 'form'],
    queryFn: () =>
      unwrapTagged(api.GET('/v1/galleries/{gallery}/greeting', { params: { path: { gallery } } })),
  })
  return <Loaded query={query}>{(greeting) => <GreetingForm tagged={greeting} />}</Loaded>
}

const greetingFields = ({ phrase, again_after_seconds }: Schemas['Greeting']) => ({
  phrase,
  seconds: String(again_after_seconds),
})

function GreetingForm({ tagged }: { readonly tagged: Tagged<Schemas['Greeting']> }) {
  const greeting = tagged.value
  const texts = useTexts()
  const { settings: own, app, tag } = texts
  const { may } = useSession()
  const [gallery] = useGallery()
  const queries = useQueryClient()
  const draft = useDraft(greetingFields(greeting))
  const [isBusy, setBusy] = useState(false)
  const { phrase, seconds } = draft.fields
  const labels = { phrase: own.phrase, seconds: own.again }
  const areSeconds = /^[1-9]\d{0,4}$/.test(seconds.trim())
  const isRight = areSeconds && phrase.trim() !== ''

  const key = ['greeting', gallery, 'form']
  const current = () => queries.getQueryData<Tagged<Schemas['Greeting']>>(key) ?? tagged

  async function write(body: { phrase: string | null; again_after_seconds: number | null }) {
    await unwrap(
      api.PATCH('/v1/galleries/{gallery}/greeting', {
        params: { path: { gallery } },
        headers: ifUnchanged(current()),
        body,
      }),
    )
    await queries.invalidateQueries({ queryKey: ['greeting', gallery] })
    draft.adopt(greetingFields(current().value))
  }

  async function change(body: Parameters<typeof write>[0]): Promise<void> {
    setBusy(true)
    const before = current().value
    try {
      await write(body)
      showNotice(app.saved, () => write(before))
    } catch (error) {
      if (isChangedMeanwhile(error)) await queries.invalidateQueries({ queryKey: key })
      else showError(explain(error, texts))
    } finally {
      setBusy(false)
    }
  }

  const save = () =>
    change({
      phrase: draft.merged.phrase.trim(),
      again_after_seconds: Number(draft.merged.seconds),
    })

  return (
    <section className="panel" aria-labelledby="greeting">
      <h2 id="greeting">{own.greeting}</h2>
      {may('admin') ? (
        <Form
          onSubmit={(event) => {
            event.preventDefault()
            if (isRight && !draft.conflict) void save()
          }}
        >
          <TextField
            label={labels.phrase}
            hint={own.phraseHint}
            value={phrase}
            onChange={(value) => draft.set('phrase', value)}
            isRequired
            autoComplete="off"
          />
          <p className="hint">
            {own.example(greetingFor([{ name: 'Skuli' }, { name: 'Anna' }], phrase, tag))}
          </p>
          <TextField
            label={labels.seconds}
            value={seconds}
            onChange={(value) => draft.set('seconds', value)}
            error={areSeconds ? undefined : own.noSeconds}
          />
          <Conflict draft={draft} labels={labels} isBusy={isBusy} onMine={() => void save()}>
            <Button kind="primary" type="submit" isDisabled={!isRight} isPending={isBusy}>
              {app.save}
            </Button>
            <Button onPress={() => void change({ phrase: null, again_after_seconds: null })}>
              {own.asBefore}
            </Button>
          </Conflict>
        </Form>
      ) : (
        <p>“{greeting.phrase}”</p>
      )}
    </section>
  )
}

function Galleries() {
  const { settings: own } = useTexts()
  const { caller } = useSession()
  const [shown, choose] = useGallery()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const mayAll = caller!.galleries.includes('*')
  const query = useQuery({
    queryKey: ['galleries'],
    queryFn: () => unwrap(api.GET('/v1/galleries')),
  })

  const { isBusy, error, start } = useWork(async () => {
    await unwrap(api.POST('/v1/galleries', { body: { name: name.trim() } }))
    choose(name.trim())
    setName('')
    await queries.invalidateQueries({ queryKey: ['galleries'] })
  })

  return (
    <section className="panel" aria-labelledby="galleries">
      <h2 id="galleries">{own.galleries}</h2>
      <p className="hint">{own.galleriesHint}</p>
      <Loaded query={query}>
        {({ items }) => (
          <ul className="rows">
            {items.map(({ name, subjects, templates, protected: isProtected }) => (
              <li key={name}>
                <span className="row-name">
                  {name} {name === shown && <span className="tag">{own.shown}</span>}{' '}
                  <span className="hint">
                    {own.people(subjects)}, {own.photos(templates)}
                    {isProtected && ` · ${own.protected}`}
                  </span>
                </span>
                {mayAll && (
                  <ConfirmButton
                    label={own.deleteGallery}
                    title={own.deleteTitle(name)}
                    confirm={own.deleteGallery}
                    onConfirm={async () => {
                      await unwrap(
                        api.DELETE('/v1/galleries/{gallery}', {
                          params: { path: { gallery: name }, query: { confirm: name } },
                        }),
                      )
                      if (name === shown) choose('default')
                      await refreshAll(queries)
                    }}
                  >
                    <p>{own.deleteMeans(subjects, templates)}</p>
                  </ConfirmButton>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {mayAll && (
        <Form
          className="inline-form"
          onSubmit={(event) => {
            event.preventDefault()
            if (name.trim() !== '') start()
          }}
        >
          <TextField
            label={own.newGallery}
            value={name}
            onChange={setName}
            error={error}
            autoComplete="off"
          />
          <Button type="submit" isPending={isBusy} isDisabled={name.trim() === ''}>
            {own.make}
          </Button>
        </Form>
      )}
    </section>
  )
}

function About() {
  const { settings: own } = useTexts()
  const { data } = useQuery({
    queryKey: ['version'],
    queryFn: () => unwrap(api.GET('/v1/version')),
  })
  return (
    <p className="hint">
      agnize {data?.version} · <a href={addressOf('/docs')}>{own.api}</a>
    </p>
  )
}
