import { type FormEvent, useState } from 'react'
import { useLocation } from 'wouter'
import { isPin, lockKiosk } from '../kiosk-lock.js'
import { Button } from '../parts/button.js'
import { Dialog } from '../parts/dialog.js'
import { TextField } from '../parts/fields.js'
import { Monitor } from '../parts/icons.js'
import { useTexts } from '../texts/index.js'

/** A button that opens the kiosk in full screen, with a PIN that leaves it again. */
export function OpenKiosk() {
  const texts = useTexts()
  const [, go] = useLocation()
  const [isOpen, setOpen] = useState(false)
  const [pin, setPin] = useState('')
  const [error, setError] = useState<string>()

  async function open(event: FormEvent): Promise<void> {
    event.preventDefault()
    if (pin !== '' && !isPin(pin)) {
      setError(texts.kiosk.noPin)
      return
    }
    // Before anything that is waited for: browsers give the screen only to what a person has just asked for.
    void document.documentElement.requestFullscreen?.().catch(() => {})
    try {
      if (pin !== '') await lockKiosk(pin)
      go('/kiosk')
    } catch {
      // Pages without encryption cannot hash, and a browser may store nothing.
      setError(texts.kiosk.keepsNoPin)
      if (document.fullscreenElement) void document.exitFullscreen()
    }
  }

  return (
    <>
      <Button onPress={() => setOpen(true)}>
        <Monitor aria-hidden="true" /> {texts.live.openKiosk}
      </Button>
      <Dialog title={texts.live.openKiosk} isOpen={isOpen} onClose={() => setOpen(false)}>
        <form onSubmit={(event) => void open(event)}>
          <p>{texts.kiosk.means}</p>
          <TextField
            label={texts.kiosk.pinToLeave}
            hint={texts.kiosk.pinHint}
            value={pin}
            onChange={(value) => {
              setPin(value)
              setError(undefined)
            }}
            error={error}
            type="password"
            inputMode="numeric"
            autoComplete="off"
            autoFocus
          />
          <div className="buttons">
            <Button onPress={() => setOpen(false)}>{texts.app.cancel}</Button>
            <Button kind="primary" type="submit">
              {texts.kiosk.open}
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  )
}
