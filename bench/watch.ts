/**
 * Processor time of watching cameras, for docs/reference/benchmarks.md: `npm run bench:watch`. Films with people of the face sets beside
 * the project (AGNIZE_TEST_FACES) are played in real time, like cameras. The baseline beside `watch` detects and recognizes
 * faces in every full frame in one pass (`detail: 'fast'`). BENCH_FPS (default 10) is the number of frames processed per second.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { VisitRecorder } from '../dist/application/visit-recorder.js'
import { toRgb } from '../dist/image/yuv.js'
import { type Agnize, openAgnize } from '../dist/index.js'
import { Tracker } from '../dist/recognition/tracker.js'
import { feedOf } from '../dist/watch/feed.js'
import { watch } from '../dist/watch/index.js'
import { setFolder } from './face-sets.js'

const fps = Number(process.env.BENCH_FPS ?? 10)
const sizes = { '640×480': [640, 480], '1080p': [1920, 1080] } as const
type Size = keyof typeof sizes
/** Result of a run, with its share of a processor core. */
interface Measured {
  readonly events: string[]
  readonly seconds: number
  readonly frames: number
  readonly own: number
  readonly decoding: number
  readonly ages: number[]
  readonly delays: number[]
}

/** People who appear and leave. The first two are enrolled. */
const script = [
  { seconds: 6, who: ['Ariel_Sharon'] },
  { seconds: 5, who: [] },
  { seconds: 6, who: ['Hugo_Chavez'] },
  { seconds: 5, who: [] },
  { seconds: 6, who: ['Ariel_Sharon', 'Colin_Powell'] },
  { seconds: 4, who: [] },
]
const length = script.reduce((sum, { seconds }) => sum + seconds, 0)
const away = 2

const [role, ...given] = process.argv.slice(2)
if (role === 'one') await one(JSON.parse(given[0]!))
else await all()

interface Task {
  readonly how: 'watch' | 'naive'
  readonly films: readonly string[]
  readonly home: string
  readonly fast: boolean
  readonly fps: number
}

/** One run in a separate process, so that its processor time can be measured; after a warm-up run that does not count. */
async function one(task: Task): Promise<void> {
  const agnize = await openAgnize({ home: task.home, threads: Math.min(2, availableParallelism()) })
  await run({ ...task, fast: true }, agnize)
  const before = spent()
  const began = performance.now()
  const result = await run(task, agnize)
  const seconds = (performance.now() - began) / 1000
  // The decoders have exited, so the processor time of this process's children includes theirs.
  const after = spent()
  const own = after.own - before.own
  const decoding = after.children - before.children
  await agnize.close()
  const { events, ...rest } = result
  console.log(JSON.stringify({ ...rest, events: events.sort(), seconds, own, decoding }))
}

/** Watches the films once. */
async function run({ how, films, fast, fps }: Task, agnize: Agnize) {
  const result = { events: [] as string[], frames: 0, ages: [] as number[], delays: [] as number[] }
  const told = (camera: string, type: string, name: string | undefined, firstAt: number) => {
    result.events.push(`${camera} ${name ?? 'stranger'} ${type}`)
    if (type === 'came' && !fast) result.delays.push(Date.now() - firstAt)
  }
  const cameras = films.map((source, i) => ({ camera: `camera ${i + 1}`, source, fps }))
  if (how === 'watch') {
    const onFrame = ({ age }: { age: number }) => {
      result.frames++
      result.ages.push(age)
    }
    for await (const event of watch(agnize, cameras, { fast, away, onFrame })) {
      if (event.type === 'greeting') event.spoken()
      else if ('visit' in event) {
        told(event.camera, event.type, event.subject?.name, Date.parse(event.since))
      }
    }
  } else {
    await Promise.all(
      cameras.map(async ({ camera, source }) => {
        const tracker = new Tracker()
        const recorder = new VisitRecorder(null, camera, { away: 1000 * away })
        const signal = new AbortController().signal
        const tell = (changes: Awaited<ReturnType<typeof recorder.close>>) => {
          for (const { type, visit } of changes) {
            told(camera, type, visit.subject?.name, visit.firstAt)
          }
        }
        const start = Date.now()
        for await (const fed of feedOf({ source, fps, width: 4096, fast, signal })) {
          if (!('frame' in fed)) continue
          const frame = fed.frame()
          const taken = performance.now()
          const at = fast ? start + frame.at : performance.timeOrigin + frame.at
          const { faces } = await agnize.identifyPhoto(toRgb(frame.image), { detail: 'fast' })
          const tracked = tracker.update(
            faces.map((face) => ({ ...face, image: null })),
            at,
          )
          tell(await recorder.update(tracked, at))
          result.frames++
          result.ages.push(performance.now() - (fast ? taken : frame.at))
        }
        tell(await recorder.close())
      }),
    )
  }
  return result
}

