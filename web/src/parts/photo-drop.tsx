import type { ReactNode } from 'react'
import {
  type DirectoryDropItem,
  DropZone,
  type FileDropItem,
  FileTrigger,
} from 'react-aria-components'
import { isPhotoName } from '../../../src/image/format.js'
import { useTexts } from '../texts/index.js'
import { Button } from './button.js'
import { Upload } from './icons.js'
import { showError, showNotice } from './toasts.js'

/** A photo with its path in the dropped or chosen folder. */
export interface DroppedPhoto {
  readonly file: File
  /** A path such as `people/Anna/1.jpg`. */
  readonly path: string
}

/** An area that accepts dropped or chosen photos, or folders of photos. */
export function PhotoDrop({
  label,
  hint,
  folders = false,
  many = false,
  onPhotos,
  children,
}: {
  readonly label: string
  readonly hint: string
  readonly folders?: boolean
  readonly many?: boolean
  readonly onPhotos: (photos: readonly DroppedPhoto[]) => void
  readonly children?: ReactNode
}) {
  const texts = useTexts()
  const take = (given: readonly DroppedPhoto[]) => {
    const visible = given.filter(({ path }) => !isHidden(path))
    const photos = visible.filter(({ file, path }) => isPhoto(file, path))
    const others = visible.filter((each) => !photos.includes(each))
    // A folder of photos holds other files too, which are left out; a file that somebody gave is named.
    if (others.length > 0 && (!folders || photos.length === 0)) {
      showError(texts.app.notPhotos(others.map(({ file }) => file.name)))
    }
    if (!many && !folders && photos.length > 1) showNotice(texts.app.onePhoto(photos[0]!.file.name))
    if (photos.length > 0) onPhotos(many || folders ? photos : photos.slice(0, 1))
  }
  return (
    <DropZone
      className="drop"
      onDrop={async ({ items }) => {
        const found: DroppedPhoto[] = []
        for (const item of items) {
          if (item.kind === 'file') found.push(await photoOf(item, item.name))
          else if (item.kind === 'directory' && folders) found.push(...(await photosIn(item)))
          else if (item.kind === 'directory') showError(texts.app.notPhotos([item.name]))
        }
        if (found.length === 0) return
        take(found)
      }}
    >
      <FileTrigger
        acceptedFileTypes={folders ? [] : ['image/*']}
        allowsMultiple={many || folders}
        acceptDirectory={folders}
        onSelect={(files) =>
          take(
            [...(files ?? [])].map((file) => ({
              file,
              path: file.webkitRelativePath || file.name,
            })),
          )
        }
      >
        <Button kind="primary">
          <Upload aria-hidden="true" /> {label}
        </Button>
      </FileTrigger>
      <p className="hint">{hint}</p>
      {children}
    </DropZone>
  )
}

const isHidden = (path: string) => path.split('/').some((part) => part.startsWith('.'))

const isPhoto = (file: File, path: string) => file.type.startsWith('image/') || isPhotoName(path)

async function photoOf(item: FileDropItem, path: string): Promise<DroppedPhoto> {
  return { file: await item.getFile(), path }
}

async function photosIn(folder: DirectoryDropItem, above = ''): Promise<DroppedPhoto[]> {
  const path = `${above}${folder.name}/`
  const found: DroppedPhoto[] = []
  for await (const entry of folder.getEntries()) {
    if (entry.kind === 'file') found.push(await photoOf(entry, path + entry.name))
    else if (entry.kind === 'directory') found.push(...(await photosIn(entry, path)))
  }
  return found
}
