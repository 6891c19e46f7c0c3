import { useEffect, useState } from 'react'
import { Button } from '../parts/button.js'
import { useTexts } from '../texts/index.js'
import { LeaveKiosk } from './leave-kiosk.js'

/** The pointer and the buttons are hidden after the pointer rests this long, in milliseconds. Judgment. */
const idleAfterMs = 3000

/** Full screen, and the way out of the kiosk. */
export function KioskButtons() {
  const texts = useTexts()
  return (
    <div className="kiosk-buttons">
      <Button onPress={() => void document.documentElement.requestFullscreen().catch(() => {})}>
        {texts.kiosk.fullScreen}
      </Button>
      <LeaveKiosk />
    </div>
  )
}

/** Whether neither pointer nor keyboard was used for a while. */
export function useIdle(): boolean {
  const [isResting, setResting] = useState(false)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const moved = () => {
      setResting(false)
      clearTimeout(timer)
      timer = setTimeout(() => setResting(true), idleAfterMs)
    }
    moved()
    const events = ['pointermove', 'pointerdown', 'keydown'] as const
    for (const event of events) addEventListener(event, moved)
    return () => {
      clearTimeout(timer)
      for (const event of events) removeEventListener(event, moved)
    }
  }, [])
  return isResting
}
