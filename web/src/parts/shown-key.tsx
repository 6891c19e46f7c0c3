import { useEffect, useSyncExternalStore } from 'react'
import type { Schemas } from '../api.js'
import { useTexts } from '../texts/index.js'
import { Button } from './button.js'
import { CopyButton } from './copy-button.js'
import { Dialog } from './dialog.js'

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

/** The new key, which is visible only once; only its button closes it. */
export function ShownKey() {
  const { keys: own } = useTexts()
  const made = useSyncExternalStore(subscribe, () => shown)
  useEffect(() => {
    if (!made) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [made])
  if (!made) return null
  return (
    <Dialog
      title={own.madeTitle(made.name)}
      isOpen
      onClose={() => showKey(null)}
      role="alertdialog"
      isHeld
    >
      <p>{own.once}</p>
      <p>
        <code className="secret">{made.key}</code>
      </p>
      <div className="buttons">
        <CopyButton text={made.key} />
        <Button kind="primary" onPress={() => showKey(null)}>
          {own.kept}
        </Button>
      </div>
    </Dialog>
  )
}
