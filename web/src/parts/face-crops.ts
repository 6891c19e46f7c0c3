import { useEffect, useState } from 'react'
import type { Box } from '../../../src/geometry/box.js'
import { squareAround } from '../live/track-frames.js'

/** Side of a crop in pixels: twice its largest side on the screen. */
const cropSize = 288

/** One photo is decoded at a time, since fifty large ones together would fill the memory. */
let decoding = Promise.resolve()

/** Object URLs of square crops of faces in a photo, in their order; none while they are made, or where the browser cannot decode the photo. */
export function useCrops(photo: Blob, boxes: readonly Box[]): readonly string[] {
  const [urls, setUrls] = useState<readonly string[]>([])
  const places = JSON.stringify(boxes)
  useEffect(() => {
    const wanted = JSON.parse(places) as Box[]
    if (wanted.length === 0) {
      setUrls((before) => (before.length === 0 ? before : []))
      return
    }
    const made: string[] = []
    let ended = false
    const make = async () => {
      if (ended) return
      const bitmap = await createImageBitmap(photo)
      try {
        for (const box of wanted) {
          const { left, top, side } = squareAround(box, bitmap)
          const canvas = new OffscreenCanvas(cropSize, cropSize)
          const context = canvas.getContext('2d')!
          context.drawImage(bitmap, left, top, side, side, 0, 0, cropSize, cropSize)
          const blob = await canvas.convertToBlob({ type: 'image/jpeg' })
          if (ended) return
          made.push(URL.createObjectURL(blob))
        }
        setUrls([...made])
      } finally {
        bitmap.close()
      }
    }
    decoding = decoding.then(make).catch(() => {})
    return () => {
      ended = true
      for (const url of made) URL.revokeObjectURL(url)
    }
  }, [photo, places])
  return urls
}
