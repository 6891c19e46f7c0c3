import { type RefObject, useEffect, useRef, useState } from 'react'
import { usePreference } from '../preferences.js'
import type { LiveFace, LiveResult, Way } from '../recognize/protocol.js'
import { Camera, type CameraChoice, type CameraState } from './camera.js'
import { bestWay, Frames, type RecognitionState } from './frames.js'
import './measure.js'
import { Motion } from './motion.js'
import { Strangers } from './strangers.js'
import { TrackFrames } from './track-frames.js'
import { useDemandedLiveness } from './use-demanded-liveness.js'

/** Update interval of the page's text in milliseconds; boxes update at the screen's refresh rate. Judgment. */
const textIntervalMs = 200
/** Window over which the frame rate is measured, in milliseconds. Judgment. */
const rateWindowMs = 2000

/** The state of live recognition that a page shows. */
export interface Live {
  readonly motion: Motion
  /** The frames in which the faces were seen. */
  readonly views: TrackFrames
  /** Numbers that tell the strangers in view apart. */
  readonly strangers: Strangers
  readonly camera: CameraState
  readonly cameras: readonly CameraChoice[]
  readonly recognition: RecognitionState
  readonly way: Way
  /** Whether the server judges that faces are live; it needs the pictures then. */
  readonly isLivenessJudged: boolean
  /** Whether recognition runs on the server because the wanted way failed. */
  readonly fellBack: boolean
  readonly problem: { readonly code: string; readonly detail: string } | null
  readonly faces: readonly LiveFace[]
  readonly size: { readonly width: number; readonly height: number }
  /** Frames per second, and milliseconds from frame to result; null before the first result. */
  readonly rate: { readonly fps: number; readonly ms: number } | null
}

/**
 * Runs live recognition on the camera.
 *
 * @param onResult - Called with the result of every frame; a new function does not restart recognition.
 */
export function useLive(
  video: RefObject<HTMLVideoElement | null>,
  gallery: string,
  onResult: (result: LiveResult) => void,
): Live {
  const [deviceId] = usePreference('camera')
  const [wanted] = usePreference('way')
  const [motion] = useState(() => new Motion())
  const [views] = useState(() => new TrackFrames())
  const [strangers] = useState(() => new Strangers())
  const [camera, setCamera] = useState<CameraState>({ state: 'asking' })
  const [cameras, setCameras] = useState<readonly CameraChoice[]>([])
  const [recognition, setRecognition] = useState<RecognitionState>('connecting')
  const [failed, setFailed] = useState<Way | null>(null)
  const [problem, setProblem] = useState<Live['problem']>(null)
  const [text, setText] = useState<Pick<Live, 'faces' | 'rate' | 'size'>>({
    ...{ faces: [], rate: null, size: { width: 4, height: 3 } },
  })
  const frames = useRef<Frames>(null)
  const opened = useRef<Camera>(null)
  const onResultRef = useRef(onResult)
  onResultRef.current = onResult
  const { demanded, refusal } = useDemandedLiveness(gallery)
  const isKnown = demanded !== undefined
  const isLivenessJudged = isKnown && demanded.live !== 'off'
  const first = isLivenessJudged ? 'server' : wanted === 'auto' ? bestWay() : wanted
  const way: Way = failed === first ? 'server' : first

  useEffect(() => {
    const camera = new Camera(video.current!, { onState: setCamera, onChoices: setCameras })
    opened.current = camera
    return () => camera.close()
  }, [video])
  useEffect(() => {
    void opened.current!.open(deviceId ?? undefined)
  }, [deviceId])

  useEffect(() => {
    const times: { readonly at: number; readonly delay: number }[] = []
    let writtenAt = 0
    window.agnizeLive = { results: 0, delays: [] }
    const running = new Frames(video.current!, {
      onState: (state) => {
        setRecognition(state)
        if (state === 'live') setProblem(null)
        else {
          // Every connection numbers its tracks from 1, so that a number may then mean somebody else.
          motion.clear()
          views.clear()
          strangers.clear()
          setText((text) => ({ ...text, faces: [], rate: null }))
        }
      },
      onProblem: ({ code, detail, ends }) => {
        setProblem({ code, detail })
        if (ends && code === 'way') setFailed('browser')
      },
      onResult: (result, frame) => {
        const now = performance.now()
        motion.update(result, now)
        views.update(result, frame, now)
        strangers.update(result.faces, now)
        onResultRef.current(result)
        times.push({ at: now, delay: now - result.at })
        while (times.length > 2 && times[0]!.at < now - rateWindowMs) times.shift()
        const measured = window.agnizeLive!
        measured.results++
        requestAnimationFrame((drawn) => {
          measured.delays.push(drawn - result.at)
          if (measured.delays.length > 1000) measured.delays.shift()
        })
        if (now - writtenAt < textIntervalMs) return
        writtenAt = now
        const { faces, width, height } = result
        const delays = times.map(({ delay }) => delay).sort((a, b) => a - b)
        const ms = delays[delays.length >> 1]!
        const fps = (1000 * (times.length - 1)) / Math.max(1, now - times[0]!.at)
        setText({ faces, size: { width, height }, rate: times.length > 1 ? { fps, ms } : null })
      },
    })
    frames.current = running
    return () => {
      running.close()
      views.clear()
      delete window.agnizeLive
    }
  }, [video, motion, views, strangers])
  const label = camera.state === 'on' ? cameraName(camera.label) : null
  useEffect(() => {
    if (label !== null && isKnown) frames.current!.start(way, gallery, label)
  }, [way, gallery, label, isKnown])

  const isSeeing = camera.state === 'on' && recognition === 'live'
  return {
    ...{ motion, views, strangers, camera, cameras, recognition, way },
    // Nothing starts before it is known, so that its refusal is the reason.
    problem: problem ?? refusal,
    isLivenessJudged,
    fellBack: way !== first,
    size: text.size,
    faces: isSeeing ? text.faces : [],
    rate: isSeeing ? text.rate : null,
  }
}

/** A camera's name without the ids that browsers append to it. */
const cameraName = (label: string) =>
  label.replace(/\s*\([0-9a-f]{4}:[0-9a-f]{4}\)$/i, '').slice(0, 100) || 'camera'
