import { useState } from 'react'
import { useLocation } from 'wouter'
import { unlockKiosk, useKioskLock } from '../kiosk-lock.js'
import { Button } from '../parts/button.js'
import { TextField } from '../parts/fields.js'
import { FormDialog } from '../parts/form-dialog.js'
import { useTexts } from '../texts/index.js'

/** The way out of the kiosk, which asks for the PIN where there is one. */
export function LeaveKiosk() {
  const texts = useTexts()
  const [, go] = useLocation()
  const isLocked = useKioskLock()
  const [isOpen, setOpen] = useState(false)
  const leave = () => {
    if (document.fullscreenElement) void document.exitFullscreen()
    go('/live')
  }
  return (
    <>
      <Button onPress={() => (isLocked ? setOpen(true) : leave())}>{texts.kiosk.leave}</Button>
      {isOpen && <PinDialog onLeave={leave} onClose={() => setOpen(false)} />}
    </>
  )
}

function PinDialog({
  onLeave,
  onClose,
}: {
  readonly onLeave: () => void
  readonly onClose: () => void
}) {
  const { kiosk: own } = useTexts()
  const [pin, setPin] = useState('')

  async function unlock(): Promise<void> {
    const refusal = await unlockKiosk(pin)
    setPin('')
    if (refusal) throw new Error(own.wrongPin(refusal.waitSeconds))
    onLeave()
  }

  return (
    <FormDialog title={own.leave} submit={own.leave} onSubmit={unlock} onClose={onClose}>
      <TextField
        label={own.pin}
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
