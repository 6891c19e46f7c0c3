import { useSyncExternalStore } from 'react'

/**
 * The PIN without which this browser shows nothing but the kiosk. It keeps those who stand before the tablet out of the console.
 * Who can operate the browser itself (its address bar, its developer tools, its storage) can remove it; a PIN of few digits can also be
 * found from what is stored here, with patience, so it is no secret of other use.
 */
interface Lock {
  readonly salt: string
  readonly hash: string
  /** Wrong PINs since the last right one. */
  readonly failures: number
  /** When another PIN may be tried, in milliseconds since 1970. */
  readonly retryAt: number
}

/** Why a PIN did not open the kiosk. */
export type Refusal = { readonly waitSeconds: number }

const storageKey = 'agnize.kiosk-lock'
/** Rounds of PBKDF2: OWASP's advice for SHA-256. */
const rounds = 600_000
/** Wrong PINs before the first wait, and its length, which doubles with each further one. Judgment. */
const freeTries = 5
const firstWaitMs = 30_000
const longestWaitMs = 900_000

/** What is a PIN: 4 to 12 digits. */
export const isPin = (text: string): boolean => /^\d{4,12}$/.test(text)

/** Locks the kiosk of this browser with a PIN. */
export async function lockKiosk(pin: string): Promise<void> {
  const salt = crypto.getRandomValues(new Uint8Array(16))
  write({ salt: text(salt), hash: await hashOf(pin, salt), failures: 0, retryAt: 0 })
}

/** Unlocks the kiosk with its PIN. @returns Null where it is the right one. */
export async function unlockKiosk(pin: string): Promise<Refusal | null> {
  const lock = read()
  if (!lock) return null
  const wait = lock.retryAt - Date.now()
  // A clock that was set back must not keep anybody out for longer.
  if (wait > 0 && wait <= longestWaitMs) return { waitSeconds: Math.ceil(wait / 1000) }
  // Counted before it is checked, so that a page that is reloaded meanwhile has tried too.
  const failures = lock.failures + 1
  const beyond = failures - freeTries
  const waitMs = beyond < 0 ? 0 : Math.min(firstWaitMs * 2 ** beyond, longestWaitMs)
  write({ ...lock, failures, retryAt: Date.now() + waitMs })
  const salt = Uint8Array.from(atob(lock.salt), (char) => char.charCodeAt(0))
  if ((await hashOf(pin, salt)) !== lock.hash) return { waitSeconds: waitMs / 1000 }
  localStorage.removeItem(storageKey)
  notify()
  return null
}

/** Whether this browser shows the kiosk only. */
export function useKioskLock(): boolean {
  return useSyncExternalStore(subscribe, () => read() !== undefined)
}

async function hashOf(pin: string, salt: Uint8Array<ArrayBuffer>): Promise<string> {
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, [
    'deriveBits',
  ])
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }
  return text(new Uint8Array(await crypto.subtle.deriveBits(how, key, 256)))
}

const text = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes))

function read(): Lock | undefined {
  try {
    return (JSON.parse(localStorage.getItem(storageKey) ?? 'null') as Lock | null) ?? undefined
  } catch {
    return undefined
  }
}

function write(lock: Lock): void {
  localStorage.setItem(storageKey, JSON.stringify(lock))
  notify()
}

const listeners = new Set<() => void>()
const notify = () => {
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', listener)
  }
}
