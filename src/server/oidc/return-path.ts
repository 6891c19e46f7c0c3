/**
 * The page of the console to which somebody returns, as a path below the server's root without its first slash, such as
 * `people?search=x`. Whatever else is given, such as another site or the API, becomes the first page.
 */
export function returnPath(given: string | undefined): string {
  const base = 'http://console.invalid'
  if (given === undefined || !given.startsWith('/') || !URL.canParse(given, base)) return ''
  const { origin, pathname, search, hash } = new URL(given, base)
  if (origin !== base || pathname.startsWith('//')) return ''
  if (/^\/(v1|api|assets|docs)(\/|$)/.test(pathname)) return ''
  return `${pathname.slice(1)}${search}${hash}`
}

/** A page with the code of the error for which nobody was signed in, which the console explains. */
export function refusedPath(path: string, code: string): string {
  const url = new URL(`/${path}`, 'http://console.invalid')
  url.searchParams.set('refused', code)
  return `${url.pathname.slice(1)}${url.search}${url.hash}`
}
