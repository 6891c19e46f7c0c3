import { type ReactNode, useEffect } from 'react'
import { Button } from './button.js'
import { CopyButton } from './copy-button.js'
import { Dialog } from './dialog.js'

/** A secret that has just been made and is visible only once; only the button that confirms it closes it. */
export function ShownOnce({
  title,
  children,
  secret,
  kept,
  onClose,
}: {
  readonly title: string
  readonly children: ReactNode
  readonly secret: string
  /** Label of the button that confirms that it is saved. */
  readonly kept: string
  readonly onClose: () => void
}) {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [])
  return (
    <Dialog title={title} isOpen onClose={onClose} role="alertdialog" isHeld>
      <p>{children}</p>
      <p>
        <code className="secret">{secret}</code>
      </p>
      <div className="buttons">
        <CopyButton text={secret} />
        <Button kind="primary" onPress={onClose}>
          {kept}
        </Button>
      </div>
    </Dialog>
  )
}
