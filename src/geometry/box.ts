/** An axis-aligned rectangle in pixels of the upright image; `x`, `y` is its top left corner. */
export interface Box {
  /** Left edge. */
  readonly x: number
  /** Top edge. */
  readonly y: number
  /** Width. */
  readonly width: number
  /** Height. */
  readonly height: number
}

/** Top left corner and size, such as `812,430 96×120`. */
export const boxInWords = ({ x, y, width, height }: Box): string => `${x},${y} ${width}×${height}`

/** Area in square pixels; 0 for a box without extent. */
export function area(box: Box): number {
  return Math.max(0, box.width) * Math.max(0, box.height)
}

/** Area of the intersection of two boxes, in square pixels. */
export function intersection(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return width > 0 && height > 0 ? width * height : 0
}

/** Intersection over union, 0…1. */
export function iou(a: Box, b: Box): number {
  const shared = intersection(a, b)
  return shared === 0 ? 0 : shared / (area(a) + area(b) - shared)
}

/** Whether a point lies in the box, edges included. */
export function contains(box: Box, x: number, y: number): boolean {
  return x >= box.x && y >= box.y && x <= box.x + box.width && y <= box.y + box.height
}

/** A rectangle of a size around the middle of a picture. */
export const aroundMiddle = (
  picture: Pick<Box, 'width' | 'height'>,
  width: number,
  height: number,
): Box => ({
  x: (picture.width - width) / 2,
  y: (picture.height - height) / 2,
  width,
  height,
})

/** The square with the box's center and its longer side, times `scale`. */
export function squareAround(box: Box, scale = 1): Box {
  const side = Math.max(box.width, box.height) * scale
  return {
    x: box.x + (box.width - side) / 2,
    y: box.y + (box.height - side) / 2,
    width: side,
    height: side,
  }
}

/** The part of the box that lies in an image of the given size, in whole pixels. */
export function clip(box: Box, width: number, height: number): Box {
  const left = Math.max(0, Math.floor(box.x))
  const top = Math.max(0, Math.floor(box.y))
  return {
    x: left,
    y: top,
    width: Math.max(0, Math.min(width, Math.ceil(box.x + box.width)) - left),
    height: Math.max(0, Math.min(height, Math.ceil(box.y + box.height)) - top),
  }
}
