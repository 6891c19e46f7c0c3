import { useQuery, useQueryClient } from '@tanstack/react-query'
import { FileTrigger } from 'react-aria-components'
import { api, ifUnchanged, type Schemas, unwrap, unwrapTagged } from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { ConfirmButton } from '../parts/confirm.js'
import { JobState } from '../parts/job-state.js'
import { Loaded } from '../parts/loaded.js'
import { PageHeader } from '../parts/page-header.js'
import { Scroll } from '../parts/scroll.js'
import { EmptyState, explain } from '../parts/states.js'
import { useTimes } from '../parts/times.js'
import { showError, showNotice } from '../parts/toasts.js'
import { useDecimal } from '../parts/use-decimal.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'
import { CalibrationPreview } from './calibration-preview.js'
import { type Job, useJobs } from './use-jobs.js'

type Measured = NonNullable<Schemas['Calibration']['calibration']>
type Calibration = Pick<Measured, 'basis' | 'thresholds'> & {
  readonly intervals?: readonly (readonly number[])[]
}

/** Thresholds, calibration and evaluation reports. */
export default function ReportsPage() {
  const texts = useTexts()
  const { reports: own } = texts
  const { may } = useSession()
  const [gallery] = useGallery()
  const { jobs, query, refresh } = useJobs(['evaluate', 'calibrate'])

  /** Starts a measurement on an archive, or on the enrolled faces. */
  async function begin(kind: 'evaluate' | 'calibrate', archive?: File): Promise<void> {
    const path = { gallery }
    try {
      await unwrap(
        archive
          ? api.POST('/v1/galleries/{gallery}/jobs/archive', {
              params: { path, query: { kind, ...(kind === 'calibrate' && { dry_run: true }) } },
              body: archive as unknown as never,
              bodySerializer: (body) => body as unknown as Blob,
              headers: { 'content-type': 'application/zip' },
            })
          : api.POST('/v1/galleries/{gallery}/jobs', {
              params: { path },
              body: { kind: 'calibrate', dry_run: true },
            }),
      )
      showNotice(own.begun)
    } catch (error) {
      showError(explain(error, texts))
    }
    await refresh()
  }

  return (
    <>
      <PageHeader title={texts.pages.reports} />
      <CalibrationInUse />
      {may('admin') && (
        <section className="panel" aria-labelledby="measure">
          <h2 id="measure">{own.measure}</h2>
          <p className="hint">{own.measureHint}</p>
          <div className="buttons">
            <Button onPress={() => void begin('calibrate')}>{own.calibrateEnrolled}</Button>
            {(['calibrate', 'evaluate'] as const).map((kind) => (
              <FileTrigger
                key={kind}
                acceptedFileTypes={['.zip', 'application/zip']}
                onSelect={(files) => files?.[0] && void begin(kind, files[0])}
              >
                <Button>{own[kind === 'calibrate' ? 'calibrateZip' : 'evaluateZip']}</Button>
              </FileTrigger>
            ))}
          </div>
        </section>
      )}
      <section aria-labelledby="reports">
        <h2 id="reports">{own.title}</h2>
        <Loaded query={query}>
          {() =>
            jobs.length === 0 ? (
              <EmptyState title={own.none}>{own.noneHint}</EmptyState>
            ) : (
              jobs.map((job) => <Report key={job.id} job={job} onChange={() => void refresh()} />)
            )
          }
        </Loaded>
      </section>
    </>
  )
}

/** The thresholds in use and the data that they were measured on. */
function CalibrationInUse() {
  const texts = useTexts()
  const { reports: own } = texts
  const times = useTimes()
  const { may } = useSession()
  const [gallery] = useGallery()
  const queries = useQueryClient()
  const path = { gallery }
  const calibration = useQuery({
    queryKey: ['calibration', gallery],
    queryFn: () =>
      unwrapTagged(api.GET('/v1/galleries/{gallery}/calibration', { params: { path } })),
    refetchInterval: 15_000,
  })
  const networks = useQuery({
    queryKey: ['networks'],
    queryFn: () => unwrap(api.GET('/v1/networks')),
    enabled: may('identify'),
  })
  return (
    <section className="panel" aria-labelledby="thresholds">
      <h2 id="thresholds">{own.thresholds}</h2>
      <Loaded query={calibration}>
        {({ value: { calibration: measured }, etag }) => {
          const card = networks.data?.embedding.calibration as Calibration | null | undefined
          const used = measured ?? card
          return (
            <>
              <p>
                {measured
                  ? own.measuredOn(
                      measured.basis.data,
                      measured.date ? times.day(measured.date) : '',
                    )
                  : own.byCard}
              </p>
              {used && <Thresholds calibration={used} />}
              {measured && may('admin') && (
                <ConfirmButton
                  label={own.reset}
                  title={own.reset}
                  confirm={own.reset}
                  onConfirm={async () => {
                    await unwrap(
                      api.DELETE('/v1/galleries/{gallery}/calibration', {
                        params: { path },
                        headers: ifUnchanged({ etag }),
                      }),
                    )
                    await queries.invalidateQueries({ queryKey: ['calibration'] })
                    showNotice(own.wasReset, async () => {
                      await unwrap(
                        api.PUT('/v1/galleries/{gallery}/calibration', {
                          params: { path },
                          body: {
                            calibration: measured as Measured,
                          },
                        }),
                      )
                      await queries.invalidateQueries({ queryKey: ['calibration'] })
                    })
                  }}
                >
                  <p>{own.resetMeans}</p>
                </ConfirmButton>
              )}
            </>
          )
        }}
      </Loaded>
    </section>
  )
}

