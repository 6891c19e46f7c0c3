import { Button } from '../parts/button.js'
import { EmptyState } from '../parts/states.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'
import type { useGallerySettings } from './use-gallery-settings.js'

/** Says that visits are not recorded, and lets who may switch that on. */
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
