import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type { Pool, PoolClient } from 'pg'

/** The connection broke: the driver's own error, which has no code. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super((cause as Error).message, { cause })
  }
}

/** No connection came about in the time for it. */
export class NoConnection extends ConnectionLost {}

/**
 * A pool whose errors can be told by their class. What the server says has an SQLSTATE, and what the network says a code of
 * the system; only the driver's own errors, which are about the connection, are plain.
 *
 * @param patience - How long a connection may take, in milliseconds.
 */
export function tellingPool(pool: Pool, patience: number): PostgresPool {
  // Kysely knows connections by their identity.
  const known = new WeakMap<PoolClient, PostgresPoolClient>()
  return {
    async connect() {
      const began = performance.now()
      const client = await pool.connect().catch((error: unknown) => {
        if (!isPlain(error)) throw error
        // The timer's tick may come a little early.
        const isLate = performance.now() - began >= patience - 50
        throw isLate ? new NoConnection(error) : new ConnectionLost(error)
      })
      const telling = known.get(client) ?? tellingClient(client)
      known.set(client, telling)
      return telling
    },
    end: () => pool.end(),
  }
}

function tellingClient(client: PoolClient): PostgresPoolClient {
  // Cursors are not used.
  const query = (text: string, parameters: unknown[]) =>
    client.query(text, parameters).catch((error: unknown) => {
      throw isPlain(error) ? new ConnectionLost(error) : error
    })
  return {
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy),
  }
}

/** Neither of the server, nor of the system, nor a mistake of ours. */
const isPlain = (error: unknown) =>
  error instanceof Error && error.constructor === Error && !('code' in error && error.code)
