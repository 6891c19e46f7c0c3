/** Where the console lies: the root of the server, or a path of a proxy before it. Scripts lie one folder below. */
export const root = new URL(/* @vite-ignore */ '..', import.meta.url)

/** The address of something of the server, such as `/v1/session`, behind whatever path it is served. */
export const addressOf = (path: string): string => new URL(path.replace(/^\//, ''), root).href
