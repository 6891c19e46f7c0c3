import { type ReactNode, useState } from 'react'
import { useTexts } from '../texts/index.js'
import { Button } from './button.js'
import { Dialog } from './dialog.js'
import { FormError } from './states.js'
import { useWork } from './use-work.js'

/** A button that opens a confirmation dialog, which states the consequences, before it acts. */
export function ConfirmButton({
  label,
  title,
  children,
  confirm,
  onConfirm,
  kind = 'plain',
  icon,
  isDisabled = false,
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
  readonly isDisabled?: boolean
}) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button
        kind={kind}
        isDisabled={isDisabled}
        onPress={() => setOpen(true)}
        {...(icon === undefined ? {} : { 'aria-label': label })}
      >
        {icon ?? label}
      </Button>
      {isOpen && (
        <Question
          title={title}
          confirm={confirm}
          onClose={() => setOpen(false)}
          onConfirm={async () => {
            await onConfirm()
            setOpen(false)
          }}
        >
          {children}
        </Question>
      )}
    </>
  )
}

function Question({
  title,
  children,
  confirm,
  onConfirm,
  onClose,
}: Pick<Parameters<typeof ConfirmButton>[0], 'title' | 'children' | 'confirm' | 'onConfirm'> & {
  readonly onClose: () => void
}) {
  const { app } = useTexts()
  const { isBusy, error, start } = useWork(onConfirm)
  return (
    <Dialog title={title} role="alertdialog" isOpen isBusy={isBusy} onClose={onClose}>
      {children}
      <FormError text={error} />
      <div className="buttons">
        <Button onPress={onClose} isDisabled={isBusy} autoFocus>
          {app.cancel}
        </Button>
        <Button kind="danger" onPress={start} isPending={isBusy}>
          {confirm}
        </Button>
      </div>
    </Dialog>
  )
}
