import type { Box } from '../../../src/geometry/box.js'

const share = (part: number, whole: number) => `${(100 * part) / whole}%`

/** Where a box lies over its photo, as shares of the photo's sides, whatever its size on the screen. */
export const placeOf = (box: Box, photo: Pick<Box, 'width' | 'height'>) => ({
  left: share(box.x, photo.width),
  top: share(box.y, photo.height),
  width: share(box.width, photo.width),
  height: share(box.height, photo.height),
})