/** Processor time of this process and of its children, in seconds. */
function spent(): { own: number; children: number } {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ').map(Number)
  const [user, system, childUser, childSystem] = fields.slice(11, 15) as [
    number,
    number,
    number,
    number,
  ]
  return { own: (user + system) / 100, children: (childUser + childSystem) / 100 }
}

function measured(task: Task): Measured {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...process.execArgv, import.meta.filename, 'one', JSON.stringify(task)],
    { encoding: 'utf8', maxBuffer: 1e8 },
  )
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

/** Creates a film of people who sway, or of an empty room with camera noise. */
function film(folder: string, size: Size, kind: 'people' | 'empty'): string {
  const [width, height] = sizes[size]
  const rate = 25
  const path = join(folder, `${kind}-${height}.mp4`)
  const inputs: string[] = []
  const parts: string[] = []
  let input = 0
  const scenes = kind === 'people' ? script : [{ seconds: length, who: [] as string[] }]
  for (const [i, { seconds, who }] of scenes.entries()) {
    let last = `room${i}`
    parts.push(`color=c=0x707880:s=${width}x${height}:r=${rate}:d=${seconds}[${last}]`)
    for (const [k, person] of who.entries()) {
      // A different photo than the enrolled one.
      const photo = join(setFolder('lfw'), person, `${person}_000${4 + i}.jpg`)
      inputs.push('-loop', '1', '-framerate', String(rate), '-t', String(seconds), '-i', photo)
      const side = Math.round(height * 0.5)
      const x = `${Math.round((width / who.length) * (k + 0.5) - side / 2)}+${width / 16}*sin(2*t+${k})`
      const y = `${Math.round((height - side) / 2)}+${height / 30}*sin(3*t+${k})`
      parts.push(`[${input++}:v]crop=130:170,scale=-2:${side},setsar=1[photo${i}and${k}]`)
      parts.push(
        `[${last}][photo${i}and${k}]overlay=x='${x}':y='${y}':shortest=1[scene${i}and${k}]`,
      )
      last = `scene${i}and${k}`
    }
    parts.push(
      `[${last}]trim=duration=${seconds},setpts=PTS-STARTPTS,fps=${rate},format=yuv420p[film${i}]`,
    )
  }
  const whole = scenes.map((_, i) => `[film${i}]`).join('')
  parts.push(`${whole}concat=n=${scenes.length},noise=alls=4:allf=t[film]`)
  execFileSync('ffmpeg', [
    ...[
      '-y',
      '-loglevel',
      'error',
      ...inputs,
      '-filter_complex',
      parts.join(';'),
      '-map',
      '[film]',
    ],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-g', '50', path],
  ])
  return path
}

function percentile(values: readonly number[], share: number): number {
  const at = Math.min(values.length - 1, Math.floor(share * values.length))
  return [...values].sort((a, b) => a - b)[at] ?? 0
}

