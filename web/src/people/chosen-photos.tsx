import { useCallback, useEffect, useRef, useState } from 'react'
import { Radio, RadioGroup } from 'react-aria-components'
import { photoForm } from '../../../src/client/index.js'
import { api, type Schemas, unwrap } from '../api.js'
import { Button } from '../parts/button.js'
import { useCrops } from '../parts/face-crops.js'
import { X } from '../parts/icons.js'
import { explain } from '../parts/states.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'
import type { PhotoToEnroll } from './enroll-photos.js'
import { pointIn } from './face-point.js'

type Face = Pick<Schemas['Face'], 'box' | 'quality'>

/** What the server finds in a photo. */
interface Found {
  readonly width: number
  readonly height: number
  readonly faces: readonly Face[]
}

/** A photo from the person's files, with the faces that the server finds in it. */
interface ChosenPhoto {
  readonly key: number
  readonly photo: File
  readonly url: string
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
  const ended = useRef<AbortController>(null)
  const urls = useRef(new Set<string>())
  useEffect(() => {
    const abort = new AbortController()
    ended.current = abort
    return () => {
      abort.abort()
      for (const url of urls.current) URL.revokeObjectURL(url)
    }
  }, [])
  const change = useCallback(
    (key: number, to: Partial<ChosenPhoto>) =>
      setPhotos((all) => all.map((each) => (each.key === key ? { ...each, ...to } : each))),
    [],
  )

  /** Adds photos, and looks for their faces, one photo after the other. */
  function add(files: readonly File[]): void {
    const canLook = may('identify')
    const added = files.map((photo): ChosenPhoto => {
      const url = URL.createObjectURL(photo)
      urls.current.add(url)
      const state = canLook ? 'looking' : 'unseen'
      return { key: next.current++, photo, url, found: null, state, face: null }
    })
    setPhotos((all) => [...all, ...added])
    if (!canLook) return
    for (const { key, photo } of added) {
      looking.current = looking.current.then(() => look(key, photo))
    }
  }

  async function look(key: number, photo: File): Promise<void> {
    const signal = ended.current!.signal
    if (signal.aborted) return
    try {
      const found = await unwrap(api.POST('/v1/detect', { signal, ...photoForm({ photo }) }))
      change(key, { state: 'found', found, face: found.faces.length === 1 ? 0 : null })
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
    remove: (key: number) => setPhotos((all) => all.filter((each) => each.key !== key)),
    clear: () => setPhotos([]),
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
      {photos.map((each) => {
        const { key, photo, found, state, error } = each
        return (
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
              <FacesOfPhoto each={each} found={found} onChoose={(face) => choose(key, face)} />
            )}
          </li>
        )
      })}
    </ul>
  )
}

const share = (part: number, whole: number) => `${(100 * part) / whole}%`

/** The faces of a photo, of which one is chosen; the photo itself where there are several. */
function FacesOfPhoto({
  each: { photo, url, face: chosen },
  found: { faces, width, height },
  onChoose,
}: {
  readonly each: ChosenPhoto
  readonly found: Found
  readonly onChoose: (face: number) => void
}) {
  const { people: own } = useTexts()
  const crops = useCrops(
    photo,
    faces.map(({ box }) => box),
  )
  if (faces.length === 1) {
    return (
      <div className="face-choice">
        <Crop url={crops[0]} />
        <Weakness face={faces[0]!} />
      </div>
    )
  }
  return (
    <>
      <div className="photo" style={{ aspectRatio: `${width} / ${height}` }} aria-hidden="true">
        <img src={url} alt="" />
        {faces.map(({ box }, i) => (
          <button
            key={`${box.x},${box.y}`}
            type="button"
            tabIndex={-1}
            className={`box ${i === chosen ? 'match' : ''}`}
            style={{
              left: share(box.x, width),
              top: share(box.y, height),
              width: share(box.width, width),
              height: share(box.height, height),
            }}
            onClick={() => onChoose(i)}
          >
            <span>{i + 1}</span>
          </button>
        ))}
      </div>
      <RadioGroup
        className="face-choices"
        aria-label={own.chooseFace(faces.length)}
        value={chosen === null ? null : String(chosen)}
        onChange={(value) => onChoose(Number(value))}
      >
        <p className="choice-label">{own.chooseFace(faces.length)}</p>
        {faces.map((face, i) => (
          <Radio
            key={`${face.box.x},${face.box.y}`}
            value={String(i)}
            className="face-choice"
            aria-label={own.faceNumber(i + 1)}
          >
            <Crop url={crops[i]} />
            <span aria-hidden="true">{i + 1}</span>
            <Weakness face={face} />
          </Radio>
        ))}
      </RadioGroup>
    </>
  )
}

const Crop = ({ url }: { readonly url: string | undefined }) =>
  url ? <img className="portrait" src={url} alt="" /> : <span className="portrait none" />

/** Why a face is poor to be recognized by. */
function Weakness({ face: { quality } }: { readonly face: Face }) {
  const { reasons } = useTexts()
  if (quality.reasons.length === 0) return null
  return (
    <span className="hint">{quality.reasons.map((each) => reasons[each] ?? each).join(', ')}</span>
  )
}
