import type usearch from 'usearch'
import { loadNativePackage } from '../../base/native-package.js'

/** The library for scans and graphs; undefined where it is not installed. */
export type Usearch = typeof usearch

let loaded: { readonly usearch: Usearch | undefined } | undefined

/** Loads usearch on first use. */
export function loadUsearch(): Usearch | undefined {
  if (!loaded) {
    const native = loadNativePackage<Usearch>('usearch', 'usearch')
    loaded = { usearch: 'library' in native ? native.library : undefined }
  }
  return loaded.usearch
}
