import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { PoolConfig } from 'pg'
import { AgnizeError } from '../../base/errors.js'

/** Default sizes of the pools of one process. Judgment. */
const defaultReaders = 10
const defaultWriters = 5
/** Default time limit of a statement, in milliseconds: far more than a search of millions takes. Judgment. */
const defaultStatementTimeoutMs = 300_000
/**
 * Default pause between looks of the server whether a client that waits for a statement is still there, in milliseconds. Judgment:
 * a look costs a system call, and an abandoned statement works on until the next.
 */
const defaultClientCheckMs = 10_000
/** Time limit for establishing a connection, in milliseconds. Judgment. */
const connectionTimeoutMs = 10_000

/** The address of a database, understood. */
export interface PostgresAddress {
  /** Hosts and database, without user and password, for messages. */
  readonly place: string
  /** Options of a connection to each host, in the order in which they are tried. */
  readonly hosts: readonly PoolConfig[]
  /** Whether a host that is a replica is passed over. */
  readonly wantsPrimary: boolean
  /** Numbers of connections for reading and for changes. */
  readonly readers: number
  readonly writers: number
  /** Time limit of a statement, in milliseconds; 0 for none. */
  readonly statementTimeoutMs: number
  /** Pause between the server's looks whether a client is still there, in milliseconds; 0 for none. */
  readonly clientCheckMs: number
  readonly connectionTimeoutMs: number
}

/** Whether a text is libpq's other form of an address, `host=… dbname=…`, which agnize does not take. */
export const isKeywordAddress = (text: string) =>
  /(^|\s)(host|hostaddr|port|dbname|user|password|service)\s*=/.test(text) &&
  !/^[\w+.-]+:/.test(text)

/** @throws AgnizeError `bad-argument`, which does not show the password. */
export function keywordAddress(): AgnizeError {
  return new AgnizeError(
    'bad-argument',
    'The store is an address of the form "host=… dbname=…": write it as postgres://USER:PASSWORD@HOST:PORT/DATABASE.',
  )
}

/**
 * Reads an address: `postgres://user:password@host:port,host:port/database?parameter=value`.
 *
 * @throws AgnizeError `bad-argument`.
 */
export function readPostgresAddress(address: string): PostgresAddress {
  const [, scheme, credentials = '', hosts, rest] =
    /^(postgres(?:ql)?:\/\/)([^@/?]*@)?([^/?]*)(.*)$/s.exec(address) ?? []
  if (scheme === undefined || hosts === undefined || rest === undefined) throw invalid()
  const query = rest.includes('?') ? rest.slice(rest.indexOf('?') + 1) : ''
  const parameters = new URLSearchParams(query)
  const each = hosts.split(',')
  const wanted = parameters.get('target_session_attrs') ?? 'any'
  if (!['any', 'read-write', 'primary'].includes(wanted)) {
    throw new AgnizeError(
      'bad-argument',
      `The address of the database has target_session_attrs=${wanted}: give any, read-write or primary.`,
    )
  }
  const own = [
    'readers',
    'writers',
    'statement_timeout',
    'client_connection_check_interval',
    'target_session_attrs',
  ]
  const passedOn = new URLSearchParams([...parameters].filter(([name]) => !own.includes(name)))
  const path = rest.split('?')[0]!
  const host = each[0] || parameters.get('host') || 'localhost'
  return {
    place: `${each.length > 1 ? hosts : host}${path}`,
    hosts: each.map((one) =>
      configOf(`${scheme}${credentials}${one}${path}?${passedOn}`, parameters),
    ),
    wantsPrimary: wanted !== 'any',
    readers: count(parameters, 'readers', 1) ?? defaultReaders,
    writers: count(parameters, 'writers', 1) ?? defaultWriters,
    statementTimeoutMs: count(parameters, 'statement_timeout', 0) ?? defaultStatementTimeoutMs,
    clientCheckMs: count(parameters, 'client_connection_check_interval', 0) ?? defaultClientCheckMs,
    connectionTimeoutMs,
  }
}

/**
 * Options of a connection. As in libpq, `sslmode=require` encrypts and accepts any certificate; with `sslrootcert` it must be of
 * that authority, and with `verify-full` also name the host.
 */
function configOf(url: string, parameters: URLSearchParams): PoolConfig {
  const mode = parameters.get('sslmode') ?? 'prefer'
  const root = parameters.get('sslrootcert')
  if (!['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'].includes(mode)) {
    throw new AgnizeError(
      'bad-argument',
      `The address of the database has sslmode=${mode}: give disable, require, verify-ca or verify-full.`,
    )
  }
  try {
    const plain = new URL(url)
    for (const name of ['sslmode', 'sslrootcert', 'sslcert', 'sslkey'])
      plain.searchParams.delete(name)
    const connectionString = plain.href
    if (!['require', 'verify-ca', 'verify-full'].includes(mode)) return { connectionString }
    return {
      connectionString,
      ssl: {
        rejectUnauthorized: mode !== 'require' || root !== null,
        ...(root !== null && { ca: certificateOf(root) }),
        ...(parameters.has('sslcert') && { cert: certificateOf(parameters.get('sslcert')!) }),
        ...(parameters.has('sslkey') && { key: keyOf(parameters.get('sslkey')!) }),
        // The host's name is only checked on request.
        ...(mode !== 'verify-full' && { checkServerIdentity: () => undefined }),
      },
    }
  } catch (cause) {
    throw cause instanceof AgnizeError ? cause : invalid(cause)
  }
}

const certificateOf = (path: string) =>
  pemOf(path, 'certificate', (text) => new X509Certificate(text))
const keyOf = (path: string) => pemOf(path, 'private key', createPrivateKey)

/** The text of a PEM file, whose first part `parse` can read. */
function pemOf(path: string, what: string, parse: (text: string) => unknown): string {
  const text = fileOf(path)
  try {
    parse(text)
  } catch (cause) {
    throw new AgnizeError(
      'bad-argument',
      `The file ${path} that the address of the database names is no ${what} in PEM form without a password: check it.`,
      { cause },
    )
  }
  return text
}

function fileOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new AgnizeError(
      'bad-argument',
      `The file ${path} that the address of the database names cannot be read: check its path.`,
      { cause },
    )
  }
}

function count(parameters: URLSearchParams, name: string, least: number): number | undefined {
  const text = parameters.get(name)
  if (text === null) return undefined
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= 2 ** 31 - 1) return value
  throw new AgnizeError(
    'bad-argument',
    `The address of the database has ${name}=${text}: give a whole number from ${least} on.`,
  )
}

function invalid(cause?: unknown): AgnizeError {
  return new AgnizeError(
    'bad-argument',
    'The store is not a database address: give postgres://USER:PASSWORD@HOST:PORT/DATABASE.',
    { cause },
  )
}
