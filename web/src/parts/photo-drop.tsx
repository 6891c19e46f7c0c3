import type { ReactNode } from 'react'
import {
  type DirectoryDropItem,
  DropZone,
  type FileDropItem,
  FileTrigger,
} from 'react-aria-components'
import { isPhotoName } from '../../../src/image/format.js'
import { Button } from './button.js'
import { Upload } from './icons.js'

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
  const take = (photos: readonly DroppedPhoto[]) => {
    const wanted = photos.filter(({ file, path }) => isPhoto(file, path))
    onPhotos(many || folders ? wanted : wanted.slice(0, 1))
  }
  return (
    <DropZone
      className="drop"
      onDrop={async ({ items }) => {
        const found: DroppedPhoto[] = []
        for (const item of items) {
          if (item.kind === 'file') found.push(await photoOf(item, item.name))
          else if (item.kind === 'directory' && folders) found.push(...(await photosIn(item)))
        }
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

const isPhoto = (file: File, path: string) =>
  !path.split('/').some((part) => part.startsWith('.')) &&
  (file.type.startsWith('image/') || isPhotoName(path))

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
