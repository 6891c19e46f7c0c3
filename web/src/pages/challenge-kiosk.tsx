import { useCallback, useEffect, useRef, useState } from 'react'
import { api, unwrap } from '../api.js'
import { Challenge } from '../challenge/challenge.js'
import { useGallery } from '../gallery.js'
import { Camera, type CameraState } from '../live/camera.js'
import { useGreeting } from '../live/use-greeting.js'
import { explain } from '../parts/states.js'
import { usePreference } from '../preferences.js'
import { useTexts } from '../texts/index.js'
import { KioskButtons, useIdle } from './kiosk-buttons.js'

/** Greets who has followed a challenge, by the face that passed it. */
export function ChallengeKiosk() {
  const texts = useTexts()
  const [gallery] = useGallery()
  const [deviceId] = usePreference('camera')
  const video = useRef<HTMLVideoElement>(null)
  const [camera, setCamera] = useState<CameraState>({ state: 'asking' })
  const [isAsking, setAsking] = useState(false)
  const [answer, setAnswer] = useState<string>()
  const { greeting, greetOnce } = useGreeting(gallery)
  const isResting = useIdle()
  const { challenge: own } = texts
  useEffect(() => {
    const opened = new Camera(video.current!, { onState: setCamera, onChoices: () => {} })
    void opened.open(deviceId ?? undefined)
    return () => opened.close()
  }, [deviceId])
  const onPassed = useCallback(
    async (result: string) => {
      setAsking(true)
      try {
        const { faces, greeting } = await unwrap(
          api.POST('/v1/galleries/{gallery}/identify', {
            params: { path: { gallery }, query: { liveness_result: result } },
          }),
        )
        const subject = faces[0]?.subject
        if (subject) await greetOnce({ name: subject.name, phrase: greeting ?? null })
        else setAnswer(own.unknown)
      } catch (error) {
        setAnswer(explain(error, texts))
      } finally {
        setAsking(false)
      }
    },
    [gallery, greetOnce, own, texts],
  )
  return (
    <main className={`kiosk ${isResting ? 'resting' : ''}`}>
      <h1 className="visually-hidden">{texts.kiosk.title}</h1>
      <Challenge
        video={video}
        gallery={gallery}
        isSeeing={camera.state === 'on'}
        onPassed={(result) => void onPassed(result)}
        onBegin={() => setAnswer(undefined)}
      >
        <p className="challenge-instruction" lang={greeting?.language}>
          {greeting?.text ?? answer ?? (isAsking ? own.passed : own.hint)}
        </p>
      </Challenge>
      {camera.state !== 'on' && (
        <p className="kiosk-trouble">
          {camera.state === 'off' ? texts.live[camera.problem] : texts.live.asking}
        </p>
      )}
      <KioskButtons />
    </main>
  )
}
