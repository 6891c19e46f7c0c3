import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type Schemas, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { ConfirmButton } from '../parts/confirm.js'
import { Select } from '../parts/fields.js'
import { JobState } from '../parts/job-state.js'
import { Loaded } from '../parts/loaded.js'
import { PageHeader } from '../parts/page-header.js'
import { explain } from '../parts/states.js'
import { useTimes } from '../parts/times.js'
import { showError, showNotice } from '../parts/toasts.js'
import { useDecimal } from '../parts/use-decimal.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'
import { useJobs } from './use-jobs.js'

/** The networks on the server. */
export default function ModelsPage() {
  const texts = useTexts()
  const { models: own } = texts
  const { may } = useSession()
  const queries = useQueryClient()
  const [isPulling, setPulling] = useState(false)
  const query = useQuery({
    queryKey: ['models'],
    queryFn: () => unwrap(api.GET('/v1/models')),
  })

  async function pull(): Promise<void> {
    setPulling(true)
    try {
      const { fetched } = await unwrap(api.POST('/v1/models/pull'))
      showNotice(fetched.length > 0 ? own.pulled(fetched.join(', ')) : own.allThere)
    } catch (error) {
      showError(explain(error, texts))
    }
    setPulling(false)
    await queries.invalidateQueries({ queryKey: ['models'] })
  }

  return (
    <>
      <PageHeader title={texts.pages.models}>
        {may('admin') && (
          <Button onPress={() => void pull()} isPending={isPulling}>
            {isPulling ? own.pulling : own.pull}
          </Button>
        )}
      </PageHeader>
      <Loaded query={query}>
        {({ items }) => (
          <>
            {items.map((model) => (
              <Model key={model.name} model={model} />
            ))}
            {may('admin') && (
              <Migration models={items.filter(({ task }) => task === 'embedding')} />
            )}
          </>
        )}
      </Loaded>
      <p className="hint">{own.addHint}</p>
    </>
  )
}

function Model({ model }: { readonly model: Schemas['ModelFile'] }) {
  const { models: own } = useTexts()
  const decimal = useDecimal()
  const { name, task, state, in_use, bytes, license, use, from, calibrated } = model
  return (
    <article className="panel">
      <h2>
        {name} {in_use && <span className="tag">{own.inUse}</span>}{' '}
        {state !== 'ready' && <span className="tag bad">{own[state]}</span>}
      </h2>
      <p>
        {own[task]}
        {task === 'embedding' && !calibrated && ` ${own.notCalibrated}`}
      </p>
      <p className="hint">
        {own.from(from, decimal(bytes / 1e6, 1))} {own.license(license)}
      </p>
      <p className="hint" lang={own.uses[use] ? undefined : 'en'}>
        {own.uses[use] ?? use}
      </p>
    </article>
  )
}

/** Migration to another embedding network. */
function Migration({ models }: { readonly models: readonly Schemas['ModelFile'][] }) {
  const texts = useTexts()
  const { models: own } = texts
  const times = useTimes()
  const [gallery] = useGallery()
  const { jobs, refresh } = useJobs(['migrate'])
  const others = models.filter(({ state, in_use }) => state === 'ready' && !in_use)
  const [chosen, setChosen] = useState('')
  const target = others.find(({ name }) => name === chosen) ?? others[0]
  return (
    <section className="panel" aria-labelledby="migrate">
      <h2 id="migrate">{own.migrate}</h2>
      <p className="hint">{own.migrateExplain}</p>
      {target ? (
        <>
          <Select
            label={own.to}
            value={target.name}
            onChange={setChosen}
            options={others.map(({ name }) => [name, name])}
          />
          <ConfirmButton
            label={own.begin}
            title={own.migrate}
            confirm={own.begin}
            onConfirm={async () => {
              await unwrap(
                api.POST('/v1/galleries/{gallery}/jobs', {
                  params: { path: { gallery } },
                  body: { kind: 'migrate', model: target.name },
                }),
              )
              await refresh()
            }}
          >
            <p>{own.migrateMeans(target.name)}</p>
          </ConfirmButton>
        </>
      ) : (
        <p>{own.noOther}</p>
      )}
      {jobs.map((job) => (
        <div key={job.id}>
          <p>{times.when(job.created_at)}</p>
          <JobState job={job} onChange={() => void refresh()} />
        </div>
      ))}
    </section>
  )
}
