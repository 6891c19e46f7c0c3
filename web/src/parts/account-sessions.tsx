import type { UseQueryResult } from '@tanstack/react-query'
import type { Schemas } from '../api.js'
import { useTexts } from '../texts/index.js'
import { ConfirmButton } from './confirm.js'
import { Loaded } from './loaded.js'
import { Table } from './table.js'
import { useTimes } from './times.js'

/** Where an account is signed in, with a button that ends each session. */
export function AccountSessions({
  query,
  end,
}: {
  readonly query: UseQueryResult<{ readonly items: readonly Schemas['AccountSession'][] }>
  readonly end: (session: string) => Promise<unknown>
}) {
  const { account: own } = useTexts()
  const times = useTimes()
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="hint">{own.noSessions}</p>
        ) : (
          <Table
            label={own.sessions}
            columns={[own.browser, own.since, own.lastUsed]}
            items={items}
            keyOf={({ id }) => id}
            cells={({ browser, method, created_at, seen_at, current }) => [
              <>
                {browser === '' ? own.unknownBrowser : browser}{' '}
                {current && <span className="tag">{own.here}</span>}
                <div className="hint">{own.methods[method]}</div>
              </>,
              times.when(created_at),
              times.when(seen_at),
            ]}
            buttons={({ id, current }) => (
              <ConfirmButton
                label={own.end}
                title={own.endTitle}
                confirm={own.end}
                onConfirm={() => end(id)}
              >
                <p>{current ? own.endHere : own.endMeans}</p>
              </ConfirmButton>
            )}
          />
        )
      }
    </Loaded>
  )
}
