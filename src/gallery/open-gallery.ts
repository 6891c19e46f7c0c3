import type { Gallery } from './gallery.js'

/** Loads what only galleries need, so that the other commands start faster. */
export async function openGallery(path: string, name: string): Promise<Gallery> {
  const [{ Gallery }, { SqliteStore }] = await Promise.all([
    import('./gallery.js'),
    import('./sqlite/sqlite-store.js'),
  ])
  return new Gallery(await SqliteStore.open(path, name))
}
