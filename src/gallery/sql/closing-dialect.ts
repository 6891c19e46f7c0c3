import {
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type TransactionSettings,
} from 'kysely'
import { AgnizeError } from '../../base/errors.js'

/**
 * A database that can be closed while it is in use: queries in progress finish, and later ones are refused with `closed`
 * instead of a driver error about a lost connection.
 */
export interface ClosableKysely<Schema> {
  readonly kysely: Kysely<Schema>
  close(): Promise<void>
}

/** Opens a database through a dialect of Kysely. */
export function closable<Schema>(dialect: Dialect): ClosableKysely<Schema> {
  const driver = new ClosingDriver(dialect.createDriver())
  const kysely = new Kysely<Schema>({
    dialect: {
      createDriver: () => driver,
      createQueryCompiler: () => dialect.createQueryCompiler(),
      createAdapter: () => dialect.createAdapter(),
      createIntrospector: (db) => dialect.createIntrospector(db),
    },
  })
  return { kysely, close: () => driver.destroy() }
}

/** Tracks every query, transaction and borrowed connection. */
class ClosingDriver implements Driver {
  readonly #driver: Driver
  #isInitialized = false
  #users = 0
  #closing: Promise<void> | undefined
  #unused = () => {}

  constructor(driver: Driver) {
    this.#driver = driver
  }

  async init(): Promise<void> {
    await this.#driver.init()
    this.#isInitialized = true
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    if (this.#closing !== undefined)
      throw new AgnizeError('closed', 'agnize is closed: open it again.')
    this.#users++
    try {
      return await this.#driver.acquireConnection()
    } catch (error) {
      this.#leave()
      throw error
    }
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    try {
      await this.#driver.releaseConnection(connection)
    } finally {
      this.#leave()
    }
  }

  beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    return this.#driver.beginTransaction(connection, settings)
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return this.#driver.commitTransaction(connection)
  }

  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return this.#driver.rollbackTransaction(connection)
  }

  /** Waits for queries in progress, then closes the driver. */
  destroy(): Promise<void> {
    this.#closing ??= new Promise<void>((done) => {
      this.#unused = done
      if (this.#users === 0) done()
    }).then(() => (this.#isInitialized ? this.#driver.destroy() : undefined))
    return this.#closing
  }

  #leave(): void {
    this.#users--
    if (this.#users === 0) this.#unused()
  }
}