function Thresholds({ calibration }: { readonly calibration: Calibration }) {
  const { reports: own } = useTexts()
  const decimal = useDecimal()
  const { basis, thresholds, intervals } = calibration
  return (
    <>
      <Scroll label={own.thresholds}>
        <table>
          <thead>
            <tr>
              <th scope="col">{own.rate}</th>
              <th scope="col">{own.threshold}</th>
              {intervals && <th scope="col">{own.interval}</th>}
            </tr>
          </thead>
          <tbody>
            {thresholds.map(({ fmr, similarity }, i) => (
              <tr key={fmr}>
                <th scope="row">{own.oneIn(Math.round(1 / fmr))}</th>
                <td className="number">{decimal(similarity, 3)}</td>
                {intervals && (
                  <td className="number">
                    {intervals[i]?.map((each) => decimal(each, 3)).join(' – ')}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p className="hint">{own.basis(basis.subjects, basis.genuinePairs, basis.impostorPairs)}</p>
    </>
  )
}

/** The result of a measurement. */
function Report({ job, onChange }: { readonly job: Job; readonly onChange: () => void }) {
  const { reports: own } = useTexts()
  const times = useTimes()
  return (
    <article className="panel">
      <h3>
        {own[job.kind === 'evaluate' ? 'evaluation' : 'calibration']}, {times.when(job.created_at)}
      </h3>
      <JobState job={job} onChange={onChange} />
      {job.result && job.kind === 'evaluate' && <EvaluationFigures result={job.result} />}
      {job.result?.unused != null && <CalibrationPreview job={job} />}
      {job.result && <Warnings result={job.result} />}
    </article>
  )
}

interface Rate {
  readonly value: number | null
  readonly low?: number | null
  readonly high?: number | null
}

interface EvaluationResult {
  readonly people?: number
  readonly photos?: number
  readonly failures?: number
  readonly threshold?: { readonly value: number }
  readonly verification?: {
    readonly genuine_pairs: number
    readonly impostor_pairs: number
    readonly fmr: Rate
    readonly fnmr: Rate
  }
  readonly identification?: { readonly fpir: Rate; readonly fnir: Rate } | null
}

function EvaluationFigures({ result }: { readonly result: object }) {
  const { reports: own, tag } = useTexts()
  const format = new Intl.NumberFormat(tag, {
    style: 'percent',
    minimumSignificantDigits: 3,
    maximumSignificantDigits: 3,
  })
  const percent = (value: number) => format.format(value)
  const { people, photos, failures, verification, identification } = result as EvaluationResult
  const rows: [string, Rate | undefined][] = [
    [own.fmr, verification?.fmr],
    [own.fnmr, verification?.fnmr],
    [own.fpir, identification?.fpir],
    [own.fnir, identification?.fnir],
  ]
  return (
    <>
      <p>{own.measuredWith(photos ?? 0, people ?? 0, failures ?? 0)}</p>
      <Scroll label={own.evaluation}>
        <table>
          <tbody>
            {rows.map(([name, rate]) =>
              rate?.value == null ? null : (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td className="number">{percent(rate.value)}</td>
                  <td className="number">
                    {rate.low != null && rate.high != null
                      ? `${percent(rate.low)} – ${percent(rate.high)}`
                      : ''}
                  </td>
                </tr>
              ),
            )}
          </tbody>
        </table>
      </Scroll>
    </>
  )
}

function Warnings({ result }: { readonly result: object }) {
  const { reports: own } = useTexts()
  const { warnings = [] } = result as { readonly warnings?: readonly string[] }
  if (warnings.length === 0) return null
  return (
    <details>
      <summary>{own.cannotTell}</summary>
      {/* The report's own sentences, which also its file has. */}
      <ul lang="en">
        {warnings.map((warning) => (
          <li key={warning}>{warning}</li>
        ))}
      </ul>
    </details>
  )
}
