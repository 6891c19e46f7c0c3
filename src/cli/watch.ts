import { Command, Option } from 'commander'
import { AgnizeError } from '../base/errors.js'
import type { Agnize } from '../library/agnize.js'
import { type LivenessMode, livenessModes } from '../liveness/liveness.js'
import type { GallerySession } from '../session/gallery-session.js'
import type { WatchConfiguration } from '../watch/configuration.js'
import type { CameraEvent } from '../watch/event.js'
import type { Rotation } from '../watch/frames.js'
import type { Outbox } from '../watch/outputs/outbox.js'
import type { Rule } from '../watch/rules.js'
import type { CameraOptions } from '../watch/watch-options.js'
import {
  collect,
  exitCodes,
  positiveInteger,
  positiveNumber,
  withAgnize,
} from './command-options.js'
import { colors, describeError, isQuiet, print, printNote, printStderr } from './terminal.js'

interface Options {
  readonly config?: string | undefined
  readonly fps?: number
  readonly width?: number
  readonly hardware?: string
  readonly rotate?: '90' | '180' | '270'
  readonly away?: number
  readonly fast?: boolean
  readonly mute?: boolean
  readonly json?: boolean
  readonly show?: boolean
  readonly alertUnknown?: boolean
  readonly webhook?: string[]
  readonly mqtt?: string
  readonly run?: string
  readonly images?: boolean
  readonly liveness?: LivenessMode
}

/** `agnize watch` */
export function watchCommand(): Command {
  return new Command('watch')
    .description('watch cameras: report who comes and goes, and greet people aloud')
    .argument(
      '[source...]',
      'NAME=SOURCE or SOURCE: webcam, a stream, a video file, a folder that receives pictures, or -',
    )
    .option('--config <file>', 'cameras, rules and outputs, in YAML (docs/outputs.md)')
    .option('--fps <n>', 'frames examined per second (default: 10)', positiveNumber)
    .option('--width <pixels>', 'scale frames to this width (default: 640)', positiveInteger)
    .option(
      '--away <seconds>',
      'end a visit after this time without a sighting (default: 10)',
      positiveNumber,
    )
    .addOption(
      new Option(
        '--rotate <degrees>',
        'turn every frame clockwise, for cameras that are mounted turned',
      ).choices(['90', '180', '270']),
    )
    .option('--hardware <how>', 'decode with the graphics card: auto, vaapi, cuda, videotoolbox, …')
    .option('--fast', 'read files as fast as possible, with the time of the recording')
    .option('--mute', 'do not speak, as with --quiet')
    .option('--show', 'open a preview in the browser')
    .option('--json', 'print one JSON object per event')
    .option('--alert-unknown', 'mark visits of unknown people as alerts')
    .option(
      '--webhook <url>',
      'post events there, signed with AGNIZE_WEBHOOK_SECRET; repeatable',
      collect,
    )
    .option('--mqtt <url>', 'publish events to a broker, with Home Assistant discovery')
    .option('--run <command>', 'run a command for each event')
    .addOption(new Option('--images', 'send the best face picture with events'))
    .addOption(
      new Option(
        '--liveness <how>',
        'tell faces from pictures of faces: observe reports them, require greets and records live faces only (default: off)',
      ).choices(livenessModes),
    )
    .addHelpText(
      'after',
      `
Examples:
  $ agnize watch
  $ agnize watch door=rtsp://camera.local/stream1 hall=webcam:1
  $ agnize watch --config watch.yaml
  $ agnize watch visit.mp4 --fast --json
  $ agnize watch door=rtsp://camera.local/stream1 --mqtt mqtt://homeassistant.local --alert-unknown

Video is read with ffmpeg. Esc or Ctrl-C ends it. Visits are recorded where the gallery's settings say so
("agnize events on").

Exit status: 0 all sources ended or were stopped, 2 one could not be watched.`,
    )
    .action((sources: readonly string[], options: Options, command: Command) =>
      withAgnize(command, (agnize, signal, session) =>
        run(agnize, session, sources, { ...options, config: camerasFile(command) }, signal),
      ),
    )
}

