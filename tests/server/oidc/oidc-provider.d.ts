/** What the tests use of a package without types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  type Middleware = (ctx: any, next: () => Promise<void>) => Promise<void>
  export default class Provider {
    constructor(issuer: string, configuration: object)
    use(middleware: Middleware): void
    callback(): (request: IncomingMessage, response: ServerResponse) => void
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: object,
    ): Promise<void>
    Grant: { find(id: string): Promise<unknown> } & (new (of: {
      accountId: string
      clientId: string
    }) => { addOIDCScope(scope: string): void; save(): Promise<string> })
  }
}
