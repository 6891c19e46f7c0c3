import { useState } from 'react'
import { useLocation } from 'wouter'
import { isPin, lockKiosk } from '../kiosk-lock.js'
import { Button } from '../parts/button.js'
import { TextField } from '../parts/fields.js'
import { FormDialog } from '../parts/form-dialog.js'
import { Monitor } from '../parts/icons.js'
import { useTexts } from '../texts/index.js'

/** A button that opens the kiosk in full screen, with a PIN that leaves it again. */
export function OpenKiosk() {
  const { live } = useTexts()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button onPress={() => setOpen(true)}>
        <Monitor aria-hidden="true" /> {live.openKiosk}
      </Button>
      {isOpen && <PinDialog onClose={() => setOpen(false)} />}
    </>
  )
}

function PinDialog({ onClose }: { readonly onClose: () => void }) {
  const { kiosk: own, live } = useTexts()
  const [, go] = useLocation()
  const [pin, setPin] = useState('')

  async function open(): Promise<void> {
    if (pin !== '' && !isPin(pin)) throw new Error(own.noPin)
    // Before anything that is waited for: browsers give the screen only to what a person has just asked for.
    void document.documentElement.requestFullscreen?.().catch(() => {})
    try {
      if (pin !== '') await lockKiosk(pin)
      go('/kiosk')
    } catch {
      // Pages without encryption cannot hash, and a browser may store nothing.
      if (document.fullscreenElement) void document.exitFullscreen()
      throw new Error(own.keepsNoPin)
    }
  }

  return (
    <FormDialog title={live.openKiosk} submit={own.open} onSubmit={open} onClose={onClose}>
      <p>{own.means}</p>
      <TextField
        label={own.pinToLeave}
        hint={own.pinHint}
        value={pin}
        onChange={setPin}
        type="password"
        inputMode="numeric"
        autoComplete="off"
        autoFocus
      />
    </FormDialog>
  )
}
