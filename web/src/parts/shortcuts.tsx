import { useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { type Page, pages } from '../pages.js'
import { usePreference } from '../preferences.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'
import { Button } from './button.js'
import { Dialog } from './dialog.js'
import { Switch } from './fields.js'

/** The letter after G that opens a page. The same in every language, so that hands learn them once. */
const letters: Readonly<Partial<Record<Page['id'], string>>> = {
  home: 'h',
  live: 'l',
  identify: 'i',
  compare: 'c',
  people: 'p',
  visitors: 'v',
  events: 'e',
  settings: 's',
}

/** Time for the letter after G, in milliseconds. Judgment. */
const nextKeyMs = 1500

/** Whether a key belongs to what is being typed, or to an open dialog. */
const isTaken = ({ target, ctrlKey, metaKey, altKey }: KeyboardEvent) =>
  ctrlKey ||
  metaKey ||
  altKey ||
  (target instanceof Element &&
    target.closest('input, textarea, select, [role=dialog], [role=alertdialog]') !== null)

/** Shortcuts of the keyboard, and the list of them, which “?” opens. */
export function Shortcuts() {
  const texts = useTexts()
  const { shortcuts: own } = texts
  const { may } = useSession()
  const [, go] = useLocation()
  const [isOn, setOn] = usePreference('shortcuts')
  const [isOpen, setOpen] = useState(false)
  const startedAt = useRef(Number.NEGATIVE_INFINITY)
  const allowed = pages.filter(({ id, scope }) => letters[id] && (scope === null || may(scope)))
  const latest = useRef({ allowed, go })
  latest.current = { allowed, go }

  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (isTaken(event)) return
      // The list stays in reach, since it is where shortcuts are switched on again.
      if (event.key === '?') setOpen(true)
      if (event.key === '?' || !isOn) return
      if (event.key === '/') {
        const field = document.querySelector<HTMLInputElement>('main input[type=search]')
        if (!field) return
        event.preventDefault()
        field.focus()
        return
      }
      const isSecond = performance.now() - startedAt.current < nextKeyMs
      const page =
        isSecond && latest.current.allowed.find(({ id }) => letters[id] === event.key.toLowerCase())
      startedAt.current = event.key === 'g' && !page ? performance.now() : Number.NEGATIVE_INFINITY
      if (page) latest.current.go(page.path)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [isOn])

  return (
    <Dialog title={own.title} isOpen={isOpen} onClose={() => setOpen(false)}>
      <dl className="shortcuts">
        <div>
          <dt>
            <kbd>?</kbd>
          </dt>
          <dd>{own.list}</dd>
        </div>
        <div>
          <dt>
            <kbd>/</kbd>
          </dt>
          <dd>{own.search}</dd>
        </div>
        {allowed.map(({ id }) => (
          <div key={id}>
            <dt>
              <kbd>G</kbd> <kbd>{letters[id]!.toUpperCase()}</kbd>
            </dt>
            <dd>{texts.pages[id]}</dd>
          </div>
        ))}
      </dl>
      <Switch isSelected={isOn} onChange={setOn}>
        {own.on}
      </Switch>
      <div className="buttons">
        <Button onPress={() => setOpen(false)}>{texts.app.close}</Button>
      </div>
    </Dialog>
  )
}
