import { Button } from '../parts/button.js'
import { EmptyState } from '../parts/states.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'
import type { useGallerySettings } from './use-gallery-settings.js'

/** The empty state while visits are not recorded, with a button to record them for admins. */
export function VisitsOff({ change }: Pick<ReturnType<typeof useGallerySettings>, 'change'>) {
  const { visitors: own } = useTexts()
  const { may } = useSession()
  return (
    <EmptyState
      title={own.off}
      action={
        may('admin') && (
          <Button kind="primary" onPress={() => void change({ visits: { recording: true } })}>
            {own.switchOn}
          </Button>
        )
      }
    >
      {own.offHint}
    </EmptyState>
  )
}
