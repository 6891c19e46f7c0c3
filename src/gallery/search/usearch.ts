import type usearch from 'usearch'

/** The library for scans and graphs; undefined where it is not installed. */
export type Usearch = typeof usearch

let loading: Promise<Usearch | undefined> | undefined

/** Loads usearch on first use. */
export function loadUsearch(): Promise<Usearch | undefined> {
  loading ??= import('usearch').then(
    ({ default: library }) => library,
    () => undefined,
  )
  return loading
}
