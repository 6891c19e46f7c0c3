import type { YuvImage } from '../image/yuv.js'

/** Grid of cells that a frame is divided into. Judgment. */
const [columns, rows] = [64, 48]
/** Pixels sampled per cell, along each axis. Judgment. */
const samplesPerCell = 4
/** A cell has changed when its mean luma differs by more than this, of 255. Judgment. */
const lumaThreshold = 8
/** Cells that must have changed to count as motion: at 640 pixels of width, a face of 20 pixels covers four. Judgment. */
const minChangedCells = 2

/**
 * Detects motion in a camera's view, so that empty and still scenes cost next to nothing. Each frame is compared with the last
 * one that was searched for faces, not with the previous one, so that slow changes accumulate.
 */
export class MotionGate {
  #reference: Float32Array | undefined
  #size = ''

  /** Whether a frame differs from the reference frame, set by {@link MotionGate.setReference}. */
  hasMotion(image: YuvImage): boolean {
    if (!this.#reference || sizeOf(image) !== this.#size) return true
    const cells = cellLuma(image)
    let changed = 0
    for (let i = 0; i < cells.length; i++) {
      if (Math.abs(cells[i]! - this.#reference[i]!) > lumaThreshold && ++changed >= minChangedCells)
        return true
    }
    return false
  }

  /** Makes this frame the reference that later frames are compared with. */
  setReference(image: YuvImage): void {
    this.#reference = cellLuma(image)
    this.#size = sizeOf(image)
  }
}

const sizeOf = ({ width, height }: YuvImage) => `${width}×${height}`

/** Mean luma of each cell. */
function cellLuma({ width, height, data }: YuvImage): Float32Array {
  const cells = new Float32Array(columns * rows)
  const [stepX, stepY] = [width / (columns * samplesPerCell), height / (rows * samplesPerCell)]
  for (let y = 0; y < rows * samplesPerCell; y++) {
    const line = width * Math.min(height - 1, Math.floor((y + 0.5) * stepY))
    const row = columns * Math.floor(y / samplesPerCell)
    for (let x = 0; x < columns * samplesPerCell; x++) {
      const luma = data[line + Math.min(width - 1, Math.floor((x + 0.5) * stepX))]!
      const cell = row + Math.floor(x / samplesPerCell)
      cells[cell] = cells[cell]! + luma / (samplesPerCell * samplesPerCell)
    }
  }
  return cells
}
