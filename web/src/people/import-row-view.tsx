import { memo, useState } from 'react'
import { Checkbox, Input, TextField } from 'react-aria-components'
import { Button } from '../parts/button.js'
import { Dialog } from '../parts/dialog.js'
import { useCrops } from '../parts/face-crops.js'
import { explain } from '../parts/states.js'
import { useTexts } from '../texts/index.js'
import { FacesOfPhoto } from './faces-of-photo.js'
import { type ImportRow, looksLike } from './import-row.js'

/** A photo of an import: its face, its person, what is to be known about it, and what became of it. */
export const ImportRowView = memo(function ImportRowView({
  row,
  isLocked,
  isOver,
  onChange,
}: {
  readonly row: ImportRow
  readonly isLocked: boolean
  /** Whether the import is done, so that a row which was not sent is not sent any more. */
  readonly isOver: boolean
  readonly onChange: (key: number, to: Partial<ImportRow>) => void
}) {
  const { folder: own } = useTexts()
  const { key, path, name, file, face, faces, externalId } = row
  const [crop] = useCrops(file, face === null ? [] : [faces[face]!.box])
  return (
    <li className={row.isIncluded ? '' : 'left-out'}>
      <Checkbox
        className="check"
        aria-label={own.include(path)}
        isSelected={row.isIncluded}
        isDisabled={isLocked || row.looked === 'refused' || row.sent !== 'no'}
        onChange={(isIncluded) => onChange(key, { isIncluded })}
      >
        <span className="check-box" aria-hidden="true" />
      </Checkbox>
      {crop ? (
        <img className="portrait small" src={crop} alt="" />
      ) : (
        <span className="portrait small none" />
      )}
      <div className="import-name">
        <TextField
          className="field"
          aria-label={own.nameOf(path)}
          value={name}
          isDisabled={isLocked || row.sent !== 'no'}
          // The number belongs to the name that it was read with.
          onChange={(name) => onChange(key, { name, externalId: null })}
        >
          <Input autoComplete="off" />
        </TextField>
        <span className="hint">
          {path}
          {externalId !== null && ` · ${externalId}`}
        </span>
      </div>
      <div className="import-notes">
        <Notes row={row} isLocked={isLocked} isOver={isOver} onChange={onChange} />
      </div>
    </li>
  )
})

function Notes({ row, isLocked, isOver, onChange }: Parameters<typeof ImportRowView>[0]) {
  const texts = useTexts()
  const { folder: own } = texts
  const { key, faces, face, sent, looked, sameAs } = row
  const like = looksLike(row)
  if (sent === 'refused' || looked === 'refused') {
    return <span className="field-error">{explain(row.error, texts)}</span>
  }
  if (row.error !== undefined && (sent === 'added' || sent === 'known')) {
    return (
      <span className="warn">
        {own.states[sent]}. {own.withoutNumber(row.externalId ?? '')} {explain(row.error, texts)}
      </span>
    )
  }
  if (sent !== 'no' || isOver)
    return <span className={sent === 'added' ? 'good' : 'hint'}>{own.states[sent]}</span>
  if (looked === 'waiting') return <span className="hint">{own.states.looking}</span>
  const weak = face === null ? [] : (faces[face]?.quality.reasons ?? [])
  return (
    <>
      {sameAs !== null && <span className="hint">{own.sameAs(sameAs)}</span>}
      {looked === 'done' && faces.length === 0 && (
        <span className="field-error">{texts.identify.noFace}</span>
      )}
      {faces.length > 1 && (
        <ChooseFace row={row} isLocked={isLocked} onChange={(face) => onChange(key, { face })} />
      )}
      {like !== null && (
        <>
          <span className="warn">{own.looksLike(like)}</span>
          <Button
            isDisabled={isLocked}
            onPress={() => onChange(key, { name: like, externalId: null })}
          >
            {own.use(like)}
          </Button>
        </>
      )}
      {weak.length > 0 && (
        <span className="hint">{weak.map((each) => texts.reasons[each] ?? each).join(', ')}</span>
      )}
    </>
  )
}

/** A button that opens the photo, to choose the face. */
function ChooseFace({
  row: { file, faces, width, height, face, path },
  isLocked,
  onChange,
}: {
  readonly row: ImportRow
  readonly isLocked: boolean
  readonly onChange: (face: number) => void
}) {
  const texts = useTexts()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button isDisabled={isLocked} onPress={() => setOpen(true)}>
        {texts.folder.chooseFace(faces.length, face !== null)}
      </Button>
      <Dialog title={path} isOpen={isOpen} onClose={() => setOpen(false)}>
        <FacesOfPhoto
          photo={file}
          found={{ width, height, faces }}
          chosen={face}
          onChoose={onChange}
        />
        <div className="buttons">
          <Button kind="primary" onPress={() => setOpen(false)}>
            {texts.app.close}
          </Button>
        </div>
      </Dialog>
    </>
  )
}
