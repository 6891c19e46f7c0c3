import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Form } from 'react-aria-components'
import { photoForm } from '../../../src/client/index.js'
import { api, unwrap } from '../api.js'
import { Button } from '../parts/button.js'
import { Dialog } from '../parts/dialog.js'
import { TextField } from '../parts/fields.js'
import { explain } from '../parts/states.js'
import { showNotice } from '../parts/toasts.js'
import { useGallery } from '../session.js'
import { useTexts } from '../texts/index.js'

/** A face in a photo, to be enrolled under a name that the user enters. */
export interface FaceInPhoto {
  readonly photo: File
  readonly box: { x: number; y: number; width: number; height: number }
}

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
          <Button kind="primary" type="submit" isDisabled={isBusy || name.trim() === ''}>
            {isBusy ? texts.enroll.adding : texts.enroll.add}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}

/** An object URL of the crop of the face. */
function useCrop({ photo, box }: FaceInPhoto): string | undefined {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    let made: string | undefined
    let ended = false
    void (async () => {
      const margin = 0.35 * Math.max(box.width, box.height)
      const bitmap = await createImageBitmap(
        photo,
        Math.round(box.x - margin),
        Math.round(box.y - margin),
        Math.round(box.width + 2 * margin),
        Math.round(box.height + 2 * margin),
      )
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
      canvas.getContext('2d')!.drawImage(bitmap, 0, 0)
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
