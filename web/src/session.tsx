import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useCallback, useEffect } from 'react'
import { api, onUnauthorized, type Schemas, unwrap } from './api.js'

/** A scope that a key can have. */
export type Scope = 'read' | 'identify' | 'enroll' | 'metrics' | 'admin'

type Caller = NonNullable<Schemas['Session']['caller']>

/** The session of the person who uses the console. */
export interface Session {
  /** The authenticated caller; null without one. */
  readonly caller: Caller | null
  /** Whether the caller has signed in, and can therefore sign out. */
  readonly isSignedIn: boolean
  readonly may: (scope: Scope) => boolean
  /** Whether anybody can sign in with a name and a password. */
  readonly hasAccounts: boolean
  /** The OpenID Connect provider at which people may sign in; null without one. */
  readonly provider: { readonly label: string } | null
  readonly signIn: (key: string) => Promise<void>
  readonly signInAs: (name: string, password: string) => Promise<void>
  /** Creates the first account, an administrator, and signs in with it. */
  readonly makeFirst: (key: string, name: string, password: string) => Promise<void>
  readonly signOut: () => Promise<void>
  /** Reads the session from the server again, such as after a refused request. */
  readonly check: () => void
}

const SessionContext = createContext<Session | null>(null)

/** The current session and what its caller may do. */
export function useSession(): Session {
  return use(SessionContext)!
}

/** Renders its children once the session is known. @param props - `failed` is shown when the server cannot be reached. */
export function SessionProvider({
  children,
  failed,
}: {
  readonly children: ReactNode
  readonly failed: ReactNode
}) {
  const queries = useQueryClient()
  const { data, isError } = useQuery({
    queryKey: ['session'],
    queryFn: () => unwrap(api.GET('/v1/session')),
    staleTime: 30_000,
    retry: 2,
    refetchInterval: ({ state }) => (state.status === 'error' ? 3000 : false),
  })
  const begin = useCallback(
    (session: Schemas['Session']) => {
      clearOtherQueries(queries)
      queries.setQueryData(['session'], session)
    },
    [queries],
  )
  const signIn = useCallback(
    async (key: string) => begin(await unwrap(api.POST('/v1/session', { body: { key } }))),
    [begin],
  )
  const signInAs = useCallback(
    async (name: string, password: string) =>
      begin(await unwrap(api.POST('/v1/session', { body: { name, password } }))),
    [begin],
  )
  const makeFirst = useCallback(
    async (key: string, name: string, password: string) =>
      begin(await unwrap(api.POST('/v1/session/first', { body: { key, name, password } }))),
    [begin],
  )
  const signOut = useCallback(async () => {
    await unwrap(api.DELETE('/v1/session'))
    await queries.invalidateQueries({ queryKey: ['session'] })
    clearOtherQueries(queries)
  }, [queries])
  const check = useCallback(() => {
    void queries.invalidateQueries({ queryKey: ['session'] })
  }, [queries])
  useEffect(() => onUnauthorized(check), [check])
  if (!data) return isError ? failed : null
  const { caller, signed_in: isSignedIn, has_accounts: hasAccounts, provider } = data
  const may = (scope: Scope) =>
    caller !== null && (caller.scopes.includes(scope) || caller.scopes.includes('admin'))
  return (
    <SessionContext
      value={{
        ...{ caller, isSignedIn, may, hasAccounts, provider },
        ...{ signIn, signInAs, makeFirst, signOut, check },
      }}
    >
      {children}
    </SessionContext>
  )
}

/** Drops every cached answer except the session, so that the next caller does not see the previous one's data. */
function clearOtherQueries(queries: QueryClient): void {
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' })
}
