import type usearch from 'usearch'

/** The library for scans and graphs; undefined where it could not be installed. */
export type Usearch = typeof usearch

let loading: Promise<Usearch | undefined> | undefined

/** Loads usearch the first time it is asked for. */
export function loadUsearch(): Promise<Usearch | undefined> {
  loading ??= import('usearch').then(
    ({ default: library }) => library,
    () => undefined,
  )
  return loading
}
