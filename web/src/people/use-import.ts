import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useGallery } from '../gallery.js'
import type { DroppedPhoto } from '../parts/photo-drop.js'
import { useUnsaved } from '../parts/unsaved.js'
import { refreshAll } from '../refresh.js'
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
  /** The end of the work before, which may still change rows after it was stopped. */
  const ended = useRef(Promise.resolve())
  /** The rows, also between two renderings. */
  const latest = useRef(rows)
  const nextKey = useRef(0)
  useEffect(() => () => working.current?.abort(), [])
  useUnsaved(phase !== 'empty' && phase !== 'done')

  const update = useCallback((to: (all: readonly ImportRow[]) => readonly ImportRow[]) => {
    latest.current = to(latest.current)
    setRows(latest.current)
  }, [])
  const change = useCallback(
    (key: number, to: Partial<ImportRow>) =>
      update((all) => all.map((row) => (row.key === key ? { ...row, ...to } : row))),
    [update],
  )

  /** Stops the work before, and begins another after its end. */
  async function start(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    working.current?.abort()
    const mine = new AbortController()
    working.current = mine
    const before = ended.current
    const run = async () => {
      await before
      if (!mine.signal.aborted) await work(mine.signal)
    }
    const running = run().catch((error: unknown) => {
      if (!mine.signal.aborted) reportError(error)
    })
    ended.current = running
    await running
  }

  /** Works on rows, several at a time, until they end or the user stops it. */
  async function workOn(
    some: readonly ImportRow[],
    signal: AbortSignal,
    work: (row: ImportRow) => Promise<void>,
  ): Promise<void> {
    const waiting = [...some]
    await Promise.all(
      Array.from({ length: concurrency }, async () => {
        for (let row = waiting.shift(); row && !signal.aborted; row = waiting.shift()) {
          await work(row)
        }
      }),
    )
  }

  function choose(given: readonly DroppedPhoto[]): Promise<void> {
    const photos = given.toSorted((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }))
    const texts = namesIn(photos.map(({ path }) => path))
    const named = photos.flatMap((photo, i) => (texts[i] ? [{ photo, text: texts[i] }] : []))
    const guessed = guessPattern(named.map(({ text }) => text))
    const canLook = may('identify')
    setLeft(photos.length - named.length)
    setPattern(guessed)
    update(() => [])
    setPhase(named.length === 0 ? 'empty' : 'looking')
    return start(async (signal) => {
      const copies = await earlierCopies(
        named.map(({ photo }) => photo.file),
        signal,
      )
      signal.throwIfAborted()
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
      update(() => made)
      if (canLook) await lookAt(made, signal)
      if (named.length > 0 && !signal.aborted) setPhase('ready')
    })
  }

  const lookAt = (some: readonly ImportRow[], signal: AbortSignal) =>
    workOn(some, signal, async ({ key, file }) => {
      try {
        change(key, { looked: 'done', ...(await look(gallery, file, signal)) })
      } catch (error) {
        if (!signal.aborted) change(key, { looked: 'refused', error, isIncluded: false })
      }
    })

  /** Sends what is ready and not sent yet. */
  async function begin(): Promise<void> {
    setPhase('running')
    await start(async (signal) => {
      const some = latest.current.filter((row) => isReady(row) && row.sent === 'no')
      await workOn(some, signal, async (row) => {
        change(row.key, { sent: 'sending' })
        try {
          change(row.key, await send(gallery, row, signal))
        } catch (error) {
          change(row.key, signal.aborted ? { sent: 'no' } : { sent: 'refused', error })
        }
      })
      if (!signal.aborted) setPhase('done')
    })
    await refreshAll(queries)
  }

  return {
    ...{ rows, phase, pattern, left, change, choose, begin },
    /** Names all rows by another pattern; names that were typed stay. */
    setPattern: (to: NamePattern) => {
      setPattern(to)
      update((all) =>
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
      update(() => [])
      setPhase('empty')
    },
  }
}
