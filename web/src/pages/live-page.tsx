import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { api, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { EnrollDialog } from '../live/enroll-dialog.js'
import { nameOf, trackStatus } from '../live/naming.js'
import { onVoices } from '../live/speech.js'
import { Stage } from '../live/stage.js'
import { TrackFace } from '../live/track-face.js'
import type { FaceInPhoto } from '../live/track-frames.js'
import { useGreeting } from '../live/use-greeting.js'
import { type Live, useLive } from '../live/use-live.js'
import { Button } from '../parts/button.js'
import { Select, Switch } from '../parts/fields.js'
import { sentenceOf } from '../parts/states.js'
import { useTimes } from '../parts/times.js'
import { useDecimal } from '../parts/use-decimal.js'
import { usePreference } from '../preferences.js'
import type { LiveFace } from '../recognize/protocol.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'
import { OpenKiosk } from './open-kiosk.js'
import { useGallerySettings } from './use-gallery-settings.js'

/** Live recognition and greeting of the people in front of the camera. */
export default function LivePage() {
  const texts = useTexts()
  const session = useSession()
  const [gallery] = useGallery()
  const video = useRef<HTMLVideoElement>(null)
  const { greeting, take } = useGreeting(gallery)
  const live = useLive(video, gallery, take)
  const [asked, setAsked] = useState<FaceInPhoto | null>(null)
  const isSignedOut = live.problem?.code === 'unauthorized'
  const { check } = session
  useEffect(() => {
    if (isSignedOut) check()
  }, [isSignedOut, check])
  // A stopped server and a revoked key close the connection alike; reading the session tells them apart.
  const isWaiting = live.recognition === 'connecting'
  useEffect(() => {
    if (!isWaiting) return
    const timer = setInterval(check, 3000)
    return () => clearInterval(timer)
  }, [isWaiting, check])

  async function ask({ track }: LiveFace): Promise<void> {
    setAsked(await live.views.photoOf(track.id))
  }

  return (
    <div className="live">
      <h1 className="visually-hidden">{texts.live.title}</h1>
      <div className="live-stage">
        <Stage video={video} live={live} />
        <div className="over-picture">
          <div role="status" aria-live="polite">
            {greeting && (
              <p className="greeting" lang={greeting.language}>
                {greeting.text}
              </p>
            )}
          </div>
          <Trouble live={live} />
        </div>
        {live.rate && <Rate rate={live.rate} live={live} />}
      </div>
      <aside className="live-side">
        <Present live={live} onAsk={session.may('enroll') ? ask : null} />
        <Choices live={live} />
      </aside>
      {asked && <EnrollDialog face={asked} onClose={() => setAsked(null)} />}
    </div>
  )
}

/** Below this many frames a second, people wait noticeably for their greeting, which takes four frames. Judgment. */
const slowFps = 4

/** The frame rate; if it is low, what to do about it. */
function Rate({ live, rate: { fps, ms } }: { live: Live; rate: NonNullable<Live['rate']> }) {
  const texts = useTexts().live
  if (fps >= slowFps) {
    return (
      <p className="rate" aria-hidden="true">
        {texts.rate(fps.toFixed(0), ms.toFixed(0))}
      </p>
    )
  }
  return (
    <p className="rate slow" role="status">
      <strong>{texts.slow(fps < 1 ? fps.toFixed(1) : fps.toFixed(0))}</strong>{' '}
      {texts.slowHints[live.isLivenessJudged ? 'serverOnly' : live.way]}
    </p>
  )
}

/** Explains why recognition is not running, and what to do. */
function Trouble({ live }: { readonly live: Live }) {
  const all = useTexts()
  const texts = all.live
  const { camera, recognition, problem } = live
  let title: string | undefined
  let hint: string | undefined
  if (camera.state === 'off') {
    title = texts[camera.problem]
    hint = texts[`${camera.problem}Hint`]
  } else if (camera.state === 'asking') title = texts.asking
  else if (recognition === 'loading') title = texts.loadingNetworks
  else if (recognition === 'connecting') {
    title = texts.connecting
    if (problem && problem.code !== 'overloaded') hint = sentenceOf(problem, all)
  } else if (recognition === 'ended') {
    title = texts.stopped
    hint = problem ? sentenceOf(problem, all) : undefined
  } else if (problem && problem.code !== 'overloaded') title = sentenceOf(problem, all)
  if (title === undefined) return null
  return (
    <div className="trouble" role="status">
      <p className="trouble-title">{title}</p>
      {hint && <p>{hint}</p>}
    </div>
  )
}

function Present({
  live,
  onAsk,
}: {
  readonly live: Live
  readonly onAsk: ((face: LiveFace) => void) | null
}) {
  const texts = useTexts()
  const times = useTimes()
  const decimal = useDecimal()
  const isEmpty = useIsEmpty()
  return (
    <section aria-labelledby="present">
      <h2 id="present">{texts.live.present}</h2>
      {isEmpty && (
        <p className="hint">
          <strong>{texts.live.emptyGallery}</strong>{' '}
          {onAsk ? texts.live.emptyGalleryHint : texts.live.emptyGalleryNoRight}
        </p>
      )}
      {live.faces.length === 0 && !isEmpty && <p className="hint">{texts.live.nobody}</p>}
      <ul className="present">
        {live.faces.map((face) => {
          const standing = trackStatus(face)
          const before = face.track.sighting?.before
          return (
            <li key={face.track.id} className={standing}>
              <TrackFace views={live.views} track={face.track.id} />
              <span className="present-name">
                {nameOf(face, texts, live.strangers)}
                {before && (
                  <span className="hint">
                    {texts.visitors.before(times.when(before.at), before.camera)}
                  </span>
                )}
              </span>
              {standing === 'match' && face.similarity !== null && (
                <span className="number">{decimal(face.similarity, 2)}</span>
              )}
              {standing === 'unknown' && onAsk && (
                <Button onPress={() => onAsk(face)}>{texts.live.who}</Button>
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

/** Whether the gallery is empty; false if the key may not read it. */
function useIsEmpty(): boolean {
  const { may } = useSession()
  const [gallery] = useGallery()
  const { data } = useQuery({
    queryKey: ['gallery', gallery],
    queryFn: () => unwrap(api.GET('/v1/galleries/{gallery}', { params: { path: { gallery } } })),
    enabled: may('read'),
  })
  return data?.templates === 0
}

function Choices({ live }: { readonly live: Live }) {
  const texts = useTexts().live
  const [camera, setCamera] = usePreference('camera')
  const [way, setWay] = usePreference('way')
  const [sound, setSound] = usePreference('sound')
  const used = live.camera.state === 'on' ? live.camera.deviceId : ''
  const chosen = live.cameras.some(({ deviceId }) => deviceId === camera) ? camera! : used
  return (
    <section className="choices">
      {live.cameras.length > 1 && (
        <Select
          label={texts.camera}
          value={chosen}
          onChange={setCamera}
          options={live.cameras.map(({ deviceId, label }, i) => [
            deviceId,
            label || `${texts.camera} ${i + 1}`,
          ])}
        />
      )}
      {!live.isLivenessJudged && (
        <Select
          label={texts.way}
          value={way}
          onChange={setWay}
          options={(['auto', 'browser', 'server'] as const).map((each) => [each, texts.ways[each]])}
        />
      )}
      <p className="hint">
        {live.isLivenessJudged && `${texts.livenessJudged} `}
        {live.fellBack && `${texts.fellBack} `}
        {live.way === 'browser' ? texts.inBrowser : texts.onServer(location.host)}{' '}
        {live.way === 'server' && <Kept isLivenessJudged={live.isLivenessJudged} />}
      </p>
      <Switch isSelected={sound} onChange={setSound}>
        {texts.sound}
      </Switch>
      {sound && <Voices />}
      <OpenKiosk />
    </section>
  )
}

/** States what the server stores of the frames; nothing if the key may not read the settings. */
function Kept({ isLivenessJudged }: { readonly isLivenessJudged: boolean }) {
  const texts = useTexts().live
  const { may } = useSession()
  const { data } = useGallerySettings(may('read'))
  if (!data) return null
  const { visits, events } = data
  if (!visits.recording && !events.recording && !isLivenessJudged) return texts.nothingKept
  return [
    ...(visits.recording ? [texts.visitsKept(visits.keep_days)] : []),
    ...(events.recording ? [texts.decisionsKept] : []),
    ...(isLivenessJudged ? [texts.attacksKept] : []),
  ].join(' ')
}

function Voices() {
  const texts = useTexts().live
  const [voice, setVoice] = usePreference('voice')
  const [voices, setVoices] = useState<readonly SpeechSynthesisVoice[]>([])
  useEffect(() => onVoices(setVoices), [])
  if (voices.length === 0) return <p className="hint">{texts.noVoices}</p>
  const known = voices.some(({ voiceURI }) => voiceURI === voice)
  return (
    <Select
      label={texts.voice}
      value={known ? voice! : ''}
      onChange={(value) => setVoice(value === '' ? null : value)}
      options={[
        ['', texts.defaultVoice],
        ...voices.map(({ voiceURI, name, lang }) => [voiceURI, `${name} (${lang})`] as const),
      ]}
    />
  )
}
