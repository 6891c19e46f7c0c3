import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type { Pool, PoolClient } from 'pg'

/** The connection was lost: wraps the driver's own error, which has no code. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super((cause as Error).message, { cause })
  }
}

/** No connection could be established in time. */
export class NoConnection extends ConnectionLost {}

/**
 * A pool whose errors are distinguished by class. Errors of the server have an SQLSTATE, and errors of the network a system
 * code; only the driver's own errors, which concern the connection, have neither.
 *
 * @param timeoutMs - Time limit for establishing a connection, in milliseconds.
 */
export function classifyPoolErrors(pool: Pool, timeoutMs: number): PostgresPool {
  // Kysely identifies connections by object identity.
  const known = new WeakMap<PoolClient, PostgresPoolClient>()
  return {
    async connect() {
      const began = performance.now()
      const client = await pool.connect().catch((error: unknown) => {
        if (!isDriverError(error)) throw error
        // The timer may fire slightly early.
        const isLate = performance.now() - began >= timeoutMs - 50
        throw isLate ? new NoConnection(error) : new ConnectionLost(error)
      })
      const wrapped = known.get(client) ?? classifyClientErrors(client)
      known.set(client, wrapped)
      return wrapped
    },
    end: () => pool.end(),
  }
}

function classifyClientErrors(client: PoolClient): PostgresPoolClient {
  // agnize does not use cursors.
  const query = (text: string, parameters: unknown[]) =>
    client.query(text, parameters).catch((error: unknown) => {
      throw isDriverError(error) ? new ConnectionLost(error) : error
    })
  return {
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy),
  }
}

/** Whether an error comes neither from the server nor from the system, nor is a subclass such as TypeError. */
const isDriverError = (error: unknown) =>
  error instanceof Error && error.constructor === Error && !('code' in error && error.code)
