import { type ClientRequest, request as http, type IncomingMessage } from 'node:http'
import { request as https } from 'node:https'
import { isIP, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'

/** Connection settings for a server. */
export interface Connection {
  /** Address of a proxy; default the one that the environment names (`HTTPS_PROXY`, `HTTP_PROXY`). */
  readonly proxy?: string | null | undefined
  /** Domains that are reached without a proxy, separated by commas; default those of `NO_PROXY`. */
  readonly noProxy?: string | null | undefined
  /** Certificate authorities in place of Node's own, PEM. */
  readonly ca?: string | string[] | undefined
  /** Client certificate and its key, PEM. */
  readonly cert?: string | undefined
  readonly key?: string | undefined
  /** Whether certificates are checked; default true. */
  readonly rejectUnauthorized?: boolean | undefined
  readonly localAddress?: string | undefined
  /** Idle timeout of the connection, in milliseconds. */
  readonly timeout: number
}

/** One HTTP request. */
export interface RequestOptions extends Connection {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal?: AbortSignal | undefined
}

/** Maximum number of redirects that are followed. Judgment. */
const maxRedirects = 20
const redirectStatuses = new Set([301, 302, 303, 307, 308])

/**
 * Sends one request, through a proxy where one is set: http: requests directly, https: requests through a tunnel (CONNECT).
 * Redirects are not followed.
 *
 * @returns The response once its headers have arrived; the caller must read its body.
 * @throws Error with Node's code, `ETIMEDOUT`, `EINVALIDPROXY`, or `E` and the status code of a proxy's refusal.
 */
export async function sendRequest(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw failure('EUNSUPPORTEDPROTOCOL', `${url.protocol} is neither http: nor https:`)
  }
  const { method = 'GET', body, signal, localAddress, timeout } = options
  const secure = url.protocol === 'https:'
  const tls = tlsOptions(options)
  const proxy = proxyFor(url, options)
  const headers = {
    ...options.headers,
    ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
  }
  const common = { method, headers, signal, localAddress }
  if (!proxy) {
    const request = secure ? https(url, { ...common, ...tls }) : http(url, common)
    return awaitResponse(request, body, timeout)
  }
  if (!secure) {
    const path = new URL(url)
    path.username = ''
    path.password = ''
    path.hash = ''
    const proxyOptions = {
      ...common,
      ...(url.username && { auth: credentials(url) }),
      path: path.href,
      headers: { ...headers, host: url.host, ...proxyAuthorization(proxy) },
      agent: false as const,
    }
    return awaitResponse(connectToProxy(proxy, proxyOptions, options), body, timeout)
  }
  const socket = await tunnel(url, proxy, options)
  const request = https(url, {
    ...common,
    createConnection: () => connectTls({ ...tls, socket, ...serverName(url) }),
  })
  return awaitResponse(request, body, timeout)
}

/**
 * Gets a URL, following redirects. The caller's credentials (`authorization`, client certificate) are sent to the first
 * host only, and never from https: to http:.
 *
 * @throws Error as {@link sendRequest}; `EMAXREDIRECT`, `EINVALIDREDIRECT`.
 */
export async function getFollowing(
  url: URL,
  options: RequestOptions & { readonly authorization?: string | undefined },
): Promise<IncomingMessage> {
  let { authorization, cert, key } = options
  let at = url
  for (let hop = 0; ; hop++) {
    const headers = { ...options.headers, ...(authorization !== undefined && { authorization }) }
    const response = await sendRequest(at, { ...options, headers, cert, key })
    if (!redirectStatuses.has(response.statusCode!)) return response
    response.resume()
    if (hop === maxRedirects) throw failure('EMAXREDIRECT', 'It redirects too often.')
    const { location } = response.headers
    if (!location || !URL.canParse(location, at.href)) {
      throw failure('EINVALIDREDIRECT', 'It redirects without giving an address.')
    }
    const next = new URL(location, at)
    if (next.host !== at.host || (at.protocol === 'https:' && next.protocol !== 'https:')) {
      authorization = undefined
      cert = undefined
      key = undefined
    }
    at = next
  }
}