/** The file of `--config`, which is that of the cameras here: Commander gives it to the program, which has the same option. */
function camerasFile(command: Command): string | undefined {
  const { parent } = command
  return parent?.getOptionValueSource('config') === 'cli'
    ? parent.getOptionValue('config')
    : undefined
}

async function run(
  agnize: Agnize,
  session: GallerySession,
  sources: readonly string[],
  options: Options,
  interrupted: AbortSignal,
): Promise<void> {
  const { mute = false, fast = false, json = false } = options
  const configured = await configurationOf(options)
  const cameras = camerasOf(sources, options, configured.cameras)
  const [{ watch }, { sayAloud }] = await Promise.all([
    import('../watch/watch.js'),
    import('../watch/speaker.js'),
  ])
  const stop = new AbortController()
  const leaveKeys = onEscape(cameras, () => stop.abort())
  const signal = AbortSignal.any([interrupted, stop.signal])
  const outbox = await outboxOf(session, cameras, options, configured)
  const preview = options.show ? await openPreview(cameras) : undefined
  const awaySeconds = options.away ?? configured.away
  const rules: Rule[] = [...(configured.rules ?? [])]
  if (options.alertUnknown) rules.push({ name: 'unknown', who: 'unknown', do: 'alert' })
  try {
    const events = watch(agnize, cameras, {
      ...{ fast, signal, rules, away: awaySeconds },
      images: outbox?.images ?? false,
      liveness: options.liveness ?? configured.liveness,
      ...(preview && { onFrame: (frame) => preview.show(frame) }),
      onWarning: ({ message, code }) =>
        printStderr(`${colors.yellow('warning')} ${message} [${code}]`),
    })
    for await (const event of events) {
      if (event.type === 'failed') {
        printStderr(describeError(event.error, false))
        process.exitCode = exitCodes.error
        continue
      }
      await outbox?.add(event)
      preview?.sendEvent(event)
      if (json) print(JSON.stringify((await import('../watch/event.js')).eventJson(event)))
      else print(words(event))
      if (event.type !== 'greeting') continue
      if (mute || isQuiet() || fast) event.spoken()
      // Not awaited: recognition continues during speech.
      else
        void sayAloud(event.text).then((said) => {
          if (!said) printNote(colors.dim('(no speech program found: install espeak-ng)'))
          event.spoken()
        })
    }
  } finally {
    leaveKeys()
    await outbox?.close()
    await preview?.close()
  }
}

async function configurationOf({ config }: Options): Promise<WatchConfiguration> {
  if (config === undefined) return { cameras: [] }
  const { readConfiguration } = await import('../watch/configuration.js')
  return readConfiguration(config)
}

/** Cameras of the command line and the configuration file; the webcam where neither names any. */
function camerasOf(
  sources: readonly string[],
  { fps, width, hardware, rotate }: Options,
  configured: readonly CameraOptions[],
): CameraOptions[] {
  const given = sources.map(cameraOf)
  const all = [...given, ...configured]
  if (all.length === 0) all.push(cameraOf('webcam'))
  return all.map((camera) => ({
    ...(fps && { fps }),
    ...(width && { width }),
    ...(hardware && { hardware }),
    ...(rotate && { rotate: Number(rotate) as Rotation }),
    ...camera,
  }))
}

/** Parses `NAME=SOURCE`, such as `door=rtsp://…`, or a source, which the camera is named after. */
function cameraOf(given: string): CameraOptions {
  const named = /^([\p{L}\p{N} _-]{1,50})=(.+)$/u.exec(given)
  return named ? { camera: named[1]!, source: named[2]! } : { camera: nameOf(given), source: given }
}

