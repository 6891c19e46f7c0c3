import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { toRgb } from '../../dist/image/yuv.js'
import { lacks } from '../requirements.js'

test.skipIf(lacks('camera'))('converts video colors as ffmpeg does', () => {
  const decode = (...args: string[]) =>
    execFileSync('ffmpeg', [
      ...['-loglevel', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=64x48:d=0.04:r=25'],
      ...['-vf', 'scale=64:48:out_color_matrix=bt601:out_range=limited,format=yuv420p'],
      ...args,
    ])
  const pgm = decode('-c:v', 'pgmyuv', '-f', 'image2pipe', 'pipe:1')
  const offset = pgm.length - 64 * 72
  expect(pgm.subarray(0, offset).toString()).toBe('P5\n64 72\n255\n')
  const yuv = { width: 64, height: 48, data: new Uint8Array(pgm.subarray(offset)) }
  // The reference upsamples colors smoothly, so pixels at edges may differ; most do not.
  const planar = decode('-f', 'rawvideo', 'pipe:1')
  const expected = execFileSync(
    'ffmpeg',
    [
      ...[
        '-loglevel',
        'error',
        '-f',
        'rawvideo',
        '-pix_fmt',
        'yuv420p',
        '-s',
        '64x48',
        '-i',
        'pipe:0',
      ],
      ...['-sws_flags', 'neighbor+accurate_rnd', '-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1'],
    ],
    { input: planar },
  )
  const { data, width, height } = toRgb(yuv)
  expect([width, height, data.length]).toEqual([64, 48, expected.length])
  const differences = [...data].map((value, i) => Math.abs(value - expected[i]!))
  expect(differences.filter((difference) => difference > 3).length).toBeLessThan(0.01 * data.length)
})
