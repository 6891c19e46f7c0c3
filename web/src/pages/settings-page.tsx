import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { greetingFor } from '../../../src/greeting/phrase.js'
import { api, type Schemas, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { ConfirmButton } from '../parts/confirm.js'
import { Select, Switch, TextField } from '../parts/fields.js'
import { Loaded } from '../parts/loaded.js'
import { PageHeader } from '../parts/page-header.js'
import { explain } from '../parts/states.js'
import { showError, showNotice } from '../parts/toasts.js'
import { usePreference } from '../preferences.js'
import { addressOf } from '../root.js'
import { useSession } from '../session.js'
import { languages, useTexts } from '../texts/index.js'

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
  return (
    <section className="panel" aria-labelledby="console">
      <h2 id="console">{own.console}</h2>
      <p className="hint">{own.consoleHint}</p>
      <div className="grid-form">
        <Select
          label={own.language}
          value={language}
          onChange={setLanguage}
          options={[
            ['auto', own.auto],
            ...Object.entries(languages).map(([tag, { language }]) => [tag, language] as const),
          ]}
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
    </section>
  )
}

function Greeting() {
  const [gallery] = useGallery()
  const query = useQuery({
    queryKey: ['greeting', gallery],
    queryFn: () =>
      unwrap(api.GET('/v1/galleries/{gallery}/greeting', { params: { path: { gallery } } })),
  })
  return (
    <Loaded query={query}>
      {(greeting) => <GreetingForm key={JSON.stringify(greeting)} greeting={greeting} />}
    </Loaded>
  )
}

function GreetingForm({ greeting }: { readonly greeting: Schemas['Greeting'] }) {
  const { settings: own, app, tag } = useTexts()
  const { may } = useSession()
  const [gallery] = useGallery()
  const queries = useQueryClient()
  const [phrase, setPhrase] = useState(greeting.phrase)
  const [seconds, setSeconds] = useState(String(greeting.again_after_seconds))
  const areSeconds = /^[1-9]\d{0,4}$/.test(seconds.trim())
  const isRight = areSeconds && phrase.trim() !== ''

  async function write(body: { phrase: string | null; again_after_seconds: number | null }) {
    await unwrap(
      api.PATCH('/v1/galleries/{gallery}/greeting', { params: { path: { gallery } }, body }),
    )
    await queries.invalidateQueries({ queryKey: ['greeting'] })
  }

  async function save(): Promise<void> {
    try {
      await write({ phrase: phrase.trim(), again_after_seconds: Number(seconds) })
      showNotice(app.saved, () => write(greeting))
    } catch (error) {
      showError(explain(error, app))
    }
  }

  return (
    <section className="panel" aria-labelledby="greeting">
      <h2 id="greeting">{own.greeting}</h2>
      {may('admin') ? (
        <Form
          onSubmit={(event) => {
            event.preventDefault()
            if (isRight) void save()
          }}
        >
          <TextField
            label={own.phrase}
            hint={own.phraseHint}
            value={phrase}
            onChange={setPhrase}
            isRequired
            autoComplete="off"
          />
          <p className="hint">
            {own.example} “{greetingFor([{ name: 'Skuli' }, { name: 'Anna' }], phrase, tag)}”
          </p>
          <TextField
            label={own.again}
            value={seconds}
            onChange={setSeconds}
            error={areSeconds ? undefined : own.noSeconds}
          />
          <div className="buttons">
            <Button kind="primary" type="submit" isDisabled={!isRight}>
              {app.save}
            </Button>
            <Button
              onPress={() =>
                void write({ phrase: null, again_after_seconds: null }).then(() =>
                  showNotice(app.saved),
                )
              }
            >
              {own.asBefore}
            </Button>
          </div>
        </Form>
      ) : (
        <p>“{greeting.phrase}”</p>
      )}
    </section>
  )
}

function Galleries() {
  const texts = useTexts()
  const { settings: own } = texts
  const { caller } = useSession()
  const [shown, choose] = useGallery()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [error, setError] = useState<string>()
  const mayAll = caller!.galleries.includes('*')
  const query = useQuery({
    queryKey: ['galleries'],
    queryFn: () => unwrap(api.GET('/v1/galleries')),
  })

  async function make(): Promise<void> {
    setError(undefined)
    try {
      await unwrap(api.POST('/v1/galleries', { body: { name: name.trim() } }))
      choose(name.trim())
      setName('')
      await queries.invalidateQueries({ queryKey: ['galleries'] })
    } catch (failure) {
      setError(explain(failure, texts.app))
    }
  }

  return (
    <section className="panel" aria-labelledby="galleries">
      <h2 id="galleries">{own.galleries}</h2>
      <p className="hint">{own.galleriesHint}</p>
      <Loaded query={query}>
        {({ items }) => (
          <ul className="rows">
            {items.map(({ name, people, protected: isProtected }) => (
              <li key={name}>
                <span className="row-name">
                  {name} {name === shown && <span className="tag">{own.shown}</span>}{' '}
                  <span className="hint">
                    {own.people(people)}
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
                      await queries.invalidateQueries()
                    }}
                  >
                    <p>{own.deleteMeans(people)}</p>
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
            if (name.trim() !== '') void make()
          }}
        >
          <TextField
            label={own.newGallery}
            value={name}
            onChange={setName}
            error={error}
            autoComplete="off"
          />
          <Button type="submit" isDisabled={name.trim() === ''}>
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
