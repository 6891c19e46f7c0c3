import { useCallback, useEffect, useRef, useState } from 'react'
import { useGallery } from '../gallery.js'
import { Stage } from '../live/stage.js'
import { type Live, useLive } from '../live/use-live.js'
import { Button } from '../parts/button.js'
import { Camera, X } from '../parts/icons.js'
import type { LiveResult } from '../recognize/protocol.js'
import { useTexts } from '../texts/index.js'
import { type Guidance, guidanceFor } from './guidance.js'

/** The guidance must be `good` for this many milliseconds before a photo is taken. Judgment. */
const holdMs = 700
/** Number of photos taken automatically. Judgment. */
const autoShotCount = 3
/** Minimum interval between two automatic photos, so that they differ, in milliseconds. Judgment. */
const minShotIntervalMs = 1500

/** A photo taken with the webcam. */
export interface Shot {
  readonly photo: File
  readonly url: string
  readonly at: string
}

/** Guides a person in front of the camera and takes photos when the quality is good. */
export function WebcamShots({
  shots,
  onShots,
}: {
  readonly shots: readonly Shot[]
  readonly onShots: (change: (shots: readonly Shot[]) => readonly Shot[]) => void
}) {
  const texts = useTexts()
  const { webcam: own } = texts
  const [gallery] = useGallery()
  const video = useRef<HTMLVideoElement>(null)
  const [guidance, setGuidance] = useState<Guidance>('nobody')
  const state = useRef({ goodSince: 0, takenAt: 0, count: shots.length, isTaking: false })
  state.current.count = shots.length
  const latest = useRef<LiveResult>(null)
  const views = useRef<Live['views']>(null)

  const shoot = useCallback(async () => {
    const [face] = latest.current?.faces ?? []
    if (!face || state.current.isTaking) return
    state.current.isTaking = true
    try {
      const view = await views.current?.photoOf(face.track.id)
      if (!view) return
      const { photo, box } = view
      const { x, y, width, height } = box
      const at = `${Math.round(x + width / 2)},${Math.round(y + height / 2)}`
      state.current.takenAt = performance.now()
      onShots((shots) => [...shots, { photo, url: URL.createObjectURL(photo), at }])
    } finally {
      state.current.isTaking = false
    }
  }, [onShots])

  const take = useCallback(
    (result: LiveResult) => {
      latest.current = result
      const next = guidanceFor(result)
      setGuidance(next)
      const now = performance.now()
      const { current } = state
      if (next !== 'good') current.goodSince = 0
      else current.goodSince ||= now
      const isSteady = current.goodSince > 0 && now - current.goodSince > holdMs
      if (isSteady && current.count < autoShotCount && now - current.takenAt > minShotIntervalMs)
        void shoot()
    },
    [shoot],
  )
  const live = useLive(video, gallery, take)
  views.current = live.views
  const urls = useRef<readonly Shot[]>(shots)
  urls.current = shots
  useEffect(() => () => urls.current.forEach(({ url }) => void URL.revokeObjectURL(url)), [])
  const { camera } = live
  const isOff = camera.state === 'off'
  return (
    <div className="webcam">
      <Stage video={video} live={live} />
      <p className={`guidance ${guidance}`} role="status">
        {isOff
          ? `${texts.live[camera.problem]} ${texts.live[`${camera.problem}Hint`]}`
          : live.recognition !== 'live'
            ? texts.live.connecting
            : shots.length >= autoShotCount
              ? own.enough
              : own[guidance]}
      </p>
      <div className="shots">
        {shots.map(({ url }, i) => (
          <span key={url} className="shot">
            <img src={url} alt={own.shot(i + 1)} />
            <Button
              kind="quiet"
              aria-label={own.drop(i + 1)}
              onPress={() => onShots((all) => all.filter((shot) => shot.url !== url))}
            >
              <X aria-hidden="true" />
            </Button>
          </span>
        ))}
      </div>
      <Button onPress={() => void shoot()} isDisabled={live.faces.length === 0}>
        <Camera aria-hidden="true" /> {own.take}
      </Button>
    </div>
  )
}
