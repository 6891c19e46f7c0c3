import { useSyncExternalStore } from 'react'
import type { Schemas } from '../api.js'
import { useTexts } from '../texts/index.js'
import { ShownOnce } from './shown-once.js'

/** The new key that is shown. It is kept beside the pages, since replacing one's own key ends the session and their content. */
let shown: Schemas['NewKey'] | null = null
const listeners = new Set<() => void>()

/** Shows a new key until somebody confirms that it is saved. */
export function showKey(key: Schemas['NewKey'] | null): void {
  shown = key
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The new key. */
export function ShownKey() {
  const { keys: own } = useTexts()
  const made = useSyncExternalStore(subscribe, () => shown)
  if (!made) return null
  return (
    <ShownOnce
      title={own.madeTitle(made.name)}
      secret={made.key}
      kept={own.kept}
      onClose={() => showKey(null)}
    >
      {own.once}
    </ShownOnce>
  )
}
