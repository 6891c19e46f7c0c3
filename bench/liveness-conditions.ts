/** The steps at which liveness fails, for the limits in src/liveness/judgeable.ts; a part of bench:liveness. */
import sharp, { type Sharp } from 'sharp'
import { squareAround } from '../dist/geometry/box.js'
import { Pyramid } from '../dist/image/pyramid.js'
import { TurnedPicture } from '../dist/image/turned-picture.js'
import { livenessScores } from '../dist/liveness/assess-liveness.js'
import { livenessCard } from '../dist/models/builtin.js'
import { median } from './face-sets.js'
import { frLiveness, imageOf, type Seen, seen, tuning } from './liveness-faces.js'

/** Photos of NUAA that are cut, shrunk, darkened and blurred step by step. */
export async function printConditions(
  live: readonly Seen[],
  prints: readonly Seen[],
): Promise<void> {
  type Spoil = (face: Seen) => Promise<Seen>
  const raw = ({ image }: Seen) =>
    sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } })
  const png = async (face: Seen, changed: Sharp): Promise<Seen> => ({
    ...face,
    image: await imageOf(await changed.png().toBuffer()),
  })
  const cut =
    (scale: number): Spoil =>
    async (face) => {
      const square = squareAround(face.box, scale)
      const left = Math.max(0, Math.round(square.x))
      const top = Math.max(0, Math.round(square.y))
      const width = Math.min(face.image.width, Math.round(square.x + square.width)) - left
      const height = Math.min(face.image.height, Math.round(square.y + square.height)) - top
      const { box } = face
      return {
        ...(await png(face, raw(face).extract({ left, top, width, height }))),
        box: { ...box, x: box.x - left, y: box.y - top },
      }
    }
  const shrunk =
    (to: number): Spoil =>
    async (face) => {
      const k = to / face.box.width
      const { x, y, width, height } = face.box
      return {
        ...(await png(face, raw(face).resize(Math.round(face.image.width * k)))),
        box: { x: x * k, y: y * k, width: width * k, height: height * k },
      }
    }
  const steps: readonly [string, Spoil][] = [
    ...[1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2].map((scale): [string, Spoil] => [
      `cut at ${scale}`,
      cut(scale),
    ]),
    ...[16, 24, 32, 48].map((width): [string, Spoil] => [`${width} px wide`, shrunk(width)]),
    ...[0.5, 0.25, 0.18, 0.12, 0.06].map((gain): [string, Spoil] => [
      `light × ${gain}`,
      (face) => png(face, raw(face).linear(gain, 0)),
    ]),
    ...[2, 4, 6, 8].map((sigma): [string, Spoil] => [
      `blur σ ${sigma}`,
      (face) => png(face, raw(face).blur(sigma)),
    ]),
  ]
  console.log(
    '\nwhat would be answered without limits (APCER, BPCER in %): people chosen on, others; and the signals there',
  )
  const some = (all: readonly Seen[]) => all.filter((_, i) => i % 6 === 0)
  for (const [name, spoil] of steps) {
    const cells: string[] = []
    const signals: { sharpness: number; exposure: number }[] = []
    for (const isTuning of [true, false]) {
      const rates: number[] = []
      for (const [all, isAttack] of [
        [prints, true],
        [live, false],
      ] as const) {
        const own = some(all).filter(({ person }) => tuning.has(person) === isTuning)
        let errors = 0
        for (const face of own) {
          const spoiled = await spoil(face)
          const found = await seen(face.person, spoiled.image)
          if (found) signals.push(found.quality)
          const picture = new TurnedPicture(new Pyramid(spoiled.image), 0)
          const [score] = await livenessScores(picture, spoiled.box, [frLiveness])
          const isLive = score! >= livenessCard.threshold!.value
          if (isLive === isAttack) errors++
        }
        rates.push((100 * errors) / own.length)
      }
      cells.push(rates.map((rate) => rate.toFixed(0).padStart(4)).join(' '))
    }
    const at = (pick: (signal: { sharpness: number; exposure: number }) => number) =>
      signals.length ? median(signals.map(pick)).toFixed(2) : '–'
    console.log(
      `  ${name.padEnd(14)} ${cells.join('   ')}   sharpness ${at(({ sharpness }) => sharpness)}, exposure ${at(({ exposure }) => exposure)}`,
    )
  }
}
