import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import { useGallery } from '../gallery.js'
import { TextField } from '../parts/fields.js'
import { FormDialog } from '../parts/form-dialog.js'
import { PhotoDrop } from '../parts/photo-drop.js'
import { showNotice } from '../parts/toasts.js'
import { refreshAll } from '../refresh.js'
import { useTexts } from '../texts/index.js'
import { ChosenPhotos, useChosenPhotos } from './chosen-photos.js'
import { enrollPhotos } from './enroll-photos.js'
import { type Shot, WebcamShots } from './webcam-shots.js'

/** A dialog that adds a person, or photos of one, from the webcam or from files. */
export function AddPersonDialog({
  name: given,
  onClose,
}: {
  /** Name of an enrolled person, to add photos to. */
  readonly name?: string
  readonly onClose: () => void
}) {
  const texts = useTexts()
  const { people: own } = texts
  const [gallery] = useGallery()
  const queries = useQueryClient()
  const [name, setName] = useState(given ?? '')
  const [shots, setShots] = useState<readonly Shot[]>([])
  const chosen = useChosenPhotos()
  const [problems, setProblems] = useState<readonly string[]>([])
  const photos = [...shots, ...chosen.toEnroll]
  const isReady = name.trim() !== '' && photos.length > 0 && !chosen.isOpen

  async function add(): Promise<void> {
    setProblems([])
    const { added, problems } = await enrollPhotos(gallery, name.trim(), photos, texts)
    await refreshAll(queries)
    if (added > 0) showNotice(own.added(name.trim(), added))
    if (problems.length === 0) onClose()
    else {
      setProblems(problems)
      chosen.clear()
      setShots([])
    }
  }

  return (
    <FormDialog
      title={given ? own.addPhotos : own.add}
      submit={own.save(photos.length)}
      submitting={texts.enroll.adding}
      isReady={isReady}
      onSubmit={add}
      onClose={onClose}
    >
      {!given && (
        <TextField
          label={texts.enroll.name}
          value={name}
          onChange={setName}
          isRequired
          autoFocus
          autoComplete="off"
        />
      )}
      <Tabs>
        <TabList aria-label={own.how} className="tabs">
          <Tab id="webcam" className="tab">
            {own.byWebcam}
          </Tab>
          <Tab id="files" className="tab">
            {own.byFiles}
          </Tab>
        </TabList>
        <TabPanel id="webcam">
          <WebcamShots shots={shots} onShots={setShots} />
        </TabPanel>
        <TabPanel id="files">
          <PhotoDrop
            label={own.chooseFiles}
            hint={own.filesHint}
            many
            onPhotos={(photos) => chosen.add(photos.map(({ file }) => file))}
          />
          <ChosenPhotos chosen={chosen} />
        </TabPanel>
      </Tabs>
      {problems.length > 0 && (
        <ul className="field-error" role="alert">
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
    </FormDialog>
  )
}
