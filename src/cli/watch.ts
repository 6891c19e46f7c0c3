import { Command } from 'commander'
import type { Agnize } from '../agnize.js'
import { AgnizeError } from '../errors.js'
import type { CameraEvent } from '../watch/camera-watch.js'
import { positiveNumber, withAgnize } from './command.js'
import { colours, note, print } from './terminal.js'

interface Options {
  readonly fps?: number
  readonly fast?: boolean
  readonly quiet?: boolean
  readonly json?: boolean
}

/** `agnize watch` */
export function watchCommand(): Command {
  return new Command('watch')
    .description('watch cameras: tell who comes and goes, and greet them aloud')
    .argument('[source...]', 'NAME=SOURCE or SOURCE: webcam, a stream or a video file', ['webcam'])
    .option('--fps <n>', 'frames looked at a second (default: 10)', positiveNumber)
    .option('--fast', 'read files as fast as can be, by their own clock')
    .option('--quiet', 'do not speak')
    .option('--json', 'one JSON object an event')
    .addHelpText(
      'after',
      `
Examples:
  $ agnize watch
  $ agnize watch door=rtsp://camera.local/stream1 hall=webcam:1
  $ agnize watch visit.mp4 --fast --json

Video is read with ffmpeg. Ctrl-C ends it. Visits are recorded where the gallery's settings say so.`,
    )
    .action((sources: readonly string[], options: Options, command: Command) =>
      withAgnize(command, async (agnize, signal) => {
        const { sayAloud } = await import('../watch/speaker.js')
        const cameras = sources.map(cameraOf)
        const names = new Set(cameras.map(({ camera }) => camera))
        if (names.size < cameras.length) {
          throw new AgnizeError('bad-argument', 'Two cameras have one name: write NAME=SOURCE.')
        }
        // One at a time, of all cameras.
        let speaking = Promise.resolve(true)
        const say = (text: string) => {
          speaking = speaking.then(() => sayAloud(text))
          return speaking
        }
        await Promise.all(
          cameras.map((camera) => watchOne(agnize, camera, { ...options, signal, say })),
        )
      }),
    )
}

/** `door=rtsp://…` or just a source, which is its own name. */
function cameraOf(given: string): { readonly camera: string; readonly source: string } {
  const named = /^([A-Za-z0-9 _-]{1,50})=(.+)$/.exec(given)
  return named ? { camera: named[1]!, source: named[2]! } : { camera: nameOf(given), source: given }
}

/** The last part of a path or an address, without what may be secret in it. */
function nameOf(source: string): string {
  const last =
    source
      .replace(/[?#].*$/, '')
      .split('/')
      .filter(Boolean)
      .at(-1) ?? ''
  return last.split('@').at(-1)!.slice(0, 100) || 'camera'
}

async function watchOne(
  agnize: Agnize,
  camera: { readonly camera: string; readonly source: string },
  {
    say,
    signal,
    ...options
  }: Options & { readonly signal: AbortSignal; readonly say: (text: string) => Promise<boolean> },
): Promise<void> {
  const { watchCamera } = await import('../watch/camera-watch.js')
  const { fps, fast = false, quiet = false, json = false } = options
  for await (const event of watchCamera(agnize, { ...camera, fast, signal, ...(fps && { fps }) })) {
    if (json) {
      const { spoken: _, ...rest } = event as Extract<CameraEvent, { type: 'greeting' }>
      print(JSON.stringify(rest))
    } else print(words(event))
    if (event.type !== 'greeting') continue
    if (quiet || fast) event.spoken()
    // Recognition goes on meanwhile.
    else
      void say(event.text).then((said) => {
        if (!said) note(colours.dim('(nothing to speak with: install espeak-ng)'))
        event.spoken()
      })
  }
}

function words(event: CameraEvent): string {
  const when = event.at.slice(11, 19)
  const who = 'subject' in event ? (event.subject?.name ?? 'somebody unknown') : ''
  if (event.type === 'greeting') return `${when}  ${event.camera}  ${colours.bold(event.text)}`
  return `${when}  ${event.camera}  ${who} ${event.type === 'came' ? 'is here' : 'has gone'}`
}
