import type { Schemas } from '../api.js'
import { useTexts } from '../texts/index.js'
import { useTimes } from './times.js'

type Watch = Schemas['CameraWatch']

const looks: Readonly<Record<Watch['state'], string>> = {
  starting: 'hint',
  online: 'good',
  offline: 'warn',
  lost: 'warn',
  failed: 'bad-text',
}

/** Whether a watched camera runs, and since when. */
export function CameraState({ watch }: { readonly watch: Watch | null }) {
  const { cameras: own } = useTexts()
  const times = useTimes()
  if (!watch) return <span className="hint">{own.notWatched}</span>
  return (
    <span className={looks[watch.state]}>{own.states[watch.state](times.when(watch.since))}</span>
  )
}
