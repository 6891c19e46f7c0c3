import { useEffect, useId, useSyncExternalStore } from 'react'
import type { AroundNavHandler } from 'wouter'
import { useTexts } from '../texts/index.js'
import { Button } from './button.js'
import { Dialog } from './dialog.js'

/** Forms with changes that are not saved, by an id each. */
const unsaved = new Set<string>()
/** What continues once somebody confirms to leave; null while nobody is asked. */
let leaving: (() => void) | null = null
let listeners: (() => void)[] = []
/** Address of the page with the changes. */
let here = ''

const notify = () => {
  for (const listener of listeners) listener()
}

/** Asks before the page is left while a form has changes that are not saved. */
export function useUnsaved(isChanged: boolean): void {
  const id = useId()
  useEffect(() => {
    if (!isChanged) return
    unsaved.add(id)
    here = location.href
    return () => void unsaved.delete(id)
  }, [id, isChanged])
}

/** Does something that discards unsaved changes, after a question if there are any. */
export function leave(action: () => void): void {
  if (unsaved.size === 0) {
    action()
    return
  }
  leaving = action
  notify()
}

/** Asks before a link to another page is followed. */
export const askBeforeLeaving: AroundNavHandler = (navigate, to, options) => {
  const target = new URL(to, location.href)
  // Of one page, `add` opens and closes the form; the rest of the query is filters.
  const added = new URLSearchParams(location.search).get('add')
  const isSamePage =
    target.pathname === location.pathname && target.searchParams.get('add') === added
  if (isSamePage) navigate(to, options)
  else leave(() => navigate(to, options))
}

/** Asks before the page is closed or left by the browser's buttons. Called before the router listens. */
export function watchLeaving(): void {
  addEventListener('beforeunload', (event) => {
    if (unsaved.size > 0) event.preventDefault()
  })
  addEventListener('popstate', (event) => {
    if (unsaved.size === 0 || location.href === here) return
    event.stopImmediatePropagation()
    history.pushState(null, '', here)
    leave(() => history.back())
  })
}

/** The question whether to leave without saving. */
export function LeaveDialog() {
  const { app } = useTexts()
  const action = useSyncExternalStore(subscribe, () => leaving)
  const close = () => {
    leaving = null
    notify()
  }
  return (
    <Dialog title={app.unsaved} role="alertdialog" isOpen={action !== null} onClose={close}>
      <p>{app.unsavedHint}</p>
      <div className="buttons">
        <Button onPress={close} autoFocus>
          {app.stay}
        </Button>
        <Button
          kind="danger"
          onPress={() => {
            unsaved.clear()
            close()
            action?.()
          }}
        >
          {app.leave}
        </Button>
      </div>
    </Dialog>
  )
}

function subscribe(listener: () => void): () => void {
  listeners.push(listener)
  return () => {
    listeners = listeners.filter((each) => each !== listener)
  }
}
