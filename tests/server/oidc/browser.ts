/** The little of a browser that a sign-in needs: cookies, of which that of the session is `Strict`, and redirects that it follows. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>()

  /** Requests an address of a server's page, as its console does. */
  async send(
    url: string,
    init: { readonly json?: unknown; readonly method?: string; readonly from?: string } = {},
  ): Promise<Response> {
    const { origin } = new URL(url)
    const jar = this.#cookies.get(origin) ?? new Map<string, string>()
    this.#cookies.set(origin, jar)
    const isFromElsewhere = init.from === 'cross-site'
    const sent = [...jar].filter(([name]) => !(isFromElsewhere && name === 'agnize_session'))
    const response = await fetch(url, {
      method: init.method ?? (init.json === undefined ? 'GET' : 'POST'),
      ...(init.json !== undefined && { body: JSON.stringify(init.json) }),
      redirect: 'manual',
      headers: {
        cookie: sent.map(([name, value]) => `${name}=${value}`).join('; '),
        ...(init.json !== undefined && { 'content-type': 'application/json', origin }),
        'sec-fetch-site': init.from ?? 'same-origin',
        accept: init.json === undefined ? 'text/html,application/xhtml+xml' : 'application/json',
      },
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name!)
      else jar.set(name!, value!)
    }
    return response
  }

  /** Goes to a page of the provider, and on until it sends the browser back. @returns That address. */
  async toCallback(url: string): Promise<string> {
    let at = url
    for (let hop = 0; hop < 10; hop++) {
      const { headers, status } = await this.send(at, { from: 'cross-site' })
      const location = headers.get('location')
      if (!location) throw new Error(`${at} answers ${status}`)
      at = new URL(location, at).href
      if (at.includes('/v1/session/oidc/callback')) return at
    }
    throw new Error('too many redirects')
  }

  /** Begins to sign in. @returns The address to which the provider sends the browser back. */
  async begin(server: string, more: object = {}): Promise<string> {
    const response = await this.send(`${server}/v1/session/oidc`, {
      json: { console: `${server}/`, ...more },
    })
    const body = (await response.json()) as { url?: string }
    if (response.status !== 201) throw new Error(JSON.stringify(body))
    return this.toCallback(body.url!)
  }

  /** Comes back from the provider. @returns The address to which the server sends the browser. */
  async comeBack(callback: string): Promise<string> {
    const { headers } = await this.send(callback, { from: 'cross-site' })
    return new URL(headers.get('location')!, callback).href
  }

  /** Signs in. @returns The page on which the browser ends. */
  async signIn(server: string, more: object = {}): Promise<string> {
    return this.comeBack(await this.begin(server, more))
  }

  /** The session that a server sees. */
  async session(server: string): Promise<any> {
    return (await this.send(`${server}/v1/session`)).json()
  }

  cookies(server: string): Map<string, string> {
    return this.#cookies.get(server) ?? new Map()
  }

  /** Takes the cookies that another browser has of a server, also for another address of the server. */
  steal(from: Browser, server: string, address = server): void {
    this.#cookies.set(address, new Map(from.cookies(server)))
  }
}
