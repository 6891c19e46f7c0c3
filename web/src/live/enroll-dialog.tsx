import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Form } from 'react-aria-components'
import { photoForm } from '../../../src/client/index.js'
import { api, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { Dialog } from '../parts/dialog.js'
import { TextField } from '../parts/fields.js'
import { explain } from '../parts/states.js'
import { showNotice } from '../parts/toasts.js'
import { useTexts } from '../texts/index.js'
import { type FaceInPhoto, squareAround } from './track-frames.js'

/** A dialog that asks for the name of a face and enrolls it. */
export function EnrollDialog({
  face,
  onClose,
}: {
  readonly face: FaceInPhoto
  readonly onClose: () => void
}) {
  const texts = useTexts()
  const [gallery] = useGallery()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<string>()
  const crop = useCrop(face)

  async function add(): Promise<void> {
    setBusy(true)
    setError(undefined)
    const { x, y, width, height } = face.box
    try {
      const { enrolled } = await unwrap(
        api.POST('/v1/galleries/{gallery}/subjects/{subject}/faces', {
          params: {
            path: { gallery, subject: name.trim() },
            query: { at: `${Math.round(x + width / 2)},${Math.round(y + height / 2)}` },
          },
          ...photoForm({ photos: face.photo }),
        }),
      )
      const reasons = (enrolled[0]?.warnings ?? []).map((each) => texts.reasons[each] ?? each)
      showNotice(
        [
          texts.enroll.added(name.trim()),
          reasons.length > 0 ? texts.enroll.poor(reasons.join(', ')) : texts.enroll.nextTime,
        ].join(' '),
      )
      await queries.invalidateQueries()
      onClose()
    } catch (failure) {
      setError(explain(failure, texts.app))
      setBusy(false)
    }
  }

  return (
    <Dialog title={texts.enroll.title} isOpen onClose={onClose} isBusy={isBusy}>
      <Form
        onSubmit={(event) => {
          event.preventDefault()
          if (name.trim() !== '') void add()
        }}
      >
        {crop && <img className="crop" src={crop} alt="" />}
        <TextField
          label={texts.enroll.name}
          hint={texts.enroll.nameHint}
          value={name}
          onChange={setName}
          error={error}
          isRequired
          autoFocus
          autoComplete="off"
        />
        <div className="buttons">
          <Button onPress={onClose} isDisabled={isBusy}>
            {texts.app.cancel}
          </Button>
          <Button kind="primary" type="submit" isPending={isBusy} isDisabled={name.trim() === ''}>
            {isBusy ? texts.enroll.adding : texts.enroll.add}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}

/** Side of the crop in pixels: twice its side on the screen. */
const cropSize = 288

/** An object URL of the crop of the face. */
function useCrop({ photo, box }: FaceInPhoto): string | undefined {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    let made: string | undefined
    let ended = false
    void (async () => {
      const bitmap = await createImageBitmap(photo)
      const { left, top, side } = squareAround(box, bitmap)
      const canvas = new OffscreenCanvas(cropSize, cropSize)
      canvas.getContext('2d')!.drawImage(bitmap, left, top, side, side, 0, 0, cropSize, cropSize)
      bitmap.close()
      const blob = await canvas.convertToBlob({ type: 'image/jpeg' })
      if (ended) return
      made = URL.createObjectURL(blob)
      setUrl(made)
    })().catch(() => {})
    return () => {
      ended = true
      if (made) URL.revokeObjectURL(made)
    }
  }, [photo, box])
  return url
}
