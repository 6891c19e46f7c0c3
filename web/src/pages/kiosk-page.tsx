import { useEffect, useRef } from 'react'
import { useGallery } from '../gallery.js'
import { adviceFor } from '../live/liveness-advice.js'
import { useDemandedLiveness } from '../live/use-demanded-liveness.js'
import { useGreeting } from '../live/use-greeting.js'
import { useLive } from '../live/use-live.js'
import { keepAwake } from '../live/wake-lock.js'
import { sentenceOf } from '../parts/states.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'
import { ChallengeKiosk } from './challenge-kiosk.js'
import { KioskButtons, useIdle } from './kiosk-buttons.js'

/** The greeting alone in full-screen size, for a tablet by the door; after a challenge, where the server demands one. */
export default function KioskPage() {
  const [gallery] = useGallery()
  const { demanded } = useDemandedLiveness(gallery)
  useEffect(keepAwake, [])
  return demanded?.challenge ? <ChallengeKiosk /> : <GreetingKiosk />
}

/** Greets who comes into view. */
function GreetingKiosk() {
  const texts = useTexts()
  const { check } = useSession()
  const [gallery] = useGallery()
  const video = useRef<HTMLVideoElement>(null)
  const { greeting, take } = useGreeting(gallery)
  const live = useLive(video, gallery, take)
  const isResting = useIdle()
  const isWaiting = live.recognition !== 'live'
  useEffect(() => {
    if (!isWaiting) return
    const timer = setInterval(check, 5000)
    return () => clearInterval(timer)
  }, [isWaiting, check])
  const { camera, recognition, problem } = live
  const trouble =
    camera.state === 'off'
      ? texts.live[camera.problem]
      : camera.state === 'asking'
        ? texts.live.asking
        : recognition === 'live'
          ? undefined
          : recognition === 'connecting' && problem
            ? sentenceOf(problem, texts)
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
      <KioskButtons />
    </main>
  )
}
