import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { photoForm } from '../../../src/client/index.js'
import { api, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { Dialog } from '../parts/dialog.js'
import { useCrops } from '../parts/face-crops.js'
import { TextField } from '../parts/fields.js'
import { explain } from '../parts/states.js'
import { showNotice } from '../parts/toasts.js'
import { pointIn } from '../people/face-point.js'
import { useTexts } from '../texts/index.js'
import type { FaceInPhoto } from './track-frames.js'

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
  const [crop] = useCrops(face.photo, [face.box])

  async function add(): Promise<void> {
    setBusy(true)
    setError(undefined)
    try {
      const { enrolled } = await unwrap(
        api.POST('/v1/galleries/{gallery}/subjects/{subject}/faces', {
          params: {
            path: { gallery, subject: name.trim() },
            query: { at: pointIn(face.box) },
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
      setError(explain(failure, texts))
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
