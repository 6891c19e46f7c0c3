import { type ReactNode, useState } from 'react'
import { useTexts } from '../texts/index.js'
import { Button } from './button.js'
import { Dialog } from './dialog.js'
import { explain } from './states.js'

/** A button that opens a confirmation dialog, which states the consequences, before it acts. */
export function ConfirmButton({
  label,
  title,
  children,
  confirm,
  onConfirm,
  kind = 'plain',
  icon,
}: {
  readonly label: string
  readonly title: string
  /** The consequences, shown in the dialog. */
  readonly children: ReactNode
  /** Label of the button that confirms. */
  readonly confirm: string
  readonly onConfirm: () => Promise<unknown>
  readonly kind?: 'plain' | 'quiet' | 'danger'
  /** Shown instead of the label, which becomes the accessible name. */
  readonly icon?: ReactNode
}) {
  const texts = useTexts()
  const [isOpen, setOpen] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<string>()

  async function act(): Promise<void> {
    setBusy(true)
    setError(undefined)
    try {
      await onConfirm()
      setOpen(false)
    } catch (failure) {
      setError(explain(failure, texts))
    } finally {
      setBusy(false)
    }
  }

  return (
    <>
      <Button
        kind={kind}
        onPress={() => setOpen(true)}
        {...(icon === undefined ? {} : { 'aria-label': label })}
      >
        {icon ?? label}
      </Button>
      <Dialog
        title={title}
        role="alertdialog"
        isOpen={isOpen}
        isBusy={isBusy}
        onClose={() => setOpen(false)}
      >
        {children}
        {error && (
          <p className="field-error" role="alert">
            {error}
          </p>
        )}
        <div className="buttons">
          <Button onPress={() => setOpen(false)} isDisabled={isBusy} autoFocus>
            {texts.app.cancel}
          </Button>
          <Button kind="danger" onPress={() => void act()} isPending={isBusy}>
            {confirm}
          </Button>
        </div>
      </Dialog>
    </>
  )
}
