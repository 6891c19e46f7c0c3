import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { photoForm } from '../../../src/client/index.js'
import { api, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { useCrops } from '../parts/face-crops.js'
import { TextField } from '../parts/fields.js'
import { FormDialog } from '../parts/form-dialog.js'
import { showNotice } from '../parts/toasts.js'
import { pointIn } from '../people/face-point.js'
import { refreshAll } from '../refresh.js'
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
  const [crop] = useCrops(face.photo, [face.box])

  async function add(): Promise<void> {
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
    await refreshAll(queries)
    onClose()
  }

  return (
    <FormDialog
      title={texts.enroll.title}
      submit={texts.enroll.add}
      submitting={texts.enroll.adding}
      isReady={name.trim() !== ''}
      onSubmit={add}
      onClose={onClose}
    >
      {crop && <img className="crop" src={crop} alt="" />}
      <TextField
        label={texts.enroll.name}
        hint={texts.enroll.nameHint}
        value={name}
        onChange={setName}
        isRequired
        autoFocus
        autoComplete="off"
      />
    </FormDialog>
  )
}
