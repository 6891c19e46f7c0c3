import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'

/** A dialogue over the page; Escape closes it, unless only its buttons may. */
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
  /** Whether it must not be closed just now. */
  readonly isBusy?: boolean
  /** Whether only its buttons close it, since what it shows is shown this once. */
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
