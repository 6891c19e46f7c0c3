import { useEffect, useRef } from 'react'
import type { TrackFrames } from './track-frames.js'

/** Side of the picture in pixels: twice its side on the screen. */
const side = 96

/** The best view of a track's face so far, drawn anew with every change of the list that it stands in. */
export function TrackFace({
  views,
  track,
}: {
  readonly views: TrackFrames
  readonly track: number
}) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (context) views.draw(track, context, side)
  })
  return <canvas ref={canvas} className="portrait small" width={side} height={side} aria-hidden />
}
