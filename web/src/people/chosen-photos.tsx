import { useCallback, useEffect, useRef, useState } from 'react'
import { photoForm } from '../../../src/client/index.js'
import { api, unwrap } from '../api.js'
import { Button } from '../parts/button.js'
import { X } from '../parts/icons.js'
import { explain } from '../parts/states.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'
import type { PhotoToEnroll } from './enroll-photos.js'
import { mainFaceOf, pointIn } from './face-point.js'
import { FacesOfPhoto, type Found } from './faces-of-photo.js'
import { untilFree } from './until-free.js'

/** A photo from the person's files, with the faces that the server finds in it. */
interface ChosenPhoto {
  readonly key: number
  readonly photo: File
  /** Null while the server looks, and where the key does not let it. */
  readonly found: Found | null
  readonly state: 'looking' | 'found' | 'refused' | 'unseen'
  readonly error?: unknown
  /** Index of the face to enroll. */
  readonly face: number | null
}

/** The photos that a person chose, the question whose face is meant, and what there is to enroll. */
export function useChosenPhotos() {
  const { may } = useSession()
  const [photos, setPhotos] = useState<readonly ChosenPhoto[]>([])
  const next = useRef(0)
  const looking = useRef(Promise.resolve())
  /** What ends the look at each photo. */
  const looks = useRef(new Map<number, AbortController>())
  const endAll = useCallback(() => {
    for (const each of looks.current.values()) each.abort()
    looks.current.clear()
  }, [])
  useEffect(() => endAll, [endAll])
  const change = useCallback(
    (key: number, to: Partial<ChosenPhoto>) =>
      setPhotos((all) => all.map((each) => (each.key === key ? { ...each, ...to } : each))),
    [],
  )

  /** Adds photos, and looks for their faces, one photo after the other. */
  function add(files: readonly File[]): void {
    const canLook = may('identify')
    const added = files.map((photo): ChosenPhoto => {
      const state = canLook ? 'looking' : 'unseen'
      return { key: next.current++, photo, found: null, state, face: null }
    })
    setPhotos((all) => [...all, ...added])
    if (!canLook) return
    for (const { key, photo } of added) {
      const abort = new AbortController()
      looks.current.set(key, abort)
      looking.current = looking.current.then(() => look(key, photo, abort.signal))
    }
  }

  async function look(key: number, photo: File, signal: AbortSignal): Promise<void> {
    try {
      const found = await untilFree(signal, () =>
        unwrap(api.POST('/v1/detect', { signal, ...photoForm({ photo }) })),
      )
      change(key, { state: 'found', found, face: mainFaceOf(found.faces) })
    } catch (error) {
      if (!signal.aborted) change(key, { state: 'refused', error })
    }
  }

  const toEnroll = photos.flatMap(({ photo, found, state, face }): PhotoToEnroll[] => {
    if (state === 'unseen') return [{ photo }]
    if (!found || face === null) return []
    const boxes = found.faces.map(({ box }) => box)
    return [{ photo, at: pointIn(boxes[face]!, boxes) }]
  })
  return {
    photos,
    add,
    toEnroll,
    /** Whether a photo is still looked at, or its face not chosen. */
    isOpen: photos.some(
      ({ state, found, face }) =>
        state === 'looking' || (found !== null && found.faces.length > 0 && face === null),
    ),
    choose: (key: number, face: number) => change(key, { face }),
    /** Leaves a photo out; it is not sent any more. */
    remove: (key: number) => {
      looks.current.get(key)?.abort()
      looks.current.delete(key)
      setPhotos((all) => all.filter((each) => each.key !== key))
    },
    clear: () => {
      endAll()
      setPhotos([])
    },
  }
}

/** The chosen photos, each with the faces in it. */
export function ChosenPhotos({
  chosen: { photos, choose, remove },
}: {
  readonly chosen: ReturnType<typeof useChosenPhotos>
}) {
  const texts = useTexts()
  const { people: own } = texts
  if (photos.length === 0) return null
  return (
    <ul className="chosen-photos">
      {photos.map(({ key, photo, found, state, error, face }) => (
        <li key={key}>
          <div className="chosen-head">
            <span>{photo.name}</span>
            <Button
              kind="quiet"
              aria-label={own.leavePhotoOut(photo.name)}
              onPress={() => remove(key)}
            >
              <X aria-hidden="true" />
            </Button>
          </div>
          {state === 'looking' && (
            <p className="hint" role="status">
              {own.lookingForFaces}
            </p>
          )}
          {state === 'refused' && <p className="field-error">{explain(error, texts)}</p>}
          {found?.faces.length === 0 && <p className="field-error">{texts.identify.noFace}</p>}
          {found && found.faces.length > 0 && (
            <FacesOfPhoto
              photo={photo}
              found={found}
              chosen={face}
              onChoose={(face) => choose(key, face)}
            />
          )}
        </li>
      ))}
    </ul>
  )
}
