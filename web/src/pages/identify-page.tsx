import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import { photoForm } from '../../../src/client/index.js'
import { api, type Schemas, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { EnrollDialog } from '../live/enroll-dialog.js'
import type { FaceInPhoto } from '../live/track-frames.js'
import { Button } from '../parts/button.js'
import { PageHeader } from '../parts/page-header.js'
import { PhotoDrop } from '../parts/photo-drop.js'
import { placeOf } from '../parts/place-of.js'
import { Portrait, pagesOf, WithPictures } from '../parts/portrait.js'
import { EmptyState, explain, Failure } from '../parts/states.js'
import { showError, showNotice } from '../parts/toasts.js'
import { useDecimal } from '../parts/use-decimal.js'
import { pointIn } from '../people/face-point.js'
import { useNumberOfPeople } from '../people/use-number-of-people.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'

type Face = Omit<Schemas['Face'], 'landmarks'>

/** A face with its number in the photo, from 1. */
interface NumberedFace {
  readonly number: number
  readonly face: Face
}

/** The photo that the page shows, and what is known of it. */
interface Shown {
  readonly photo: File
  readonly url: string
  readonly state: 'asking' | 'answered' | 'failed'
  readonly width: number
  readonly height: number
  /** Matches first. */
  readonly faces: readonly NumberedFace[]
  readonly error?: unknown
}

/** Identifies the faces of a photo and explains each answer. */
export default function IdentifyPage() {
  const texts = useTexts()
  const { may } = useSession()
  const [gallery] = useGallery()
  const people = useNumberOfPeople()
  const queries = useQueryClient()
  const [shown, setShown] = useState<Shown | null>(null)
  const asking = useRef<AbortController>(undefined)
  const [asked, setAsked] = useState<FaceInPhoto | null>(null)
  const url = shown?.url
  useEffect(() => () => void (url && URL.revokeObjectURL(url)), [url])
  useEffect(() => () => asking.current?.abort(), [])

  /** Shows a photo at once, and its answer when it comes; an answer for an earlier photo is dropped. */
  async function identify(photo: File): Promise<void> {
    asking.current?.abort()
    const request = new AbortController()
    asking.current = request
    const url = URL.createObjectURL(photo)
    setShown({ photo, url, state: 'asking', width: 0, height: 0, faces: [] })
    try {
      const { width, height, faces } = await unwrap(
        api.POST('/v1/galleries/{gallery}/identify', {
          params: { path: { gallery } },
          signal: request.signal,
          ...photoForm({ photo }),
        }),
      )
      if (request.signal.aborted) return
      const numbered = faces.map((face, i) => ({ number: i + 1, face }))
      const isMatch = ({ face }: NumberedFace) => Number(face.answer === 'match')
      numbered.sort((a, b) => isMatch(b) - isMatch(a))
      setShown({ photo, url, state: 'answered', width, height, faces: numbered })
    } catch (error) {
      if (request.signal.aborted) return
      setShown({ photo, url, state: 'failed', width: 0, height: 0, faces: [], error })
    }
  }

  function cancel(): void {
    asking.current?.abort()
    setShown(null)
  }

  /** Records the correction that a face is not the subject that it was matched to. */
  async function deny(face: Face): Promise<void> {
    const { subject, box } = face
    if (!shown || !subject) return
    const boxes = shown.faces.map((each) => each.face.box)
    try {
      const correction = await unwrap(
        api.POST('/v1/galleries/{gallery}/corrections', {
          params: {
            path: { gallery },
            query: { kind: 'not', subject: subject.id, at: pointIn(box, boxes) },
          },
          ...photoForm({ photo: shown.photo }),
        }),
      )
      showNotice(texts.identify.denied(subject.name), async () => {
        await unwrap(
          api.DELETE('/v1/galleries/{gallery}/corrections/{correction}', {
            params: { path: { gallery, correction: correction.id } },
          }),
        )
        await identify(shown.photo)
      })
      await queries.invalidateQueries({ queryKey: ['corrections'] })
      await identify(shown.photo)
    } catch (failure) {
      showError(explain(failure, texts))
    }
  }

  return (
    <>
      <PageHeader title={texts.pages.identify} />
      <p className="hint">
        {texts.identify.explain}
        {people.data?.subjects === 0 && (
          <>
            {' '}
            {texts.identify.nobodyKnown} <Link href="/people">{texts.pages.people}</Link>
          </>
        )}
      </p>
      <PhotoDrop
        label={texts.identify.choose}
        hint={texts.identify.hint}
        onPhotos={([first]) => first && void identify(first.file)}
      />
      {shown?.state === 'asking' && (
        <div className="buttons">
          <p className="hint" role="status">
            {texts.identify.busy}
          </p>
          <Button onPress={cancel}>{texts.app.cancel}</Button>
        </div>
      )}
      {shown?.state === 'failed' && (
        <Failure error={shown.error} retry={() => void identify(shown.photo)} />
      )}
      {shown && (
        <div className="identified">
          {shown.state !== 'failed' && <PhotoWithFaces shown={shown} />}
          <section aria-labelledby="faces" aria-live="polite">
            {shown.state === 'answered' && (
              <h2 id="faces">{texts.identify.found(shown.faces.length)}</h2>
            )}
            {shown.state === 'answered' && shown.faces.length === 0 && (
              <EmptyState title={texts.identify.noFace}>{texts.identify.noFaceHint}</EmptyState>
            )}
            <WithPictures kind="subject" pages={may('read') ? candidatesOf(shown.faces) : []}>
              {shown.faces.map(({ number, face }) => (
                <FaceAnswer
                  key={number}
                  number={number}
                  face={face}
                  onDeny={may('enroll') ? () => void deny(face) : null}
                  onAsk={
                    may('enroll') ? () => setAsked({ photo: shown.photo, box: face.box }) : null
                  }
                />
              ))}
            </WithPictures>
          </section>
        </div>
      )}
      {asked && (
        <EnrollDialog
          face={asked}
          onClose={() => {
            setAsked(null)
            if (shown) void identify(shown.photo)
          }}
        />
      )}
    </>
  )
}

/** The ids of all candidates, for their pictures. */
const candidatesOf = (faces: readonly NumberedFace[]) =>
  pagesOf([
    ...new Set(faces.flatMap(({ face }) => face.candidates.map(({ subject }) => subject.id))),
  ])

/** The photo with a box around every face: its number, and its name where it is known. */
function PhotoWithFaces({ shown }: { readonly shown: Shown }) {
  const texts = useTexts()
  const { url, width, height, faces } = shown
  // Until the answer tells the size of the upright photo, the browser's own counts.
  const ratio = width > 0 ? { aspectRatio: `${width} / ${height}` } : {}
  return (
    <div className="photo" style={ratio}>
      <img src={url} alt={texts.identify.photo} />
      {faces.map(({ number, face: { box, answer, subject } }) => (
        <span
          key={number}
          className={`box ${answer}`}
          style={placeOf(box, { width, height })}
          aria-hidden="true"
        >
          <span>{subject ? `${number} ${subject.name}` : number}</span>
        </span>
      ))}
    </div>
  )
}

/** The answer for a face with its reasons. */
function FaceAnswer({
  number,
  face,
  onDeny,
  onAsk,
}: {
  readonly number: number
  readonly face: Face
  readonly onDeny: (() => void) | null
  readonly onAsk: (() => void) | null
}) {
  const texts = useTexts()
  const { identify: own } = texts
  const decimal = useDecimal()
  const { answer, subject, similarity, threshold, probability, reason, margin, quality } = face
  const why = [
    ...(reason ? [texts.reasons[reason] ?? reason] : []),
    ...quality.reasons.map((each) => texts.reasons[each] ?? each),
  ]
  return (
    <article className={`answer ${answer}`}>
      <h3>
        <span className="badge">{number}</span>{' '}
        {subject?.name ??
          (answer === 'not_judgeable' ? texts.live.notJudgeable : texts.live.unknown)}
      </h3>
      <p>
        {similarity !== null && threshold
          ? own.compared(decimal(similarity, 3), decimal(threshold.value, 3), answer === 'match')
          : null}{' '}
        {probability !== null && own.probability(Math.round(100 * probability))}{' '}
        {why.length > 0 && own.because([...new Set(why)].join(', '))}
      </p>
      <div className="buttons">
        {answer === 'match' && onDeny && (
          <Button onPress={onDeny}>{own.deny(subject!.name)}</Button>
        )}
        {answer !== 'match' && onAsk && <Button onPress={onAsk}>{texts.live.who}</Button>}
      </div>
      {face.candidates.length > 0 && (
        <details>
          <summary>{own.candidates}</summary>
          <ol className="candidates">
            {face.candidates.map(({ subject, similarity, photo }) => (
              <li key={subject.id}>
                <Portrait id={subject.id} isSmall />
                <span>{subject.name}</span>
                <span className="hint">{photo}</span>
                <span className="number">{decimal(similarity, 3)}</span>
              </li>
            ))}
          </ol>
          {margin !== null && <p className="hint">{own.margin(decimal(margin, 3))}</p>}
          {threshold && (
            <p className="hint">
              {own.source} <span lang="en">{threshold.source}.</span>
            </p>
          )}
        </details>
      )}
    </article>
  )
}
