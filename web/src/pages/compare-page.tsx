import { useEffect, useRef, useState } from 'react'
import { photoForm } from '../../../src/client/index.js'
import { api, type Schemas, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { PageHeader } from '../parts/page-header.js'
import { PhotoDrop } from '../parts/photo-drop.js'
import { placeOf } from '../parts/place-of.js'
import { Failure } from '../parts/states.js'
import { useDecimal } from '../parts/use-decimal.js'
import { useObjectUrl } from '../parts/use-object-url.js'
import { useTexts } from '../texts/index.js'

type Verification = Omit<Schemas['Verification'], 'faces'> & {
  readonly faces: readonly (Pick<Schemas['Face'], 'box'> | null)[]
}

/** What is known of a pair of photos. */
type Result =
  | { readonly state: 'none' | 'asking' }
  | { readonly state: 'answered'; readonly answer: Verification }
  | { readonly state: 'failed'; readonly error: unknown }

/** Compares the largest faces of two photos, and explains the answer. */
export default function ComparePage() {
  const texts = useTexts()
  const { compare: own } = texts
  const [gallery] = useGallery()
  const [photos, setPhotos] = useState<readonly [File | null, File | null]>([null, null])
  const [result, setResult] = useState<Result>({ state: 'none' })
  const asking = useRef<AbortController>(undefined)
  useEffect(() => () => asking.current?.abort(), [])

  /** Asks about two photos; an answer about an earlier pair is dropped. */
  async function ask(a: File, b: File): Promise<void> {
    asking.current?.abort()
    const request = new AbortController()
    asking.current = request
    setResult({ state: 'asking' })
    try {
      const answer = await unwrap(
        api.POST('/v1/galleries/{gallery}/verify', {
          params: { path: { gallery } },
          signal: request.signal,
          ...photoForm({ a, b }),
        }),
      )
      if (!request.signal.aborted) setResult({ state: 'answered', answer })
    } catch (error) {
      if (!request.signal.aborted) setResult({ state: 'failed', error })
    }
  }

  function choose(side: 0 | 1, photo: File): void {
    const next = side === 0 ? ([photo, photos[1]] as const) : ([photos[0], photo] as const)
    setPhotos(next)
    const [a, b] = next
    if (a && b) void ask(a, b)
  }

  const answer = result.state === 'answered' ? result.answer : null
  return (
    <>
      <PageHeader title={texts.pages.compare} />
      <p className="hint">{own.explain}</p>
      <div className="compare">
        {([0, 1] as const).map((side) => (
          <section key={side} aria-label={own.sides[side]}>
            <PhotoDrop
              label={own.sides[side]!}
              hint={own.hint}
              onPhotos={([first]) => first && choose(side, first.file)}
            />
            {photos[side] && (
              <ComparedPhoto
                photo={photos[side]}
                alt={own.sides[side]!}
                box={answer?.faces[side]?.box ?? null}
              />
            )}
          </section>
        ))}
      </div>
      <section aria-live="polite">
        {result.state === 'asking' && <p className="hint">{own.busy}</p>}
        {result.state === 'failed' && (
          <Failure error={result.error} retry={() => void ask(photos[0]!, photos[1]!)} />
        )}
        {answer && <Answer answer={answer} />}
      </section>
    </>
  )
}

/** A photo, with a box around the face that was compared. */
function ComparedPhoto({
  photo,
  alt,
  box,
}: {
  readonly photo: File
  readonly alt: string
  readonly box: Schemas['Box'] | null
}) {
  const url = useObjectUrl(photo)
  const [size, setSize] = useState({ width: 0, height: 0 })
  return (
    <div className="photo">
      {url && (
        <img
          src={url}
          alt={alt}
          onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) =>
            setSize({ width, height })
          }
        />
      )}
      {box && size.width > 0 && (
        <span className="box match" aria-hidden="true" style={placeOf(box, size)} />
      )}
    </div>
  )
}

function Answer({ answer }: { readonly answer: Verification }) {
  const texts = useTexts()
  const { compare: own, identify } = texts
  const decimal = useDecimal()
  const { similarity, threshold, probability, reasons, match } = answer
  return (
    <article className={`answer ${match ? 'match' : 'unknown'}`}>
      <h2>{own.answers[answer.answer]}</h2>
      <p>
        {identify.compared(decimal(similarity, 3), decimal(threshold.value, 3), match)}{' '}
        {probability !== null && identify.probability(Math.round(100 * probability))}{' '}
        {reasons.length > 0 &&
          identify.because(reasons.map((each) => texts.reasons[each] ?? each).join(', '))}
      </p>
      <p className="hint">
        {identify.source} <span lang="en">{threshold.source}.</span>
      </p>
    </article>
  )
}
