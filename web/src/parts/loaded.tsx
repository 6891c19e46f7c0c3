import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { isGone } from '../api.js'
import { useTexts } from '../texts/index.js'
import { Failure } from './states.js'

/** Renders the data of a query, a loading state, or the error. */
export function Loaded<T>({
  query,
  children,
}: {
  readonly query: UseQueryResult<T>
  readonly children: (data: T) => ReactNode
}) {
  const { app } = useTexts()
  // What the server no longer has is not shown from the cache.
  if (query.data !== undefined && !isGone(query.error)) return children(query.data)
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />
  return <p className="hint">{app.loading}</p>
}
