import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'

/** A modal dialog; Escape closes it unless `isBusy` or `isHeld` is set. */
export function Dialog({
  title,
  isOpen,
  onClose,
  children,
  role = 'dialog',
  isBusy = false,
  isHeld = false,
}: {
  readonly title: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children: ReactNode
  readonly role?: 'dialog' | 'alertdialog'
  /** Whether an operation is running, during which the dialog cannot be closed. */
  readonly isBusy?: boolean
  /** Whether only its buttons close it, because its content is shown only once. */
  readonly isHeld?: boolean
}) {
  return (
    <ModalOverlay
      className="overlay"
      isOpen={isOpen}
      onOpenChange={(open) => open || onClose()}
      isDismissable={!isBusy && !isHeld && role === 'dialog'}
      isKeyboardDismissDisabled={isBusy || isHeld}
    >
      <Modal className="modal">
        <AriaDialog className="dialog" role={role}>
          <Heading slot="title">{title}</Heading>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}
