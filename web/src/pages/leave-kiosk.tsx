import { type FormEvent, useState } from 'react'
import { useLocation } from 'wouter'
import { unlockKiosk, useKioskLock } from '../kiosk-lock.js'
import { Button } from '../parts/button.js'
import { Dialog } from '../parts/dialog.js'
import { TextField } from '../parts/fields.js'
import { useTexts } from '../texts/index.js'

/** The way out of the kiosk, which asks for the PIN where there is one. */
export function LeaveKiosk() {
  const texts = useTexts()
  const [, go] = useLocation()
  const isLocked = useKioskLock()
  const [isOpen, setOpen] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [pin, setPin] = useState('')
  const [error, setError] = useState<string>()

  const leave = () => {
    if (document.fullscreenElement) void document.exitFullscreen()
    go('/live')
  }
  const close = () => {
    setOpen(false)
    setPin('')
    setError(undefined)
  }

  async function unlock(event: FormEvent): Promise<void> {
    event.preventDefault()
    setBusy(true)
    const refusal = await unlockKiosk(pin)
    setBusy(false)
    setPin('')
    if (!refusal) leave()
    else setError(texts.kiosk.wrongPin(refusal.waitSeconds))
  }

  return (
    <>
      <Button onPress={() => (isLocked ? setOpen(true) : leave())}>{texts.kiosk.leave}</Button>
      <Dialog title={texts.kiosk.leave} isOpen={isOpen} onClose={close}>
        <form onSubmit={(event) => void unlock(event)}>
          <TextField
            label={texts.kiosk.pin}
            value={pin}
            onChange={setPin}
            error={error}
            type="password"
            inputMode="numeric"
            autoComplete="off"
            autoFocus
          />
          <div className="buttons">
            <Button onPress={close}>{texts.app.cancel}</Button>
            <Button kind="primary" type="submit" isPending={isBusy}>
              {texts.kiosk.leave}
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  )
}
