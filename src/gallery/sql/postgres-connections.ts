import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type { Pool, PoolClient, PoolConfig, QueryResult } from 'pg'
import type { PostgresAddress } from './postgres-address.js'

/** The connection was lost: wraps the driver's own error, which has no code. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super((cause as Error).message, { cause })
  }
}

/** No connection could be established in time. */
export class NoConnection extends ConnectionLost {}

/** A host is a replica where the address asks for a primary. */
export class NotPrimary extends Error {}

/** SQLSTATE of a change that a server refuses because it is a replica. */
const readOnlyState = '25006'

/**
 * Connections to the first host of an address that takes them. Their errors are distinguished by class: errors of the server have
 * an SQLSTATE, and errors of the network a system code; only the driver's own errors, which concern the connection, have neither.
 *
 * @param createPool - Creates the driver's pool of one host.
 * @param most - Maximum number of connections to a host.
 */
export function connectionsTo(
  address: PostgresAddress,
  createPool: (config: PoolConfig) => Pool,
  most: number,
): PostgresPool {
  const pools = address.hosts.map((host) => createPool({ ...host, max: most }))
  // Kysely identifies connections by object identity.
  const known = new WeakMap<PoolClient, PostgresPoolClient>()
  let current = 0
  const connectTo = async (pool: Pool): Promise<PostgresPoolClient> => {
    const client = await connect(pool, address.connectionTimeoutMs)
    const before = known.get(client)
    if (before) return before
    const wrapped = classifyClientErrors(client)
    try {
      await prepare(wrapped, processIdOf(client), address)
    } catch (error) {
      client.release(true)
      throw error
    }
    known.set(client, wrapped)
    return wrapped
  }
  return {
    async connect() {
      for (let tried = 1; ; tried++) {
        const host = current
        try {
          return await connectTo(pools[host]!)
        } catch (error) {
          if (tried >= pools.length) throw error
          // Another caller may have gone on to the next host already.
          if (current === host) current = (host + 1) % pools.length
        }
      }
    },
    end: async () => {
      await Promise.all(pools.map((pool) => pool.end()))
    },
  }
}

/** Number of the server's process, as the connection was told it; the driver's types leave it out. */
const processIdOf = (client: PoolClient) =>
  (client as PoolClient & { readonly processID: number | null }).processID

async function connect(pool: Pool, timeoutMs: number): Promise<PoolClient> {
  const began = performance.now()
  return pool.connect().catch((error: unknown) => {
    if (!isDriverError(error)) throw error
    // The timer may fire slightly early.
    const isLate = performance.now() - began >= timeoutMs - 50
    throw isLate ? new NoConnection(error) : new ConnectionLost(error)
  })
}

/** Setting of the connections that are their own session on the server, rather than one that a pooler shares out. */
export const ownSession = 'agnize.own_session'

/**
 * Sets the limits of a new connection, by a statement, since a server before a pooler refuses them at the start; and checks that
 * the server takes changes, where the address asks for that. Nothing is set through a pooler: it would last for other clients.
 * A pooler is known by the number of the server's process, for which it gives one of its own.
 */
async function prepare(
  client: PostgresPoolClient,
  processId: number | null,
  address: PostgresAddress,
): Promise<void> {
  const { rows } = (await client.query(
    `select pg_is_in_recovery() as replica,
      case when pg_backend_pid() = $1 then
        set_config('statement_timeout', $2, false) ||
        set_config('client_connection_check_interval', $3, false) ||
        set_config('${ownSession}', 'on', false)
      end`,
    [processId, String(address.statementTimeoutMs), String(address.clientCheckMs)],
  )) as QueryResult<{ replica: boolean }>
  if (address.wantsPrimary && rows[0]!.replica) throw new NotPrimary('The server is a replica.')
}

function classifyClientErrors(client: PoolClient): PostgresPoolClient {
  let isDemoted = false
  // agnize does not use cursors.
  const query = (text: string, parameters: unknown[]) =>
    client.query(text, parameters).catch((error: unknown) => {
      // A server that has become a replica stays one: the next connection may be to another.
      if ((error as { code?: string }).code === readOnlyState) isDemoted = true
      throw isDriverError(error) ? new ConnectionLost(error) : error
    })
  return {
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy ?? isDemoted),
  }
}

/** Whether an error comes neither from the server nor from the system, nor is a subclass such as TypeError. */
const isDriverError = (error: unknown) =>
  error instanceof Error && error.constructor === Error && !('code' in error && error.code)
