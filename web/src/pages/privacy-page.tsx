import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { api, type Schemas, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { ConfirmButton } from '../parts/confirm.js'
import { Conflict } from '../parts/conflict.js'
import { Switch, TextField } from '../parts/fields.js'
import { Loaded } from '../parts/loaded.js'
import { PageHeader } from '../parts/page-header.js'
import { save } from '../parts/save.js'
import { Table } from '../parts/table.js'
import { useTimes } from '../parts/times.js'
import { showNotice } from '../parts/toasts.js'
import { useDraft } from '../parts/use-draft.js'
import { ChoosePersonButton } from '../people/choose-person.js'
import { forgetPerson } from '../people/forget-person.js'
import { refreshAll } from '../refresh.js'
import type { Texts } from '../texts/en/index.js'
import { useTexts } from '../texts/index.js'
import { type SettingsChange, useGallerySettings } from './use-gallery-settings.js'

/** Retention settings, export, erasure and the audit log. */
export default function PrivacyPage() {
  const texts = useTexts()
  const settings = useGallerySettings()
  return (
    <>
      <PageHeader title={texts.pages.privacy} />
      <p className="hint">{texts.privacy.explain}</p>
      <Loaded query={settings}>
        {(data) => <Retention settings={data} onChange={settings.change} />}
      </Loaded>
      <Due />
      <Rights />
      <AuditLog />
    </>
  )
}

/** A field's text as a number of days; null if empty. */
const daysOf = (text: string) => (text.trim() === '' ? null : Number(text))
const areDays = (text: string) => text.trim() === '' || /^[1-9]\d{0,4}$/.test(text.trim())

const fieldsOf = ({ purpose, keep_days, events, visits }: Schemas['GallerySettings']) => ({
  purpose: purpose ?? '',
  days: String(keep_days ?? ''),
  eventDays: String(events.keep_days ?? 30),
  visitDays: String(visits.keep_days),
})

function Retention({
  settings,
  onChange,
}: {
  readonly settings: Schemas['GallerySettings']
  readonly onChange: (change: SettingsChange) => Promise<Schemas['GallerySettings'] | undefined>
}) {
  const { privacy: own, app } = useTexts()
  const { events, visits } = settings
  const draft = useDraft(fieldsOf(settings))
  const [isBusy, setBusy] = useState(false)
  const { days, eventDays, visitDays } = draft.fields
  const labels = {
    ...{ purpose: own.purpose, days: own.days },
    ...{ eventDays: own.eventDays, visitDays: own.visitDays },
  }
  const field = (name: keyof typeof draft.fields) => ({
    label: labels[name],
    value: draft.fields[name],
    onChange: (value: string) => draft.set(name, value),
  })
  const all = [days, eventDays, visitDays]
  const isRight = all.every(areDays) && visitDays.trim() !== ''
  const error = (text: string) => (areDays(text) ? undefined : own.noDays)

  async function save(): Promise<void> {
    const { purpose, days, eventDays, visitDays } = draft.merged
    setBusy(true)
    const now = await onChange({
      purpose: purpose.trim() || null,
      keep_days: daysOf(days),
      // Left unchanged while recording is off, since the field is hidden then.
      ...(events.recording && { events: { keep_days: daysOf(eventDays) } }),
      visits: { keep_days: Number(visitDays) },
    })
    setBusy(false)
    const isSaved = now && now.keep_days === daysOf(days) && (now.purpose ?? '') === purpose.trim()
    if (isSaved) draft.adopt(fieldsOf(now))
  }

  return (
    <section className="panel" aria-labelledby="kept">
      <h2 id="kept">{own.kept}</h2>
      <Form
        className="grid-form"
        onSubmit={(event) => {
          event.preventDefault()
          if (isRight && !draft.conflict) void save()
        }}
      >
        <TextField {...field('purpose')} hint={own.purposeHint} autoComplete="off" />
        <TextField {...field('days')} hint={own.daysHint} error={error(days)} />
        <TextField {...field('visitDays')} error={error(visitDays)} />
        {events.recording && <TextField {...field('eventDays')} error={error(eventDays)} />}
        <Conflict draft={draft} labels={labels} isBusy={isBusy} onMine={() => void save()}>
          <Button kind="primary" type="submit" isDisabled={!isRight} isPending={isBusy}>
            {app.save}
          </Button>
        </Conflict>
      </Form>
      <Switch
        isSelected={visits.recording}
        onChange={(recording) => void onChange({ visits: { recording } })}
      >
        <span>
          {own.recordVisits} <span className="hint">{own.recordVisitsHint}</span>
        </span>
      </Switch>
      <Switch
        isSelected={events.recording}
        onChange={(recording) => void onChange({ events: { recording } })}
      >
        <span>
          {own.recordEvents} <span className="hint">{own.recordEventsHint}</span>
        </span>
      </Switch>
      <Switch
        isSelected={events.faces}
        isDisabled={!events.recording}
        onChange={(faces) => void onChange({ events: { faces } })}
      >
        {own.recordFaces}
      </Switch>
    </section>
  )
}

/** People whose retention period has ended. */
function Due() {
  const { privacy: own } = useTexts()
  const times = useTimes()
  const [gallery] = useGallery()
  const queries = useQueryClient()
  const path = { gallery }
  const query = useQuery({
    queryKey: ['due', gallery],
    queryFn: () => unwrap(api.GET('/v1/galleries/{gallery}/due', { params: { path } })),
  })
  return (
    <section className="panel" aria-labelledby="due">
      <h2 id="due">{own.due}</h2>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="hint">{own.noneDue}</p>
          ) : (
            <>
              <ul>
                {items.map(({ subject, until }) => (
                  <li key={subject.id}>
                    {subject.name} <span className="hint">{own.until(times.day(until))}</span>
                  </li>
                ))}
              </ul>
              <ConfirmButton
                label={own.eraseDue(items.length)}
                title={own.eraseDue(items.length)}
                confirm={own.erase}
                onConfirm={async () => {
                  const { receipts } = await unwrap(
                    api.POST('/v1/galleries/{gallery}/due/erase', { params: { path } }),
                  )
                  download('receipts.json', receipts)
                  await refreshAll(queries)
                }}
              >
                <p>{own.eraseMeans}</p>
              </ConfirmButton>
            </>
          )
        }
      </Loaded>
    </section>
  )
}

