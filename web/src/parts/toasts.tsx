import {
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components'
import { useTexts } from '../texts/index.js'
import { Button } from './button.js'
import { X } from './icons.js'
import { explain } from './states.js'

interface Notice {
  readonly text: string
  readonly isError?: boolean
  readonly undo?: () => Promise<unknown>
}

const queue = new ToastQueue<Notice>({ maxVisibleToasts: 3 })

/** Display time of a notice in milliseconds; at least five seconds, so that there is time to reach it. Judgment. */
const [shown, shownWithUndo] = [5000, 12_000]

/** Shows a notice, with an undo button if `undo` is given. */
export function showNotice(text: string, undo?: () => Promise<unknown>): void {
  queue.add({ text, ...(undo && { undo }) }, { timeout: undo ? shownWithUndo : shown })
}

/** Shows an error notice. */
export function showError(text: string): void {
  queue.add({ text, isError: true }, { timeout: shownWithUndo })
}

/** The region in which notices appear. */
export function Toasts() {
  const texts = useTexts()
  const { app } = texts
  return (
    <ToastRegion queue={queue} className="toasts">
      {({ toast }) => {
        const { text, isError, undo } = toast.content
        return (
          <Toast toast={toast} className={`toast ${isError ? 'error' : ''}`}>
            <ToastContent className="toast-content">
              <span>{text}</span>
            </ToastContent>
            {undo && (
              <Button
                kind="quiet"
                onPress={() => {
                  queue.close(toast.key)
                  undo().then(
                    () => showNotice(app.undone),
                    (error: unknown) => showError(explain(error, texts)),
                  )
                }}
              >
                {app.undo}
              </Button>
            )}
            <Button kind="quiet" slot="close" aria-label={app.dismiss}>
              <X aria-hidden="true" />
            </Button>
          </Toast>
        )
      }}
    </ToastRegion>
  )
}
