import { useState } from 'react'
import { Link } from 'wouter'
import type { Schemas } from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { CameraState } from '../parts/camera-state.js'
import { TextField } from '../parts/fields.js'
import { Loaded } from '../parts/loaded.js'
import { PageHeader } from '../parts/page-header.js'
import { EmptyState } from '../parts/states.js'
import { useTimes } from '../parts/times.js'
import { showError, showNotice } from '../parts/toasts.js'
import { useTexts } from '../texts/index.js'
import { useCameras } from './use-cameras.js'

/** The cameras that programs watch: whether each runs, what it saw last, and how one is started. */
export default function CamerasPage() {
  const texts = useTexts()
  const { cameras: own } = texts
  const query = useCameras()
  return (
    <>
      <PageHeader title={texts.pages.cameras} />
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={own.none}>{own.noneHint}</EmptyState>
          ) : (
            items.map((camera) => <Camera key={camera.camera} camera={camera} />)
          )
        }
      </Loaded>
      <StartOne />
      <p className="hint">{own.noPictures}</p>
    </>
  )
}

function Camera({
  camera: { camera, visits, last_at, watch },
}: {
  readonly camera: Schemas['Camera']
}) {
  const { cameras: own } = useTexts()
  const times = useTimes()
  const todo = watch && todoOf(watch, own)
  return (
    <article className="panel" aria-label={camera}>
      <div className="panel-header">
        <h2>{camera}</h2>
        <CameraState watch={watch} />
      </div>
      {todo && <p>{todo}</p>}
      {watch && watch.programs > 1 && <p>{own.shared(watch.programs)}</p>}
      {watch && (
        <p className="hint">
          {watch.frame_at ? own.lastFrame(times.when(watch.frame_at)) : own.noFrame}
          {watch.frames_per_second !== null && ` ${own.rate(watch.frames_per_second)}`}
          {watch.error !== null && ` ${own.error(watch.error)}`}
        </p>
      )}
      <p>
        {last_at === null ? (
          <span className="hint">{own.noVisit}</span>
        ) : (
          <Link href={`/events?camera=${encodeURIComponent(camera)}`}>
            {own.lastVisit(times.when(last_at), visits)}
          </Link>
        )}
      </p>
    </article>
  )
}

type Own = ReturnType<typeof useTexts>['cameras']

/** What to do about a camera that does not run; undefined for one that does. */
function todoOf({ state, error }: Schemas['CameraWatch'], own: Own): string | undefined {
  if (state === 'failed') return error === 'photo-not-found' ? own.unreadable : own.failed
  if (state === 'offline') return own.offline
  return state === 'lost' ? own.lost : undefined
}

/** The command that watches a camera, made of its name and its address. */
function StartOne() {
  const { cameras: own } = useTexts()
  const [gallery] = useGallery()
  const [name, setName] = useState('')
  const [source, setSource] = useState('')
  const camera = `${name.trim() || 'door'}=${source.trim() || 'rtsp://camera.local/stream1'}`
  const line = `agnize watch ${quoted(camera)}${gallery === 'default' ? '' : ` --gallery ${gallery}`}`
  return (
    <section className="panel" aria-labelledby="start">
      <h2 id="start">{own.start}</h2>
      <p>{own.startExplain}</p>
      <div className="grid-form">
        <TextField label={own.name} value={name} onChange={setName} />
        <TextField label={own.source} value={source} onChange={setSource} hint={own.sourceHint} />
      </div>
      <code className="secret">{line}</code>
      <Button
        className="after-secret"
        onPress={() =>
          // A page that did not come by HTTPS has no clipboard.
          void (navigator.clipboard?.writeText(line) ?? Promise.reject(new Error('none'))).then(
            () => showNotice(own.copied),
            () => showError(own.notCopied),
          )
        }
      >
        {own.copy}
      </Button>
      <p className="hint">{own.startHint}</p>
    </section>
  )
}

/** A word for a shell: in quotes where it has characters that mean something to one. */
const quoted = (word: string) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
