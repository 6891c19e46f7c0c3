import type { YuvImage } from '../image/yuv.js'

/** Grid of cells that a frame is divided into. */
const [columns, rows] = [64, 48]
/** Pixels sampled per cell, along each axis. Judgment. */
const samples = 4
/** A cell has changed when its mean luma differs by more than this, of 255. Judgment. */
const change = 8
/** Cells that must have changed to count as motion: at 640 pixels of width, a face of 20 pixels covers four. */
const leastCells = 2

/**
 * Detects motion in a camera's view, so that empty and still scenes cost next to nothing. Each frame is compared with the last
 * one that was searched for faces, not with the previous one, so that slow changes accumulate.
 */
export class MotionGate {
  #seen: Float32Array | undefined
  #size = ''

  /** Whether a frame differs from the reference frame, set by {@link MotionGate.looked}. */
  moved(image: YuvImage): boolean {
    if (!this.#seen || sizeOf(image) !== this.#size) return true
    const cells = brightness(image)
    let changed = 0
    for (let i = 0; i < cells.length; i++) {
      if (Math.abs(cells[i]! - this.#seen[i]!) > change && ++changed >= leastCells) return true
    }
    return false
  }

  /** Makes this frame the reference that later frames are compared with. */
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