/** The proxy for a URL, by npm's rules; null for none. */
export function proxyFor(
  url: URL,
  { proxy, noProxy }: Pick<Connection, 'proxy' | 'noProxy'>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): URL | null {
  const variables = Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const named =
    proxy ||
    variables.https_proxy ||
    (url.protocol === 'http:' ? variables.http_proxy || variables.proxy : undefined)
  if (!named || isExempt(url.hostname, noProxy || variables.no_proxy || '')) return null
  const found = new URL(named)
  if (found.protocol !== 'http:' && found.protocol !== 'https:') {
    throw failure(
      'EINVALIDPROXY',
      `A proxy address begins with http: or https:, not with ${found.protocol}`,
    )
  }
  return found
}

/** Whether a host is one of the listed domains or a subdomain of one. */
function isExempt(host: string, domains: string): boolean {
  return domains.split(',').some((each) => {
    const domain = each.trim().replace(/^[.]+/, '')
    return domain !== '' && (domain === '*' || host === domain || host.endsWith(`.${domain}`))
  })
}

function tlsOptions({ ca, cert, key, rejectUnauthorized }: Connection) {
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
  }
}

/** Opens a connection to the URL's server through a proxy. */
function tunnel(url: URL, proxy: URL, options: RequestOptions): Promise<Socket | TLSSocket> {
  const { signal, localAddress, timeout } = options
  const host = `${url.hostname}:${url.port || 443}`
  const request = connectToProxy(
    proxy,
    {
      ...{ method: 'CONNECT', path: host, agent: false as const, signal, localAddress },
      headers: { host, ...proxyAuthorization(proxy) },
    },
    options,
  )
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => request.destroy(timedOut(timeout)), timeout)
    request.once('connect', ({ statusCode }, socket) => {
      clearTimeout(timer)
      if (statusCode === 200) return resolve(socket)
      socket.destroy()
      reject(failure(`E${statusCode}`, `The proxy answers ${statusCode}.`))
    })
    request.once('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    request.end()
  })
}

function connectToProxy(proxy: URL, request: object, { ca, rejectUnauthorized }: Connection) {
  const at = {
    host: hostWithoutBrackets(proxy),
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
  }
  return proxy.protocol === 'https:'
    ? https({ ...request, ...at, ...tlsOptions({ ca, rejectUnauthorized, timeout: 0 }) })
    : http({ ...request, ...at })
}

function proxyAuthorization(proxy: URL): Record<string, string> {
  if (!proxy.username) return {}
  const basic = Buffer.from(credentials(proxy)).toString('base64')
  return { 'proxy-authorization': `Basic ${basic}` }
}

function credentials({ username, password }: URL): string {
  return `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
}

/** The host name without the brackets of an IPv6 address. */
function hostWithoutBrackets({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}

function serverName(url: URL): { host: string; servername?: string } {
  const host = hostWithoutBrackets(url)
  return isIP(host) ? { host } : { host, servername: host }
}

/** Sends the request and resolves with the response once its headers have arrived. */
function awaitResponse(
  request: ClientRequest,
  body: string | undefined,
  timeout: number,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const stop = () => request.destroy(timedOut(timeout))
    const timer = setTimeout(stop, timeout)
    request.setTimeout(timeout, stop)
    request.once('response', (response) => {
      clearTimeout(timer)
      request.setTimeout(0)
      response.setTimeout(timeout, () => response.destroy(timedOut(timeout)))
      resolve(response)
    })
    request.on('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    request.end(body)
  })
}

function timedOut(milliseconds: number): Error {
  return failure('ETIMEDOUT', `no data arrived for ${milliseconds / 1000} s`)
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}
