import type { YuvImage } from '../image/yuv.js'

/** Cells that a frame is divided into. */
const [columns, rows] = [64, 48]
/** Pixels of a cell that are looked at, in each direction. */
const samples = 4
/** A cell whose mean brightness differs by more than this, of 255, has changed. */
const change = 8
/** Cells that must have changed: a face of 20 pixels of 640 covers four. */
const leastCells = 2

/**
 * Tells whether anything has changed in a camera's view since it was last looked at, so that an empty or a still room costs
 * next to nothing. It compares with the last frame that was looked at, not the last that came: what moves slowly adds up.
 */
export class MotionGate {
  #seen: Float32Array | undefined
  #size = ''

  /** Whether a frame differs from the last one that was {@link MotionGate.looked} at. */
  moved(image: YuvImage): boolean {
    if (!this.#seen || sizeOf(image) !== this.#size) return true
    const cells = brightness(image)
    let changed = 0
    for (let i = 0; i < cells.length; i++) {
      if (Math.abs(cells[i]! - this.#seen[i]!) > change && ++changed >= leastCells) return true
    }
    return false
  }

  /** A frame was looked at: later ones are compared with it. */
  looked(image: YuvImage): void {
    this.#seen = brightness(image)
    this.#size = sizeOf(image)
  }
}

const sizeOf = ({ width, height }: YuvImage) => `${width}×${height}`

/** Mean luma of each cell. */
function brightness({ width, height, data }: YuvImage): Float32Array {
  const cells = new Float32Array(columns * rows)
  const [stepX, stepY] = [width / (columns * samples), height / (rows * samples)]
  for (let y = 0; y < rows * samples; y++) {
    const line = width * Math.min(height - 1, Math.floor((y + 0.5) * stepY))
    const row = columns * Math.floor(y / samples)
    for (let x = 0; x < columns * samples; x++) {
      const luma = data[line + Math.min(width - 1, Math.floor((x + 0.5) * stepX))]!
      const cell = row + Math.floor(x / samples)
      cells[cell] = cells[cell]! + luma / (samples * samples)
    }
  }
  return cells
}
