import type { UseQueryResult } from '@tanstack/react-query'
import type { Schemas } from '../api.js'
import { useTexts } from '../texts/index.js'
import { ConfirmButton } from './confirm.js'
import { Loaded } from './loaded.js'
import { Scroll } from './scroll.js'
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
          <Scroll label={own.sessions}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{own.browser}</th>
                  <th scope="col">{own.since}</th>
                  <th scope="col">{own.lastUsed}</th>
                  <td />
                </tr>
              </thead>
              <tbody>
                {items.map(({ id, browser, method, created_at, seen_at, current }) => (
                  <tr key={id}>
                    <th scope="row">
                      {browser === '' ? own.unknownBrowser : browser}{' '}
                      {current && <span className="tag">{own.here}</span>}
                      <div className="hint">{own.methods[method]}</div>
                    </th>
                    <td>{times.when(created_at)}</td>
                    <td>{times.when(seen_at)}</td>
                    <td className="buttons">
                      <ConfirmButton
                        label={own.end}
                        title={own.endTitle}
                        confirm={own.end}
                        onConfirm={() => end(id)}
                      >
                        <p>{current ? own.endHere : own.endMeans}</p>
                      </ConfirmButton>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )
      }
    </Loaded>
  )
}
