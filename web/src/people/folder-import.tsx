import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Label, ProgressBar } from 'react-aria-components'
import { photoForm } from '../../../src/client/index.js'
import { api, Problem, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { type DroppedPhoto, PhotoDrop } from '../parts/photo-drop.js'
import { explain } from '../parts/states.js'
import { useTexts } from '../texts/index.js'
import { namesIn } from './folder-names.js'

/** Number of photos sent in parallel. Judgment. */
const concurrency = 3
/** Pause before a photo is sent again to a busy server, in milliseconds. Judgment. */
const busyRetryMs = 1000

interface NamedPhoto extends DroppedPhoto {
  readonly name: string
}

interface Progress {
  readonly total: number
  readonly done: number
  readonly added: number
  readonly known: number
  readonly refused: readonly { readonly path: string; readonly why: string }[]
}

/** Enrolls a folder of people. The server skips photos that it already has, so an interrupted import can be restarted. */
export function FolderImport() {
  const texts = useTexts()
  const { folder: own } = texts
  const [gallery] = useGallery()
  const queries = useQueryClient()
  const [wanted, setWanted] = useState<readonly NamedPhoto[] | null>(null)
  const [left, setLeft] = useState(0)
  const [progress, setProgress] = useState<Progress | null>(null)
  const stop = useRef<AbortController>(null)
  const isRunning = progress !== null && progress.done < progress.total && stop.current !== null
  useEffect(() => () => stop.current?.abort(), [])
  useEffect(() => {
    if (!isRunning) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [isRunning])

  function choose(photos: readonly DroppedPhoto[]): void {
    const names = namesIn(photos.map(({ path }) => path))
    const named = photos.flatMap((photo, i) => (names[i] ? [{ ...photo, name: names[i] }] : []))
    setLeft(photos.length - named.length)
    setWanted(named)
    setProgress(null)
  }

  async function begin(photos: readonly NamedPhoto[]): Promise<void> {
    const running = new AbortController()
    stop.current = running
    const { signal } = running
    let now: Progress = { total: photos.length, done: 0, added: 0, known: 0, refused: [] }
    setProgress(now)
    const waiting = [...photos]
    const work = async () => {
      for (let photo = waiting.shift(); photo && !signal.aborted; photo = waiting.shift()) {
        const { path } = photo
        try {
          const outcome = await send(gallery, photo, signal)
          now = { ...now, done: now.done + 1, [outcome]: now[outcome] + 1 }
        } catch (error) {
          if (signal.aborted) return
          const why = explain(error, texts)
          now = { ...now, done: now.done + 1, refused: [...now.refused, { path, why }] }
        }
        setProgress(now)
      }
    }
    await Promise.all(Array.from({ length: concurrency }, work))
    stop.current = null
    setProgress({ ...now })
    await queries.invalidateQueries()
  }

  const people = new Set(wanted?.map(({ name }) => name)).size
  return (
    <section className="panel" aria-labelledby="import">
      <h2 id="import">{own.title}</h2>
      {!isRunning && <PhotoDrop label={own.choose} hint={own.hint} folders onPhotos={choose} />}
      {wanted && !progress && (
        <div role="status">
          <p>
            {own.found(wanted.length, people)} {left > 0 && own.left(left)}
          </p>
          {wanted.length > 0 && (
            <Button kind="primary" onPress={() => void begin(wanted)}>
              {own.begin(wanted.length)}
            </Button>
          )}
        </div>
      )}
      {progress && (
        <>
          <ProgressBar className="progress" value={progress.done} maxValue={progress.total}>
            {({ percentage }) => (
              <>
                <Label>{own.progress(progress.done, progress.total)}</Label>
                <span className="progress-track">
                  <span style={{ width: `${percentage}%` }} />
                </span>
              </>
            )}
          </ProgressBar>
          <p role="status">
            {isRunning
              ? own.running
              : own.done(progress.added, progress.known, progress.refused.length)}
          </p>
          {isRunning && <Button onPress={() => stop.current?.abort()}>{texts.app.cancel}</Button>}
          {progress.refused.length > 0 && (
            <details open={!isRunning}>
              <summary>{own.refused(progress.refused.length)}</summary>
              <ul className="refused">
                {progress.refused.map(({ path, why }) => (
                  <li key={path}>
                    <strong>{path}</strong> <span className="hint">{why}</span>
                  </li>
                ))}
              </ul>
            </details>
          )}
        </>
      )}
    </section>
  )
}

/** Sends a photo, and retries while the server is busy. */
async function send(
  gallery: string,
  { file, name }: NamedPhoto,
  signal: AbortSignal,
): Promise<'added' | 'known'> {
  for (;;) {
    try {
      const { enrolled } = await unwrap(
        api.POST('/v1/galleries/{gallery}/subjects/{subject}/faces', {
          params: { path: { gallery, subject: name } },
          ...photoForm({ photos: file }),
          signal,
        }),
      )
      return enrolled[0]!.outcome
    } catch (error) {
      const isBusy = error instanceof Problem && temporaryErrors.includes(error.code)
      if (!isBusy || signal.aborted) throw error
      await new Promise((done) => setTimeout(done, busyRetryMs))
    }
  }
}

/** Codes of temporary errors, after which a photo is sent again. */
const temporaryErrors = ['overloaded', 'rate-limited', 'unreachable', 'closed']
