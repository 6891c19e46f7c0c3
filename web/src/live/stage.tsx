import { type RefObject, useEffect, useRef } from 'react'
import { useDecimal } from '../parts/use-decimal.js'
import { useTexts } from '../texts/index.js'
import { nameOf, trackStatus } from './naming.js'
import type { Live } from './use-live.js'

const colors = {
  match: '#3ddc97',
  unknown: '#ffb454',
  not_judgeable: '#b9c0c7',
  pending: '#8fd3ff',
} as const

/** The camera's picture, mirrored, with a box around every face. */
export function Stage({
  video,
  live,
}: {
  readonly video: RefObject<HTMLVideoElement | null>
  readonly live: Pick<Live, 'motion' | 'size' | 'strangers'>
}) {
  const texts = useTexts()
  const canvas = useRef<HTMLCanvasElement>(null)
  const { motion, strangers } = live
  const decimal = useDecimal()
  useEffect(() => {
    let request = requestAnimationFrame(draw)
    return () => cancelAnimationFrame(request)

    function draw(): void {
      request = requestAnimationFrame(draw)
      const { current } = canvas
      const source = video.current
      if (!current || !source || source.videoWidth === 0) return
      fitToScreen(current)
      const context = current.getContext('2d')!
      context.clearRect(0, 0, current.width, current.height)
      const scale = Math.min(current.width / source.videoWidth, current.height / source.videoHeight)
      const left = (current.width - scale * source.videoWidth) / 2
      const top = (current.height - scale * source.videoHeight) / 2
      const unit = Math.max(1, devicePixelRatio)
      const labels: DOMRect[] = []
      for (const { face, box, opacity } of motion.at(performance.now())) {
        // A track of one frame is often a false detection.
        if (face.track.frames < 2) continue
        const standing = trackStatus(face)
        context.globalAlpha = opacity
        context.strokeStyle = colors[standing]
        context.lineWidth = 2.5 * unit
        const width = scale * box.width
        const height = scale * box.height
        // The picture is mirrored, the labels are not.
        const x = current.width - left - scale * (box.x + box.width)
        const y = top + scale * box.y
        context.beginPath()
        context.roundRect(x, y, width, height, 8 * unit)
        context.stroke()
        const similarity = standing === 'match' && face.similarity !== null
        const text =
          nameOf(face, texts, strangers) + (similarity ? `  ${decimal(face.similarity!, 2)}` : '')
        const place = new DOMRect(x, y, width, height)
        labels.push(label(context, text, place, labels, unit, colors[standing]))
      }
      context.globalAlpha = 1
    }
  }, [motion, strangers, video, texts, decimal])
  return (
    <div className="stage">
      <video ref={video} muted playsInline autoPlay aria-label={texts.live.preview} />
      <canvas ref={canvas} />
    </div>
  )
}

/** Draws the label of a box above it, or below it where another label is in the way. @returns Where it is. */
function label(
  context: CanvasRenderingContext2D,
  text: string,
  box: DOMRect,
  others: readonly DOMRect[],
  unit: number,
  color: string,
): DOMRect {
  const { width: room } = context.canvas
  context.font = `600 ${(room < 480 * unit ? 13 : 15) * unit}px system-ui, sans-serif`
  const width = Math.min(room, context.measureText(text).width + 14 * unit)
  const height = 24 * unit
  const gap = 4 * unit
  const left = Math.max(0, Math.min(box.x, room - width))
  const above = box.y - height - gap
  const at = (top: number) => new DOMRect(left, top, width, height)
  const isFree = (place: DOMRect) => !others.some((other) => overlap(place, other))
  const first = at(above < 0 ? box.y + gap : above)
  const place = isFree(first) ? first : at(box.bottom + gap)
  context.fillStyle = color
  context.beginPath()
  context.roundRect(left, place.y, width, height, 6 * unit)
  context.fill()
  context.fillStyle = '#0b1413'
  context.textBaseline = 'middle'
  context.fillText(text, left + 7 * unit, place.y + height / 2, width - 14 * unit)
  return place
}

const overlap = (a: DOMRect, b: DOMRect) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

function fitToScreen(canvas: HTMLCanvasElement): void {
  const width = Math.round(canvas.clientWidth * devicePixelRatio)
  const height = Math.round(canvas.clientHeight * devicePixelRatio)
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
}