/** Requests of data subjects: export and erasure. */
function Rights() {
  const { privacy: own } = useTexts()
  const [gallery] = useGallery()
  const queries = useQueryClient()
  return (
    <section className="panel" aria-labelledby="rights">
      <h2 id="rights">{own.rights}</h2>
      <p className="hint">{own.rightsHint}</p>
      <div className="buttons">
        <ChoosePersonButton
          label={own.export}
          title={own.exportTitle}
          explain={own.exportMeans}
          except=""
          onChoose={async ({ id }) => {
            const blob = await unwrap(
              api.GET('/v1/galleries/{gallery}/subjects/{subject}/export', {
                params: { path: { gallery, subject: id } },
                parseAs: 'blob',
              }),
            )
            save('export.tar.gz', blob as unknown as Blob)
          }}
        />
        <ChoosePersonButton
          label={own.eraseTitle}
          title={own.eraseTitle}
          explain={own.eraseMeans}
          except=""
          isDangerous
          onChoose={async ({ id, name }) => {
            const receipt = await unwrap(
              api.POST('/v1/galleries/{gallery}/subjects/{subject}/erase', {
                params: { path: { gallery, subject: id } },
              }),
            )
            download('receipt.json', receipt)
            forgetPerson(queries, gallery, id)
            showNotice(own.erased(name, receipt.backups.filter(({ readable }) => readable).length))
            await refreshAll(queries)
          }}
        />
      </div>
    </section>
  )
}

function AuditLog() {
  const { privacy: own, app } = useTexts()
  const times = useTimes()
  const [gallery] = useGallery()
  const query = useInfiniteQuery({
    queryKey: ['audit', gallery],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/v1/galleries/{gallery}/audit', {
          params: {
            path: { gallery },
            query: { order: 'newest', limit: 20, ...(pageParam && { cursor: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  })
  const items = query.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <section className="panel" aria-labelledby="audit">
      <h2 id="audit">{own.audit}</h2>
      <p className="hint">{own.auditHint}</p>
      <Table
        label={own.audit}
        columns={[own.when, own.who, own.what, own.whose]}
        items={items}
        keyOf={({ number }) => number}
        cells={({ number, at, actor, action, subject_id }) => [
          times.when(at),
          actorIn(actor, own),
          own.actions[action] ?? action,
          subject_id && <code key={number}>{subject_id.slice(-12)}</code>,
        ]}
      />
      {query.hasNextPage && <Button onPress={() => void query.fetchNextPage()}>{app.more}</Button>}
    </section>
  )
}

/** Who did something, in the language of the console; ids are shortened. */
function actorIn(actor: string, own: Texts['privacy']): string {
  const [kind, ...rest] = actor.split(' ')
  if (kind === 'account') return own.byAccount(rest.join(' '))
  return kind === 'key' ? own.byKey(rest.join(' ').slice(-12)) : actor
}

/** Saves JSON as a file. */
function download(name: string, value: unknown): void {
  save(name, new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: 'application/json' }))
}
