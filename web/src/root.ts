/** Base URL of the console: the server's root, or the path that a proxy serves it under. Scripts are one folder below. */
export const root = new URL(/* @vite-ignore */ '..', import.meta.url)

/** The URL of a path of the server, such as `/v1/session`, below the path that it is served under. */
export const addressOf = (path: string): string => new URL(path.replace(/^\//, ''), root).href
