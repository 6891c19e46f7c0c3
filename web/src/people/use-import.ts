import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useGallery } from '../gallery.js'
import type { DroppedPhoto } from '../parts/photo-drop.js'
import { useSession } from '../session.js'
import { namesIn } from './folder-names.js'
import { type ImportRow, isReady, look, send } from './import-row.js'
import { guessPattern, type NamePattern, proposedName } from './name-pattern.js'
import { earlierCopies } from './same-photos.js'

/** Number of photos sent in parallel. Judgment. */
const concurrency = 3

/** `looking` at the photos; `ready` to be checked and begun; `running`; `stopped` by the user; `done`. */
export type ImportPhase = 'empty' | 'looking' | 'ready' | 'running' | 'stopped' | 'done'

/** An import of many photos: a table of them, and the work on it. */
export function useImport() {
  const { may } = useSession()
  const [gallery] = useGallery()
  const queries = useQueryClient()
  const [rows, setRows] = useState<readonly ImportRow[]>([])
  const [phase, setPhase] = useState<ImportPhase>('empty')
  const [pattern, setPattern] = useState<NamePattern>('asWritten')
  /** Number of photos that lie too deep in the folder. */
  const [left, setLeft] = useState(0)
  const working = useRef<AbortController>(null)
  const latest = useRef(rows)
  latest.current = rows
  const nextKey = useRef(0)
  useEffect(() => () => working.current?.abort(), [])
  const isWorking = phase === 'looking' || phase === 'running'
  useEffect(() => {
    if (!isWorking) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [isWorking])

  const change = useCallback(
    (key: number, to: Partial<ImportRow>) =>
      setRows((all) => all.map((row) => (row.key === key ? { ...row, ...to } : row))),
    [],
  )

  /** Works on rows, several at a time, until they end or the user stops it. @returns Whether it came to the end. */
  async function workOn(
    some: readonly ImportRow[],
    work: (row: ImportRow, signal: AbortSignal) => Promise<void>,
  ): Promise<boolean> {
    working.current?.abort()
    const mine = new AbortController()
    working.current = mine
    const waiting = [...some]
    await Promise.all(
      Array.from({ length: concurrency }, async () => {
        for (let row = waiting.shift(); row && !mine.signal.aborted; row = waiting.shift()) {
          await work(row, mine.signal)
        }
      }),
    )
    return !mine.signal.aborted
  }

  async function choose(given: readonly DroppedPhoto[]): Promise<void> {
    const photos = given.toSorted((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }))
    const texts = namesIn(photos.map(({ path }) => path))
    const named = photos.flatMap((photo, i) => (texts[i] ? [{ photo, text: texts[i] }] : []))
    const guessed = guessPattern(named.map(({ text }) => text))
    const canLook = may('identify')
    setLeft(photos.length - named.length)
    setPattern(guessed)
    setPhase(named.length === 0 ? 'empty' : 'looking')
    const copies = await earlierCopies(named.map(({ photo }) => photo.file))
    const made = named.map(({ photo, text }, i): ImportRow => {
      const copy = copies[i]
      return {
        ...photo,
        ...proposedName(text, guessed),
        ...{ key: nextKey.current++, text, width: 0, height: 0, faces: [], face: null },
        isIncluded: copy === null,
        sameAs: copy == null ? null : named[copy]!.photo.path,
        looked: canLook ? 'waiting' : 'unseen',
        sent: 'no',
      }
    })
    setRows(made)
    if (canLook) await lookAt(made)
    else setPhase('ready')
  }

  async function lookAt(some: readonly ImportRow[]): Promise<void> {
    const isWhole = await workOn(some, async ({ key, file }, signal) => {
      try {
        change(key, { looked: 'done', ...(await look(gallery, file, signal)) })
      } catch (error) {
        if (!signal.aborted) change(key, { looked: 'refused', error, isIncluded: false })
      }
    })
    if (isWhole) setPhase('ready')
  }

  /** Sends what is ready and not sent yet. */
  async function begin(): Promise<void> {
    setPhase('running')
    const some = latest.current.filter((row) => isReady(row) && row.sent === 'no')
    const isWhole = await workOn(some, async (row, signal) => {
      change(row.key, { sent: 'sending' })
      try {
        change(row.key, { sent: await send(gallery, row, signal) })
      } catch (error) {
        change(row.key, signal.aborted ? { sent: 'no' } : { sent: 'refused', error })
      }
    })
    setPhase((now) => (isWhole ? 'done' : now))
    await queries.invalidateQueries()
  }

  return {
    ...{ rows, phase, pattern, left, change, choose, begin },
    /** Names all rows by another pattern; names that were typed stay. */
    setPattern: (to: NamePattern) => {
      setPattern(to)
      setRows((all) =>
        all.map((row) =>
          row.name === proposedName(row.text, pattern).name
            ? { ...row, ...proposedName(row.text, to) }
            : row,
        ),
      )
    },
    stop: () => {
      working.current?.abort()
      setPhase('stopped')
    },
    clear: () => {
      working.current?.abort()
      setRows([])
      setPhase('empty')
    },
  }
}
