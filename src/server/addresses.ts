import { AgnizeError } from '../base/errors.js'
import { operations } from './operations.js'
import { liveOperation } from './routes/live-operation.js'

/** A path of the API with all its methods. */
interface Address {
  readonly path: string
  readonly pattern: RegExp
  readonly methods: readonly string[]
}

const isParameter = (segment = '') => segment.startsWith('{')

/** Orders paths as the router tries them: at the first difference, the one with a word before the one with a parameter. */
function bySpecificity({ path: a }: Address, { path: b }: Address): number {
  const [left, right] = [a.split('/'), b.split('/')]
  const at = left.findIndex((segment, i) => isParameter(segment) !== isParameter(right[i]))
  return at < 0 ? 0 : Number(isParameter(left[at])) - Number(isParameter(right[at]))
}

const all = [...operations, liveOperation]
const addresses: readonly Address[] = [...new Set(all.map(({ path }) => path))]
  .map((path) => ({
    path,
    pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`),
    methods: all.filter((operation) => operation.path === path).map(({ method }) => method),
  }))
  .sort(bySpecificity)

/** The methods of the one path of the API that a URL has, without its query; none where it has no such path. */
export const methodsAt = (url: string): readonly string[] =>
  addresses.find(({ pattern }) => pattern.test(url))?.methods ?? []

/**
 * Paths whose own methods do not include one that a path with a parameter in that place has: the router would answer
 * `GET …/jobs/archive` as a job named "archive".
 */
export const shadowed: readonly { readonly method: string; readonly path: string }[] =
  addresses.flatMap(({ path, methods }) =>
    addresses
      .filter((other) => other.path !== path && other.pattern.test(path))
      .flatMap((other) => other.methods)
      .filter((method) => !methods.includes(method))
      .map((method) => ({ method, path })),
  )

/** The error for a method that an address has not. */
export function methodNotAllowed(method: string, allowed: readonly string[]): AgnizeError {
  return new AgnizeError(
    'method-not-allowed',
    `${method} is not allowed at this address: use ${allowed.join(' or ')}.`,
  )
}