async function all(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'agnize-bench-watch-'))
  try {
    await print(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function print(folder: string): Promise<void> {
  const home = process.env.AGNIZE_HOME ?? join(folder, 'home')
  const store = join(folder, 'home')
  // A separate gallery with the models of the default home.
  const agnize = await openAgnize({ ...(process.env.AGNIZE_HOME && { home }), store: ':memory:' })
  await agnize.models.pull()
  await agnize.close()
  const { cpSync } = await import('node:fs')
  const { defaultHome } = await import('../dist/index.js')
  cpSync(join(defaultHome(), 'models'), join(store, 'models'), { recursive: true })
  const own = await openAgnize({ home: store, threads: 1 })
  for (const person of ['Ariel_Sharon', 'Colin_Powell']) {
    await own.enroll(
      person,
      [1, 2, 3].map((n) => join(setFolder('lfw'), person, `${person}_000${n}.jpg`)),
    )
  }
  await own.close()
  const cores = availableParallelism()
  console.log(
    `${cpus()[0]?.model}, ${cores} cores, Node ${process.versions.node}; films of ${length} s at 25 frames/s, ${fps} looked at a second`,
  )

  console.log('\nPeople come and go:')
  console.log(
    'cameras  size     how    frames/s  age p50  p95   max   came after  core s/camera-hour  of it ffmpeg  × less  without ffmpeg',
  )
  let least = Number.POSITIVE_INFINITY
  for (const size of Object.keys(sizes) as Size[]) {
    const people = film(folder, size, 'people')
    for (const count of [1, 2, 4]) {
      const task = {
        films: Array.from({ length: count }, () => people),
        home: store,
        fast: false,
        fps,
      }
      const naive = measured({ ...task, how: 'naive' })
      const ours = measured({ ...task, how: 'watch' })
      const ratio = (naive.own + naive.decoding) / (ours.own + ours.decoding)
      least = Math.min(least, ratio)
      for (const [how, run] of [
        ['naive', naive],
        ['watch', ours],
      ] as const) {
        const hourly = ((run.own + run.decoding) / count / length) * 3600
        const decoding = (run.decoding / count / length) * 3600
        console.log(
          [
            String(count).padStart(7),
            size.padEnd(7),
            how,
            (run.frames / length).toFixed(1).padStart(8),
            `${percentile(run.ages, 0.5).toFixed(0)} ms`.padStart(7),
            `${percentile(run.ages, 0.95).toFixed(0)}`.padStart(4),
            `${Math.max(...run.ages).toFixed(0)}`.padStart(5),
            `${percentile(run.delays, 0.5).toFixed(0)} ms`.padStart(10),
            hourly.toFixed(0).padStart(19),
            decoding.toFixed(0).padStart(13),
            how === 'watch' ? ratio.toFixed(1).padStart(7) : '',
            how === 'watch' ? (naive.own / ours.own).toFixed(1).padStart(14) : '',
          ].join('  '),
        )
      }
      const same = JSON.stringify(naive.events) === JSON.stringify(ours.events)
      if (!same)
        console.log(
          `  other events: naive ${naive.events.join(', ')}; watch ${ours.events.join(', ')}`,
        )
    }
  }
  console.log(`at least ${least.toFixed(1)} × less processor time`)

  console.log('\nNothing happens (a still room with a camera’s noise), 1 camera:')
  for (const size of Object.keys(sizes) as Size[]) {
    const empty = film(folder, size, 'empty')
    const run = measured({ how: 'watch', films: [empty], home: store, fast: false, fps })
    const hourly = (seconds: number) => ((seconds / length) * 3600).toFixed(0)
    console.log(
      `${size.padEnd(7)}  ${hourly(run.own + run.decoding)} core s/camera-hour, of it ffmpeg ${hourly(run.decoding)}; events: ${run.events.length}`,
    )
  }

  console.log('\nAs fast as can be, every frame of films at 25 frames/s:')
  for (const size of Object.keys(sizes) as Size[]) {
    for (const count of [1, 2, 4]) {
      const films = Array.from({ length: count }, () =>
        join(folder, `people-${sizes[size][1]}.mp4`),
      )
      const [naive, ours] = (['naive', 'watch'] as const).map((how) =>
        measured({ how, films, home: store, fast: true, fps: 25 }),
      ) as [Measured, Measured]
      console.log(
        `${count} × ${size.padEnd(7)}  watch ${(ours.frames / ours.seconds).toFixed(0)} frames/s, naive ${(naive.frames / naive.seconds).toFixed(0)}`,
      )
    }
  }
}
