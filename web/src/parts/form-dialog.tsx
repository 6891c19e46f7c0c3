import type { ReactNode } from 'react'
import { Form } from 'react-aria-components'
import { useTexts } from '../texts/index.js'
import { Button } from './button.js'
import { Dialog } from './dialog.js'
import { FormError } from './states.js'
import { useWork } from './use-work.js'

/** A dialog with a form. It is open as long as it is there, so that it begins anew each time. */
export function FormDialog({
  title,
  children,
  submit,
  submitting = submit,
  kind = 'primary',
  isReady = true,
  other,
  sentence,
  onSubmit,
  onClose,
}: {
  readonly title: string
  /** The fields. */
  readonly children: ReactNode
  /** Label of the button that submits. */
  readonly submit: string
  /** Its label while it works. */
  readonly submitting?: string
  readonly kind?: 'primary' | 'danger'
  /** Whether enough is filled in. */
  readonly isReady?: boolean
  /** A button beside the others. */
  readonly other?: ReactNode
  /** Tells why it failed, instead of `explain`. */
  readonly sentence?: Parameters<typeof useWork>[1]
  /** Closes the dialog where it is done; what it throws is shown, and the fields stay as they are. */
  readonly onSubmit: () => Promise<unknown>
  readonly onClose: () => void
}) {
  const { app } = useTexts()
  const { isBusy, error, start } = useWork(onSubmit, sentence)
  return (
    <Dialog title={title} isOpen onClose={onClose} isBusy={isBusy}>
      <Form
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady) start()
        }}
      >
        {children}
        <FormError text={error} />
        <div className="buttons">
          {other && <span className="other">{other}</span>}
          <Button onPress={onClose} isDisabled={isBusy}>
            {app.cancel}
          </Button>
          <Button kind={kind} type="submit" isPending={isBusy} isDisabled={!isReady}>
            {isBusy ? submitting : submit}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}