/** Camera name of a source: the last segment of its path or URL, without the query and credentials. */
function nameOf(source: string): string {
  if (source === '-') return 'input'
  const last =
    source
      .replace(/[?#].*$/, '')
      .split('/')
      .filter(Boolean)
      .at(-1) ?? ''
  return last.split('@').at(-1)!.slice(0, 100) || 'camera'
}

/** The outbox of all configured outputs; undefined where there are none. */
async function outboxOf(
  session: GallerySession,
  cameras: readonly CameraOptions[],
  { webhook = [], mqtt: mqttUrl, run, images }: Options,
  { webhooks = [], mqtt, commands = [] }: WatchConfiguration,
): Promise<Outbox | undefined> {
  const [{ Outbox }, { Webhook }, { MqttOutput }, { CommandOutput }] = await Promise.all([
    import('../watch/outputs/outbox.js'),
    import('../watch/outputs/webhook.js'),
    import('../watch/outputs/mqtt.js'),
    import('../watch/outputs/command.js'),
  ])
  const secret = process.env.AGNIZE_WEBHOOK_SECRET || null
  const broker = mqttUrl === undefined ? mqtt : { ...mqtt, url: mqttUrl, ...(images && { images }) }
  const mqttOutput =
    broker &&
    new MqttOutput(
      broker,
      cameras.map(({ camera }) => camera),
    )
  const outputs = [
    ...webhook.map((url) => new Webhook({ url, secret, images })),
    ...webhooks.map((each) => new Webhook({ ...each, secret: each.secret ?? secret })),
    ...(mqttOutput ? [mqttOutput] : []),
    ...(run === undefined ? [] : [new CommandOutput({ run, images })]),
    ...commands.map((each) => new CommandOutput(each)),
  ]
  if (outputs.length === 0) return undefined
  if (new Set(outputs.map(({ name }) => name)).size < outputs.length) {
    throw new AgnizeError(
      'bad-argument',
      'The same address or command is given twice: give it once.',
    )
  }
  const { store } = await session.gallery()
  mqttOutput?.start()
  return new Outbox(store.deliveries, outputs, (message) => printNote(colors.dim(message)))
}

/** Stops on Esc, q or Ctrl-C where standard input is a terminal and not a source. @returns A function that restores it. */
function onEscape(cameras: readonly CameraOptions[], stop: () => void): () => void {
  const { stdin } = process
  if (!stdin.isTTY || cameras.some(({ source }) => source === '-')) return () => {}
  const onKey = (key: Buffer) => {
    // The exact string: an arrow key starts with Esc as well. In raw mode Ctrl-C arrives as a character.
    if (['\u001b', 'q', '\u0003'].includes(key.toString())) stop()
  }
  stdin.setRawMode(true)
  stdin.on('data', onKey)
  stdin.resume()
  return () => {
    stdin.off('data', onKey)
    stdin.setRawMode(false)
    stdin.pause()
  }
}

async function openPreview(cameras: readonly CameraOptions[]) {
  const { Preview } = await import('../watch/preview.js')
  const preview = await Preview.open(cameras.map(({ camera }) => camera))
  // Also with --quiet: the address cannot be guessed.
  printStderr(`The preview is at ${preview.url}`)
  preview.openBrowser()
  return preview
}

function words(event: CameraEvent): string {
  const { at, camera } = event
  const line = (text: string) => `${at.slice(11, 19)}  ${camera}  ${text}`
  if (event.type === 'greeting') return line(colors.bold(event.text))
  if (event.type === 'attack') {
    const whom = event.resembles ? ` of ${event.resembles.name}` : ''
    return line(`${colors.red('alert')}  somebody holds up a picture${whom}`)
  }
  if (!('visit' in event)) {
    return line(
      colors.dim(event.reason === null ? 'is connected' : `is disconnected: ${event.reason}`),
    )
  }
  const who = event.subject?.name ?? 'an unknown person'
  const mark = event.alert ? colors.red('alert  ') : ''
  const before =
    event.type === 'came' && event.before
      ? `, last seen ${event.before.at.slice(0, 16).replace('T', ' ')}`
      : ''
  const what = { came: `is here${before}`, recognized: 'was recognized', went: 'has left' }[
    event.type
  ]
  return line(`${mark}${who} ${what}`)
}
