import type { LiveFace, LiveResult } from '../recognize/protocol.js'

type Box = LiveFace['box']

/** A face with the box to draw at a moment. */
export interface ShownFace {
  readonly face: LiveFace
  readonly box: Box
  /** 1 until a result lacks the face, however late it comes; then it falls to 0. */
  readonly opacity: number
}

interface MovingFace {
  face: LiveFace
  /** The last box reported for the face, taken at `at`. */
  seen: Box
  at: number
  /** In pixels per millisecond. */
  speed: Box
  /** The box last drawn, at `drawnAt`. */
  box: Box
  drawnAt: number
  /** When a result first lacked the face, by the page's clock; null while each has it. */
  lostAt: number | null
}

/** Times in milliseconds: extrapolation limit, smoothing time constant, time that a lost face stays, fade-out. Judgment. */
const [maxPredictionMs, smoothingMs, keepLostMs, fadeMs] = [120, 45, 500, 200]
/** Without any result for this many milliseconds the boxes go; equals the time after which a connection counts as broken. */
const maxSilenceMs = 10_000

/** Extrapolates and smooths boxes between results, so that they move at the screen's refresh rate. */
export class Motion {
  readonly #faces = new Map<number, MovingFace>()
  #updatedAt = 0

  /** Takes the faces of a result. @param now - The time by the page's clock. */
  update({ faces, at }: LiveResult, now: number): void {
    this.#updatedAt = now
    for (const moving of this.#faces.values()) moving.lostAt ??= now
    for (const face of faces) {
      const before = this.#faces.get(face.track.id)
      const speed = before
        ? blend(before.speed, velocity(before.seen, face.box, at - before.at), 0.5)
        : zeroSpeed
      this.#faces.set(face.track.id, {
        ...{ face, seen: face.box, at, speed },
        box: before?.box ?? face.box,
        drawnAt: before?.drawnAt ?? now,
        lostAt: null,
      })
    }
  }

  /** The faces to draw at a moment. */
  at(now: number): ShownFace[] {
    const shown: ShownFace[] = []
    for (const [id, moving] of this.#faces) {
      const lostMs = moving.lostAt === null ? 0 : now - moving.lostAt
      if (lostMs > keepLostMs || now - this.#updatedAt > maxSilenceMs) {
        this.#faces.delete(id)
        continue
      }
      const target = translate(
        moving.seen,
        moving.speed,
        Math.min(now - moving.at, maxPredictionMs),
      )
      const share = 1 - Math.exp(-(now - moving.drawnAt) / smoothingMs)
      moving.box = blend(moving.box, target, share)
      moving.drawnAt = now
      const opacity = Math.min(1, (keepLostMs - lostMs) / fadeMs)
      shown.push({ face: moving.face, box: moving.box, opacity })
    }
    return shown
  }

  clear(): void {
    this.#faces.clear()
  }
}

const zeroSpeed: Box = { x: 0, y: 0, width: 0, height: 0 }

const mapBox = (f: (key: keyof Box) => number): Box => ({
  x: f('x'),
  y: f('y'),
  width: f('width'),
  height: f('height'),
})

const blend = (a: Box, b: Box, share: number) => mapBox((key) => a[key] + (b[key] - a[key]) * share)

const translate = (box: Box, speed: Box, time: number) =>
  mapBox((key) => box[key] + speed[key] * time)

const velocity = (from: Box, to: Box, time: number) =>
  time > 0 ? mapBox((key) => (to[key] - from[key]) / time) : zeroSpeed
