import { useQueryClient } from '@tanstack/react-query'
import { type CSSProperties, useEffect, useState } from 'react'
import { photoForm } from '../../../src/client/index.js'
import { api, type Schemas, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { EnrollDialog } from '../live/enroll-dialog.js'
import type { FaceInPhoto } from '../live/track-frames.js'
import { Button } from '../parts/button.js'
import { PageHeader } from '../parts/page-header.js'
import { PhotoDrop } from '../parts/photo-drop.js'
import { EmptyState, explain, Failure } from '../parts/states.js'
import { showError, showNotice } from '../parts/toasts.js'
import { addressOf } from '../root.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'

type Face = Omit<Schemas['Face'], 'landmarks'>

interface Identified {
  readonly photo: File
  readonly url: string
  readonly width: number
  readonly height: number
  readonly faces: readonly Face[]
}

/** Identifies the faces of a photo and explains each answer. */
export default function IdentifyPage() {
  const texts = useTexts()
  const { may } = useSession()
  const [gallery] = useGallery()
  const queries = useQueryClient()
  const [result, setResult] = useState<Identified | null>(null)
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const [asked, setAsked] = useState<FaceInPhoto | null>(null)
  const url = result?.url
  useEffect(() => () => void (url && URL.revokeObjectURL(url)), [url])

  async function identify(photo: File): Promise<void> {
    setBusy(true)
    setError(undefined)
    try {
      const answer = await unwrap(
        api.POST('/v1/galleries/{gallery}/identify', {
          params: { path: { gallery } },
          ...photoForm({ photo }),
        }),
      )
      setResult({ photo, url: URL.createObjectURL(photo), ...answer })
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }

  /** Records the correction that a face is not the subject that it was matched to. */
  async function deny(face: Face): Promise<void> {
    const { subject, box } = face
    if (!result || !subject) return
    try {
      const correction = await unwrap(
        api.POST('/v1/galleries/{gallery}/corrections', {
          params: {
            path: { gallery },
            query: { kind: 'not', subject: subject.id, at: middleOf(box) },
          },
          ...photoForm({ photo: result.photo }),
        }),
      )
      showNotice(texts.identify.denied(subject.name), async () => {
        await unwrap(
          api.DELETE('/v1/galleries/{gallery}/corrections/{correction}', {
            params: { path: { gallery, correction: correction.id } },
          }),
        )
        await identify(result.photo)
      })
      await queries.invalidateQueries({ queryKey: ['corrections'] })
      await identify(result.photo)
    } catch (failure) {
      showError(explain(failure, texts.app))
    }
  }

  return (
    <>
      <PageHeader title={texts.pages.identify} />
      <PhotoDrop
        label={texts.identify.choose}
        hint={texts.identify.hint}
        onPhotos={([first]) => first && void identify(first.file)}
      />
      {isBusy && (
        <p className="hint" role="status">
          {texts.identify.busy}
        </p>
      )}
      {error !== undefined && <Failure error={error} />}
      {result && (
        <div className="identified">
          <PhotoWithFaces result={result} />
          <section aria-labelledby="faces" aria-live="polite">
            <h2 id="faces">{texts.identify.found(result.faces.length)}</h2>
            {result.faces.length === 0 && (
              <EmptyState title={texts.identify.noFace}>{texts.identify.noFaceHint}</EmptyState>
            )}
            {result.faces.map((face, i) => (
              <FaceAnswer
                // biome-ignore lint/suspicious/noArrayIndexKey: faces of one photo have no other identity.
                key={i}
                number={i + 1}
                face={face}
                onDeny={may('enroll') ? () => void deny(face) : null}
                onAsk={
                  may('enroll') ? () => setAsked({ photo: result.photo, box: face.box }) : null
                }
              />
            ))}
          </section>
        </div>
      )}
      {asked && (
        <EnrollDialog
          face={asked}
          onClose={() => {
            setAsked(null)
            if (result) void identify(result.photo)
          }}
        />
      )}
    </>
  )
}

const middleOf = ({ x, y, width, height }: Face['box']) =>
  `${Math.round(x + width / 2)},${Math.round(y + height / 2)}`

/** The photo with a numbered box around every face. */
function PhotoWithFaces({ result }: { readonly result: Identified }) {
  const texts = useTexts()
  const { url, width, height, faces } = result
  return (
    <div className="photo" style={{ aspectRatio: `${width} / ${height}` }}>
      <img src={url} alt={texts.identify.photo} />
      {faces.map(({ box, answer }, i) => {
        const style: CSSProperties = {
          left: `${(100 * box.x) / width}%`,
          top: `${(100 * box.y) / height}%`,
          width: `${(100 * box.width) / width}%`,
          height: `${(100 * box.height) / height}%`,
        }
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: faces of one photo have no other identity.
          <span key={i} className={`box ${answer}`} style={style} aria-hidden="true">
            <span>{i + 1}</span>
          </span>
        )
      })}
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
          ? own.compared(similarity.toFixed(3), threshold.value.toFixed(3), answer === 'match')
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
                <Portrait id={subject.id} />
                <span>{subject.name}</span>
                <span className="hint">{photo}</span>
                <span className="number">{similarity.toFixed(3)}</span>
              </li>
            ))}
          </ol>
          {margin !== null && <p className="hint">{own.margin(margin.toFixed(3))}</p>}
          {threshold && <p className="hint">{own.source(threshold.source)}</p>}
        </details>
      )}
    </article>
  )
}

function Portrait({ id }: { readonly id: string }) {
  const { may } = useSession()
  const [gallery] = useGallery()
  if (!may('read')) return <span />
  return (
    <img
      className="portrait small"
      src={addressOf(`/v1/galleries/${gallery}/subjects/${id}/image`)}
      alt=""
      loading="lazy"
    />
  )
}
