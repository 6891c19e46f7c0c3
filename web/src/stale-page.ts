import { addressOf } from './root.js'

const reloadedKey = 'agnize.reloaded'
/** A page that was reloaded less than this many milliseconds ago is not reloaded again. Judgment. */
const reloadGapMs = 30_000

/** Whether the server answers. */
export async function isServerThere(): Promise<boolean> {
  const answer = await fetch(addressOf('/v1/health'), { cache: 'no-store' }).catch(() => null)
  return answer?.ok ?? false
}

/**
 * Reloads the page once if a file of its version is gone, as after an upgrade of the server. Without a server it stays, since
 * a browser shows nothing in its place.
 *
 * @returns Whether it reloads.
 */
export async function reloadStalePage(): Promise<boolean> {
  const reloadedAt = Number(sessionStorage.getItem(reloadedKey) ?? 0)
  if (Date.now() - reloadedAt < reloadGapMs || !(await isServerThere())) return false
  sessionStorage.setItem(reloadedKey, String(Date.now()))
  location.reload()
  return true
}

/** Reloads the page when a script of a page is missing. Vite reports it by this event. */
export function watchForMissingFiles(): void {
  addEventListener('vite:preloadError', () => void reloadStalePage())
}
