import { useQuery } from '@tanstack/react-query'
import { api, type Schemas, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { Loaded } from '../parts/loaded.js'
import { PageHeader } from '../parts/page-header.js'
import { save } from '../parts/save.js'
import { useTimes } from '../parts/times.js'
import { showError, showNotice } from '../parts/toasts.js'
import type { Finding } from '../texts/facts.js'
import { useTexts } from '../texts/index.js'

type Check = Schemas['DiagnosticCheck']

/** What the server finds when it examines itself, with what to do about it. */
export default function DiagnosticsPage() {
  const texts = useTexts()
  const { diagnostics: own } = texts
  const [gallery] = useGallery()
  const times = useTimes()
  const query = useQuery({
    queryKey: ['diagnostics', gallery],
    queryFn: () => unwrap(api.GET('/v1/diagnostics', { params: { query: { gallery } } })),
    // An examination is as old as it says; only a person asks for the next one.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: 'always',
    refetchOnWindowFocus: false,
  })
  const { data } = query

  function copy(): void {
    const text = asText(data!.at, data!.checks)
    // A page that did not come by HTTPS has no clipboard.
    const copied = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'))
    copied.then(
      () => showNotice(own.copied),
      () => showError(own.notCopied),
    )
  }

  return (
    <>
      <PageHeader title={texts.pages.diagnostics}>
        <Button onPress={() => void query.refetch()} isPending={query.isFetching}>
          {query.isFetching ? own.running : own.again}
        </Button>
        {data && <Button onPress={copy}>{own.copy}</Button>}
        {data && (
          <Button
            onPress={() =>
              save(
                'agnize-diagnostics.txt',
                new Blob([asText(data.at, data.checks)], { type: 'text/plain' }),
              )
            }
          >
            {own.save}
          </Button>
        )}
      </PageHeader>
      <p className="hint">{own.explain}</p>
      <Loaded query={query}>
        {({ at, checks }) => {
          const care = checks.filter(({ state }) => state === 'warning' || state === 'wrong')
          return (
            <>
              <p role="status">
                <strong className={care.length > 0 ? 'warn' : 'good'}>
                  {care.length > 0 ? own.care(care.length) : own.sound}
                </strong>{' '}
                <span className="hint">{own.at(times.when(at))}</span>
              </p>
              <ul className="findings">
                {[...care, ...checks.filter((check) => !care.includes(check))].map((check, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: several checks share a name, and the list is replaced whole.
                  <CheckRow key={i} check={check} />
                ))}
              </ul>
            </>
          )
        }}
      </Loaded>
    </>
  )
}

function CheckRow({ check: { name, state, code, facts, detail } }: { readonly check: Check }) {
  const { diagnostics: own } = useTexts()
  const names: Readonly<Partial<Record<string, string>>> = own.names
  const findings: Readonly<Partial<Record<string, Finding>>> = own.findings
  // A server of a later version has findings that this console has no words for.
  const [found, todo] = findings[code]?.(facts) ?? [detail]
  return (
    <li>
      <span className={`finding-state ${state}`}>{own.states[state]}</span>
      <div>
        <h2>{names[name] ?? name}</h2>
        <p>{found}</p>
        {todo && <p className="hint">{todo}</p>}
      </div>
    </li>
  )
}

/** The checks as text for a report, in English as the command prints them. */
const asText = (at: string, checks: readonly Check[]) =>
  [
    `agnize diagnostics, ${at}`,
    ...checks.map(({ name, state, detail }) => `${state.padEnd(7)}  ${name.padEnd(8)}  ${detail}`),
    '',
  ].join('\n')
