import { Radio, RadioGroup } from 'react-aria-components'
import type { Schemas } from '../api.js'
import { useCrops } from '../parts/face-crops.js'
import { placeOf } from '../parts/place-of.js'
import { useObjectUrl } from '../parts/use-object-url.js'
import { useTexts } from '../texts/index.js'

type Face = Pick<Schemas['Face'], 'box' | 'quality'>

/** What the server finds in a photo. */
export interface Found {
  readonly width: number
  readonly height: number
  readonly faces: readonly Face[]
}

/** The faces of a photo, of which one is chosen; the photo itself where there are several. */
export function FacesOfPhoto({
  photo,
  found: { faces, width, height },
  chosen,
  onChoose,
}: {
  readonly photo: File
  readonly found: Found
  /** Index of the chosen face. */
  readonly chosen: number | null
  readonly onChoose: (face: number) => void
}) {
  const { people: own } = useTexts()
  const url = useObjectUrl(photo)
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
        {url && <img src={url} alt="" />}
        {faces.map(({ box }, i) => (
          <button
            key={`${box.x},${box.y}`}
            type="button"
            tabIndex={-1}
            className={`box ${i === chosen ? 'match' : ''}`}
            style={placeOf(box, { width, height })}
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
