import { useCallback, useSyncExternalStore } from 'react'

/** Preferences stored in this browser, not on the server. */
export interface Preferences {
  language: string
  theme: 'auto' | 'light' | 'dark'
  camera: string | null
  way: 'auto' | 'browser' | 'server'
  sound: boolean
  voice: string | null
  shortcuts: boolean
}

const defaults: Preferences = {
  language: 'auto',
  theme: 'auto',
  camera: null,
  way: 'auto',
  sound: true,
  voice: null,
  shortcuts: true,
}

const keyOf = (name: keyof Preferences) => `agnize.${name}`
const listeners = new Set<() => void>()
addEventListener('storage', () => notifyListeners())

const notifyListeners = () => {
  for (const listener of listeners) listener()
}

/** The stored preference, or the default. */
export function preference<Name extends keyof Preferences>(name: Name): Preferences[Name] {
  try {
    const text = localStorage.getItem(keyOf(name))
    return text === null ? defaults[name] : (JSON.parse(text) as Preferences[Name])
  } catch {
    return defaults[name]
  }
}

/** A preference and a function to change it. */
export function usePreference<Name extends keyof Preferences>(name: Name) {
  const value = useSyncExternalStore(subscribe, () => preference(name))
  const set = useCallback(
    (value: Preferences[Name]) => {
      try {
        localStorage.setItem(keyOf(name), JSON.stringify(value))
      } catch {
        // The browser does not allow storage: the choice is lost with the page.
      }
      notifyListeners()
    },
    [name],
  )
  return [value, set] as const
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
