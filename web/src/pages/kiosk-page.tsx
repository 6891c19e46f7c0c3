import { useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import { useGallery } from '../gallery.js'
import { adviceFor } from '../live/liveness-advice.js'
import { useGreeting } from '../live/use-greeting.js'
import { useLive } from '../live/use-live.js'
import { keepAwake } from '../live/wake-lock.js'
import { Button } from '../parts/button.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'

/** The pointer and the buttons are hidden after the pointer rests this long, in milliseconds. Judgment. */
const idleAfterMs = 3000

/** The greeting alone in full-screen size, for a tablet by the door. */
export default function KioskPage() {
  const texts = useTexts()
  const { check } = useSession()
  const [gallery] = useGallery()
  const video = useRef<HTMLVideoElement>(null)
  const { greeting, take } = useGreeting(gallery)
  const live = useLive(video, gallery, take)
  const isResting = useIdle()
  useEffect(keepAwake, [])
  const isWaiting = live.recognition !== 'live'
  useEffect(() => {
    if (!isWaiting) return
    const timer = setInterval(check, 5000)
    return () => clearInterval(timer)
  }, [isWaiting, check])
  const { camera, recognition } = live
  const trouble =
    camera.state === 'off'
      ? texts.live[camera.problem]
      : camera.state === 'asking'
        ? texts.live.asking
        : recognition === 'live'
          ? undefined
          : texts.live[recognition === 'loading' ? 'loadingNetworks' : 'connecting']
  const advice = greeting ? undefined : adviceFor(live.faces, texts)
  return (
    <main className={`kiosk ${isResting ? 'resting' : ''}`}>
      <h1 className="visually-hidden">{texts.kiosk.title}</h1>
      <video ref={video} muted playsInline autoPlay aria-label={texts.live.preview} />
      <div className="kiosk-greeting" role="status" aria-live="polite">
        {greeting && (
          <p key={greeting.at} lang={greeting.language}>
            {greeting.text}
          </p>
        )}
      </div>
      <p className="kiosk-advice" role="status" aria-live="polite">
        {advice}
      </p>
      {trouble && <p className="kiosk-trouble">{trouble}</p>}
      <div className="kiosk-buttons">
        <Button onPress={() => void document.documentElement.requestFullscreen().catch(() => {})}>
          {texts.kiosk.fullScreen}
        </Button>
        <Link href="/live" className="button plain">
          {texts.kiosk.leave}
        </Link>
      </div>
    </main>
  )
}

function useIdle(): boolean {
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
